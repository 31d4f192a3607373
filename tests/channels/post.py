"""Letters for tests, and a mail server that behaves as badly as it is told to."""

import itertools
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from django.db import transaction

from channels import registry
from channels.models import Mail, Notice
from channels.registry import Letter
from foundation import clock
from journal import services as journal
from journal.facts import Fact
from journal.models import Event
from teams.models import Person


@dataclass(frozen=True)
class ParcelArrived(Fact):
    """A fact of the tests: whoever is written to hears of it."""

    name = "parcel.arrived"
    words = "brought a parcel"


class Post:
    """`tell(letter, …)` records one fact that makes these letters."""

    def __init__(self) -> None:
        self._letters: dict[int, list[Letter]] = {}
        self._numbers = itertools.count(1)

    def tell(self, by: Person, *letters: Letter, text: str = "") -> Event:
        number = next(self._numbers)
        self._letters[number] = list(letters)
        with transaction.atomic():
            return journal.record(ParcelArrived(), subject=number, by=by, at=clock.now(), text=text)

    def write(self, event: Event) -> list[Letter]:
        return self._letters.get(event.subject, [])


@contextmanager
def a_post() -> Iterator[Post]:
    post = Post()
    registry.tells(ParcelArrived.name)(post.write)
    try:
        yield post
    finally:
        registry._writers.pop(ParcelArrived.name)


def letter(person: Person, subject: str = "A parcel", **more: Any) -> Letter:
    return Letter(person.pk, subject, more.pop("body", "It stands at the door."), **more)


def mail_of(person: Person) -> Mail:
    return Mail.objects.get(person=person)


def subjects(mail: Mail) -> list[str]:
    rows = Notice.objects.filter(mail=mail).order_by("event_id", "pk")
    return list(rows.values_list("subject", flat=True))


def due_now() -> None:
    """Nothing waits for its moment any more; what is leased stays so."""
    now = clock.now()
    Mail.objects.filter(state="pending", attempts=0).update(due_at=now, next_at=now)


@dataclass
class Received:
    recipient: str
    message: Message
    at: float


@dataclass
class MailServer:
    """An SMTP server in a thread. `answers` are its next answers to RCPT, `after_data` those to DATA.

    An empty list is 250. `drop` as an answer to DATA takes the message and cuts the line.
    """

    answers: list[str] = field(default_factory=list)
    after_data: list[str] = field(default_factory=list)
    slow_seconds: float = 0
    received: list[Received] = field(default_factory=list)
    lines: int = 0

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.lines += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.slow_seconds:
            time.sleep(self.slow_seconds)
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.after_data.pop(0) if self.after_data else "250 OK"
        if answer.startswith("250") or answer == "drop":
            message = message_from_bytes(envelope.content)
            self.received.append(Received(envelope.rcpt_tos[0], message, time.monotonic()))
        if answer == "drop":
            server.transport.abort()
        return answer if answer != "drop" else "250 OK"


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def a_mail_server(settings: Any, **behaviour: Any) -> Iterator[MailServer]:
    """Running, and the one that Django is told of."""
    handler = MailServer(**behaviour)
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    settings.EMAIL_TIMEOUT = 0.5
    try:
        yield handler
    finally:
        controller.stop(no_assert=True)


def plain(message: Message) -> str:
    """The text part, decoded."""
    part: Any = message.get_payload(0) if message.is_multipart() else message
    return str(part.get_payload(decode=True).decode()).replace("\r\n", "\n")

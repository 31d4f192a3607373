"""Several processes put letters into one digest while others claim it: nothing is lost, nothing doubled."""

import time
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.db import connection

from channels import services
from channels.mail import outbox
from channels.models import Mail, Notice
from foundation import clock
from journal.models import Pending
from tests.cast import Cast
from tests.channels.conftest import post
from tests.channels.post import Post, due_now, letter, subjects
from tests.races.crowd import at_once, sorted_out

__all__ = ["post"]
pytestmark = pytest.mark.django_db(transaction=True)
LETTERS = 40


def tell_in_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 3)


def every_notice_is_in_one_mail(people: int, letters: int = LETTERS) -> None:
    assert not Pending.objects.exists()
    by_mail = Notice.objects.filter(channel="email")
    assert by_mail.count() == people * letters
    assert by_mail.values("event", "person").distinct().count() == people * letters
    assert not Mail.objects.filter(notices__isnull=True).exists(), "no mail is empty"


def test_two_processes_gather_one_digest_for_each(
    cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_in_small_batches(monkeypatch)
    readers = (cast.lena, cast.leo, cast.paul)
    for reader in readers:
        services.choose_how_to_hear(
            by=reader,
            ways={"message": "digest"},
            digest_at=(clock.now() - timedelta(hours=2)).time(),
        )
    for number in range(LETTERS):
        # In another order each time, so that locks taken as they come would meet head-on.
        turned = readers[number % 3 :] + readers[: number % 3]
        post.tell(cast.rhea, *(letter(p, f"Letter {number}") for p in turned))
    sorted_out(at_once(*[services.fan_out] * 4), AssertionError)
    every_notice_is_in_one_mail(people=3)
    assert Mail.objects.count() == 3


def test_four_processes_begin_one_mail_of_what_an_outage_held_up(
    cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_in_small_batches(monkeypatch)
    late = timedelta(hours=1)
    for number in range(LETTERS):
        pair = [cast.lena, cast.leo][:: 1 if number % 2 else -1]
        post.tell(cast.rhea, *(letter(p, f"Breach {number}", late_by=late) for p in pair))
    sorted_out(at_once(*[services.fan_out] * 4), AssertionError)
    every_notice_is_in_one_mail(people=2)
    assert list(Mail.objects.values_list("kind", flat=True)) == ["late", "late"]


def test_what_is_put_into_a_digest_that_is_being_claimed_is_in_it_or_in_the_next(
    cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """The slot is now: mails are claimed and sent while letters still come."""
    tell_in_small_batches(monkeypatch)
    late = timedelta(hours=1)
    for number in range(LETTERS):
        post.tell(cast.rhea, letter(cast.lena, f"Letter {number}", late_by=late))
    ends = time.monotonic() + 3

    def send_all_the_time() -> int:
        sent = 0
        while time.monotonic() < ends and not (sent and not Pending.objects.exists()):
            due_now()
            sent += services.deliver()
        return sent

    sorted_out(
        at_once(services.fan_out, services.fan_out, send_all_the_time, send_all_the_time),
        AssertionError,
    )
    due_now()
    services.deliver()
    every_notice_is_in_one_mail(people=1)
    assert not Mail.objects.exclude(state="sent").exists()
    keys = [m.extra_headers["Message-ID"] for m in django_mail.outbox]
    assert len(keys) == len(set(keys)) == Mail.objects.count()
    # What was sent is what is recorded: each letter in one mail, as it stands in the rows.
    told = [f"Letter {n} (" in m.body for n in range(LETTERS) for m in django_mail.outbox]
    assert told.count(True) == LETTERS


def test_no_two_claim_the_same_mail(cast: Cast, post: Post) -> None:
    for number in range(12):
        post.tell(cast.rhea, letter(cast.lena, f"Letter {number}"))
    services.fan_out()

    def claim_four() -> list[outbox.Claim | None]:
        return [outbox.claim() for _ in range(4)]

    won, _ = sorted_out(at_once(*[claim_four] * 4), AssertionError)
    claimed = [one for claims in won for one in claims if one is not None]
    assert len(claimed) == len({one.mail_id for one in claimed}) == 12


def test_a_sleeper_and_its_successor_close_a_mail_once(cast: Cast, post: Post) -> None:
    post.tell(cast.rhea, letter(cast.lena))
    services.fan_out()
    sleeper = outbox.claim()
    successor = outbox.claim(clock.now() + settings.MAIL_LEASE)
    assert sleeper is not None
    assert successor is not None
    closes = [partial(outbox.close, claimed) for claimed in (sleeper, successor, sleeper)]
    assert sorted(at_once(*closes)) == [False, False, True]
    assert Mail.objects.get().state == "sent"


def test_a_letter_waits_for_who_claims_its_digest_and_goes_into_the_next(
    cast: Cast, post: Post
) -> None:
    """The claim is in flight, not committed: the letter must neither miss it nor slip in behind it."""
    services.choose_how_to_hear(
        by=cast.lena,
        ways={"message": "digest"},
        digest_at=(clock.now() - timedelta(hours=2)).time(),
    )
    post.tell(cast.rhea, letter(cast.lena, "One"))
    services.fan_out()
    first = Mail.objects.get()
    post.tell(cast.rhea, letter(cast.lena, "Two"))

    def claim_slowly() -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            outbox.claim(first.due_at + timedelta(seconds=1))
            cursor.execute("SELECT pg_sleep(0.7)")
            cursor.execute("COMMIT")

    def tell_meanwhile() -> None:
        time.sleep(0.3)
        services.fan_out()

    sorted_out(at_once(claim_slowly, tell_meanwhile), AssertionError)
    second = Mail.objects.exclude(pk=first.pk).get()
    assert (subjects(first), subjects(second)) == (["One"], ["Two"])

"""A mail as it is sent: plain text, the same as simple HTML, and the headers that keep machines calm.

Built anew at each attempt of rows that no longer change: the same key, words and order each time. Only
what was redacted meanwhile is missing.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from channels.models import Mail, MailKind, Notice
from foundation.moments import span


class NobodyThere(Exception):
    """There is nobody to write to any more; `str` says why."""


@dataclass(frozen=True)
class Entry:
    """One notice as a mail says it; `quoted` is what somebody wrote, line by line."""

    subject: str
    body: str
    url: str
    late: str
    quoted: list[str]


def message_of(mail_id: int) -> EmailMultiAlternatives:
    """The e-mail of a row, for the address that the person has now."""
    mail = Mail.objects.select_related("person").get(pk=mail_id)
    if not mail.person.is_active or not mail.person.email:
        raise NobodyThere("The person has left." if mail.person.email else "There is no address.")
    notices = list(mail.notices.select_related("event__text").order_by("event_id", "pk"))
    told: dict[str, Any] = {
        "kind": mail.kind,
        "lead": _lead(mail, len(notices)),
        "entries": [_entry(notice) for notice in notices],
        "settings_url": _absolute(reverse("notice_settings")),
    }
    message = EmailMultiAlternatives(
        subject=_one_line(_subject(mail, notices)),
        body=render_to_string("channels/mail/_text.txt", told),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.person.email],
        headers=_headers(mail, notices, told["settings_url"]),
    )
    message.attach_alternative(render_to_string("channels/mail/_page.html", told), "text/html")
    return message


def quoted(notice: Notice) -> str:
    """What somebody wrote with the event, if the notice shows it and nobody has taken it away."""
    text = notice.event.text
    return text.body if notice.quotes and text and not text.redacted_at else ""


def message_id(key: str) -> str:
    return f"<{key}@{settings.MAIL_DOMAIN}>"


def _headers(mail: Mail, notices: list[Notice], settings_url: str) -> dict[str, str]:
    headers = {
        "Message-ID": message_id(mail.key),
        # RFC 3834: no out-of-office notes, please; the second is how Exchange hears it.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Unsubscribe": f"<{settings_url}>",
    }
    threads = {notice.thread for notice in notices} - {""}
    if mail.kind == MailKind.SINGLE and len(threads) == 1:
        # Nobody ever sends the first mail of the thread: its name is enough to group the others.
        first = message_id(f"thread-{_one_line(threads.pop())}")
        headers |= {"In-Reply-To": first, "References": first}
    return headers


def _subject(mail: Mail, notices: list[Notice]) -> str:
    if len(notices) == 1:
        return notices[0].subject
    if mail.kind == MailKind.LATE:
        return f"{len(notices)} notices, late"
    return f"Your digest: {len(notices)} notices"


def _lead(mail: Mail, count: int) -> str:
    if mail.kind == MailKind.LATE:
        return "Firebreak could not tell you in time. This is what happened meanwhile."
    if mail.kind == MailKind.DIGEST:
        return f"{count} notices since the last time." if count > 1 else ""
    return ""


def _entry(notice: Notice) -> Entry:
    return Entry(
        subject=_one_line(notice.subject),
        body=notice.body,
        url=_absolute(notice.url) if notice.url else "",
        late=f"{span(notice.late_by)} late" if notice.late_by else "",
        quoted=quoted(notice).splitlines(),
    )


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _one_line(text: str) -> str:
    """No line break of any kind can begin a header of its own."""
    return " ".join(text.split())

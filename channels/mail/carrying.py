"""Handing a message to the mail server, and what its answer means.

One connection serves a round, and is made anew after whatever went wrong. The answers that matter are
three: the server is not there (nobody's mail can go), not this one now, never this one.
"""

import smtplib
from typing import Any

from django.core.mail import EmailMessage, get_connection

from foundation import failpoints

#: Spoken about the recipient or the message, not about us: who asks again gets the same answer.
PERMANENT = range(500, 600)


class NotTaken(Exception):
    """The server did not take this message now; `str` is what it said."""


class ServerGone(NotTaken):
    """There is no server to speak to: no other message can go either."""


class RefusedForGood(Exception):
    """The server will never take this message; `str` is what it said."""


class Carrier:
    """The connection of one round of deliveries. The network is asked here and nowhere else."""

    def __init__(self) -> None:
        self._line: Any = None

    def carry(self, message: EmailMessage) -> None:
        """Hand it over; returns once the server has taken it, else says which of the three it was."""
        line = self._opened()
        failpoints.reach("before_send")
        try:
            line.send_messages([message])
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise _meant(error) from error
        failpoints.reach("after_send")

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _opened(self) -> Any:
        if self._line is None:
            line = get_connection(fail_silently=False)
            try:
                line.open()
            except (smtplib.SMTPException, OSError) as error:
                raise ServerGone(f"No mail server: {_said(error)}") from error
            self._line = line
        return self._line


def _meant(error: Exception) -> Exception:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
        words = "; ".join(f"{code} {_text(said)}" for code, said in answers)
        forever = all(code in PERMANENT for code, _ in answers)
        return RefusedForGood(words) if forever else NotTaken(words)
    if isinstance(error, smtplib.SMTPDataError) and error.smtp_code in PERMANENT:
        return RefusedForGood(_said(error))
    # A sender or a login that is refused is ours to put right: until then it waits.
    return NotTaken(_said(error))


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)

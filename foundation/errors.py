"""What a verb may refuse with. Services raise these; each door translates them once.

The HTTP status lives here as a plain number only because all doors share one vocabulary of
refusal (RFC 9457 for the API, a form error for pages).
"""

from collections.abc import Mapping, Sequence
from typing import Any


class Refused(Exception):
    """A verb did not happen. `str(error)` is a sentence for the person who asked."""

    status = 422
    title = "A rule does not allow this"

    def __init__(self, words: str, **extra: Any) -> None:
        super().__init__(words)
        self.words = words
        self.extra = extra


class Invalid(Refused):
    """The input has the wrong shape; `fields` names each wrong field and says why."""

    status = 400
    title = "Some fields need another look"

    def __init__(self, fields: Mapping[str, Sequence[str]], words: str = "") -> None:
        super().__init__(words or " ".join(m for messages in fields.values() for m in messages))
        self.fields = {name: list(messages) for name, messages in fields.items()}


class NotAllowed(Refused):
    """The caller sees the thing but may not do this to it."""

    status = 403
    title = "You may not do this"


class NotFound(Refused):
    """There is no such thing, or the caller may not know that there is."""

    status = 404
    title = "There is nothing here"


class Conflict(Refused):
    """The thing is in a state that does not allow the verb, or somebody else was first."""

    status = 409
    title = "Somebody got there first, or the state does not allow it"


class Stale(Refused):
    """The caller's version is older than the stored one."""

    status = 412
    title = "It has changed since you read it"


class VersionNeeded(Refused):
    """An edit came without the version that it was based on."""

    status = 428
    title = "Say which version you edit"


class RuleBroken(Refused):
    """The request is well-formed and permitted, and a rule of the product refuses it."""


def need(**texts: str) -> None:
    """Refuse blank texts: `need(message=message)` names each field that says nothing."""
    blank = {name: ["Write something here."] for name, text in texts.items() if not text.strip()}
    if blank:
        raise Invalid(blank)

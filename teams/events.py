"""Facts about people and their access."""

from dataclasses import dataclass
from datetime import datetime

from journal.facts import Fact


@dataclass(frozen=True)
class TokenIssued(Fact):
    """A token was made for somebody; the token itself is nowhere but in their hands."""

    name = "person.token_issued"
    words = "made the token {token}"
    internal = True
    person: str
    token: str
    scope: str
    expires_at: datetime | None = None

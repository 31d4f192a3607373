"""Verbs on people and their access: issue token."""

from datetime import datetime, timedelta

from django.db import transaction

from foundation.errors import RuleBroken
from journal import services as journal
from teams.events import TokenIssued
from teams.models import ApiToken, Person, TokenScope

LONGEST_DAYS = 3650


@transaction.atomic
def issue_token(
    person: Person,
    *,
    name: str = "",
    scope: str = TokenScope.ALL,
    days: int = 90,
    by: Person,
    at: datetime,
    source: str = "web",
) -> tuple[ApiToken, str]:
    """Make a bearer token for a person; only its hash is kept, so the text is told this once."""
    if not person.is_active:
        raise RuleBroken(f"{person} has no active account.")
    if not 1 <= days <= LONGEST_DAYS:
        raise RuleBroken(f"A token lives for 1 to {LONGEST_DAYS} days.")
    kept, token = ApiToken.objects.create(
        user=person, expiry=timedelta(days=days), name=name, scope=scope
    )
    fact = TokenIssued(person=person.username, token=name, scope=scope, expires_at=kept.expiry)
    journal.record(fact, subject=person.pk, by=by, at=at, source=source)
    return kept, token

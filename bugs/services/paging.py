"""Calling for help about a bug by hand, and when that ends (ONC-6)."""

from datetime import datetime

from django.db import transaction

from bugs.events import BugPaged
from bugs.models import Bug
from bugs.services._act import begin, finish
from foundation.errors import need
from oncall.querysets.paging import running, unanswered
from oncall.services import paging
from teams.models import Person
from teams.querysets import CLOCK, automatic


@transaction.atomic
def page(
    bug_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """At any hour and at any priority: somebody decided that it cannot wait."""
    need(reason=reason)
    bug = begin(bug_id, "page", by=by, at=at, version=version)
    made = paging.page(
        bug.team, priority=bug.priority, bug=bug.pk, area=bug.product_area, reason=reason, by=by,
        at=at, source=source,
    )  # fmt: skip
    return finish(bug, BugPaged(), [], by=by, at=at, source=source, text=made.reason or "")


def somebody_is_on_it(bug_id: int, *, by: Person, at: datetime, source: str) -> None:
    """Who starts it has answered the page, late too."""
    if found := unanswered(bug=bug_id):
        paging.acknowledge(found.pk, by=by, at=at, source=source)


def call_off(bug_id: int, why: str, *, at: datetime, source: str) -> None:
    """Nobody has to come any more; without a page nothing happens."""
    if found := running(bug=bug_id):
        paging.stop(found.pk, reason=why, by=automatic(CLOCK), at=at, source=source)

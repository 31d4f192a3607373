"""Say which version of the product has a fix: planned for a day, or out (BUG-6).

Locks: the release, then bugs by key. Who makes the same version at the same moment waits at its name.
"""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from bugs import policy
from bugs.events import BugReleased, BugReleasePlanned, VersionBroughtOut
from bugs.lifecycle import LIFECYCLE
from bugs.models import Bug, Release, ReleaseEntry
from bugs.services._act import ROWS, begin, finish
from foundation.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken, need
from foundation.lifecycle import words
from foundation.locking import locked, locked_all
from foundation.references import reference
from journal import services as journal
from oncall.querysets import standing
from teams.models import Person, Team

LONGEST_NAME = 80
TEAMS = Team.objects.select_related("calendar")
RELEASES = Release.objects.select_related("team__calendar")


@transaction.atomic
def release(
    bug_id: int,
    *,
    named: str,
    on: date,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """Put a fix into the version called `named`. With a day ahead it is planned, else it is out."""
    team = TEAMS.filter(bugs=bug_id).first()
    if team is None:
        raise NotFound("There is nothing here.")
    into = _the_release(team, named, on, by=by, at=at)
    bug = begin(bug_id, "release", by=by, at=at, version=version)
    if refusal := _why_not(bug, into):
        raise Conflict(refusal)
    return _put(bug, into, by=by, at=at, source=source)


@transaction.atomic
def release_many(
    team_id: int,
    *,
    named: str,
    on: date,
    bugs: Sequence[int],
    by: Person,
    at: datetime,
    source: str = "web",
) -> Release:
    """Put many fixes into one version, all or none; a version that is there already takes more."""
    team = TEAMS.get(pk=team_id)
    if refusal := policy.may_bring_out(standing(by, at), team):
        raise NotAllowed(refusal)
    if not bugs:
        raise Invalid({"bugs": ["Choose at least one bug."]})
    into = _the_release(team, named, on, by=by, at=at)
    rows = locked_all(ROWS, bugs)
    refused = {reference("BUG", key): "is not there" for key in bugs if key not in rows}
    refused |= {b.reference: why for b in rows.values() if (why := _unfit(b, into))}
    if refused:
        each = "; ".join(f"{name} {why}" for name, why in refused.items())
        raise RuleBroken(f"Nothing is released. {each}.", bugs=refused)
    for bug in rows.values():
        LIFECYCLE.advance(bug, "release")
        _put(bug, into, by=by, at=at, source=source)
    return into


@transaction.atomic
def bring_out(
    release_id: int, *, on: date | None = None, by: Person, at: datetime, source: str = "web"
) -> Release:
    """A planned version is out, since today or a day that has passed; its reporters hear of it."""
    out = locked(RELEASES, release_id)
    if refusal := policy.may_bring_out(standing(by, at), out.team):
        raise NotAllowed(refusal)
    if out.is_out:
        raise Conflict(f"{out.named} has been out since {out.on:%-d %B %Y}.")
    today = _today(out.team, at)
    if on is not None and on > today:
        raise Invalid({"on": ["It is out when customers can have it: choose today or earlier."]})
    out.on, out.out_at = on or today, at
    out.save(update_fields=["on", "out_at"])
    rows = locked_all(ROWS, Bug.objects.filter(release=out).values_list("pk", flat=True))
    there = [bug for bug in rows.values() if bug.release_id == out.pk]
    fact = BugReleased(in_version=out.named, on=out.on)
    for bug in there:
        finish(bug, fact, [], by=by, at=at, source=source)
    told = VersionBroughtOut(
        in_version=out.named, on=out.on, bugs=tuple(b.reference for b in there)
    )
    journal.record(told, subject=out.team_id, by=by, at=at, source=source)
    return out


def _the_release(team: Team, named: str, on: date, *, by: Person, at: datetime) -> Release:
    """The version of that name, locked; made when there is none."""
    named = named.strip()
    need(named=named)
    if len(named) > LONGEST_NAME:
        raise Invalid({"named": [f"Say it in {LONGEST_NAME} characters at most."]})
    found = Release.objects.filter(team=team, named__iexact=named).first()
    if found is None:
        out_at = at if on <= _today(team, at) else None
        return Release.objects.create(team=team, named=named, on=on, out_at=out_at, by=by, at=at)
    into = locked(RELEASES, found.pk)
    if into.on != on:
        stands = "has been out since" if into.is_out else "is planned for"
        raise Invalid({"on": [f"{into.named} {stands} {into.on:%-d %B %Y}: say that day."]})
    return into


def _why_not(bug: Bug, into: Release) -> str:
    """A fix that is out stays where it is; a planned one may go with another version."""
    if bug.release is not None and (bug.release.is_out or bug.release == into):
        return f"{bug.reference} is in version {bug.release.named} already."
    return ""


def _unfit(bug: Bug, into: Release) -> str:
    """Why a bug cannot go with this version, as the end of a sentence that its name begins."""
    if bug.team_id != into.team_id:
        return f"is a bug of {bug.team.name}"
    if not LIFECYCLE.permits(bug.state, "release"):
        return f"is {words(bug.state)}, not fixed"
    return _why_not(bug, into).removeprefix(f"{bug.reference} ").removesuffix(".")


def _put(bug: Bug, into: Release, *, by: Person, at: datetime, source: str) -> Bug:
    ReleaseEntry.objects.get_or_create(release=into, bug=bug, defaults={"by": by, "at": at})
    bug.release = into
    kind = BugReleased if into.is_out else BugReleasePlanned
    fact = kind(in_version=into.named, on=into.on)
    return finish(bug, fact, ["release"], by=by, at=at, source=source)


def _today(team: Team, at: datetime) -> date:
    return at.astimezone(ZoneInfo(team.calendar.zone)).date()

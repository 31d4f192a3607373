"""A version of the product and the fixes that it brings, as the API shows it (BUG-6)."""

from collections.abc import Iterable
from typing import Any

from bugs import policy
from bugs.models import Release
from bugs.querysets import reports_answered_by
from channels.rest.plain import day, moment
from foundation.references import reference
from oncall.rules import Standing


def in_version(release: Release) -> dict[str, Any]:
    return {
        "release": release.pk,
        "version": release.named,
        "on": day(release.on),
        "out": release.is_out,
    }


def releases(found: Iterable[Release], who: Standing) -> list[dict[str, Any]]:
    """`found` with its team, who made it, and its entries with their bugs."""
    rows = list(found)
    bugs = {e.bug_id for r in rows for e in r.entries.all() if e.bug.release_id == r.pk}
    answered = reports_answered_by(bugs)
    return [_whole(release, answered, who) for release in rows]


def _whole(release: Release, answered: dict[int, list[int]], who: Standing) -> dict[str, Any]:
    entries = list(release.entries.all())
    here = [e.bug_id for e in entries if e.bug.release_id == release.pk]
    gone = [e.bug_id for e in entries if e.bug.release_id != release.pk]
    open_ = not release.is_out and policy.may_bring_out(who, release.team) is policy.YES
    return in_version(release) | {
        "team": release.team.slug,
        "out_at": moment(release.out_at),
        "by": release.by.username,
        "at": moment(release.at),
        "bugs": [reference("BUG", key) for key in here],
        "not_in_it_any_more": [reference("BUG", key) for key in gone],
        "reports": [
            reference("PR", key) for key in sorted({r for b in here for r in answered.get(b, ())})
        ],
        "allowed": ["bring-out"] if open_ else [],
    }

"""May this commit pass? The golden rule as an answer to a hook (PR-3)."""

from collections.abc import Sequence
from typing import ClassVar

from django.urls import path
from rest_framework.request import Request

from bugs.querysets import visible_to as bugs_visible_to
from channels.rest import bodies
from channels.rest.told import Told
from channels.rest.views import ActingDoor, Shown
from foundation.references import Reference, find_all, reference
from oncall.rules import Standing
from problem_reports import querysets
from problem_reports.api import shown
from problem_reports.api.shapes import CommitText
from problem_reports.models import Classification
from problem_reports.rules import CodedBug, CodedReport, may_commit
from teams.models import TokenScope

#: Links that a chain of duplicates may have, to be followed here.
LONGEST_CHAIN = 20


class CommitChecks(ActingDoor):
    """Takes a commit message or a branch name; always 200."""

    scopes: ClassVar[tuple[str, ...]] = (TokenScope.COMMITS,)
    told: ClassVar = {
        "POST": Told(
            "Whether a commit message or branch name may pass: never one that names a report",
            shown.CommitVerdict,
            shown.VERDICT,
            takes=CommitText,
            sends={"text": "PR-12: round once"},
        )
    }

    def act_on(self, request: Request, **where: str) -> Shown:
        text = bodies.shaped(CommitText, bodies.read_object(request))["text"]
        named = [r for r in find_all(text) if r.prefix in ("PR", "BUG")]
        who = querysets.viewer(request.user, self.at)
        verdict = may_commit(*_known(who, named))
        return Shown(
            {
                "allowed": verdict.allowed,
                "reason": verdict.reason,
                "use": verdict.use,
                "references": [str(r) for r in named],
            }
        )


def _known(who: Standing, named: Sequence[Reference]) -> tuple[list[CodedReport], list[CodedBug]]:
    """What this caller sees of what is named, in the order of the text; the rest stays unknown."""
    report_keys = [r.number for r in named if r.prefix == "PR"]
    bug_keys = [r.number for r in named if r.prefix == "BUG"]
    seen = querysets.visible_to(who).filter(pk__in=report_keys)
    keys = set(seen.values_list("pk", flat=True)) if report_keys else set()
    judged = _explanations(keys) if keys else {}
    bugs = bugs_visible_to(who).filter(pk__in=bug_keys).in_bulk() if bug_keys else {}
    return (
        [CodedReport(reference("PR", k), *judged[k]) for k in report_keys if k in keys],
        [CodedBug(bugs[k].reference, bugs[k].state) for k in bug_keys if k in bugs],
    )


def _explanations(keys: set[int]) -> dict[int, tuple[str | None, str | None]]:
    """report -> the bug that explains it and its outcome; a duplicate's are its living original's."""
    ends = {key: key for key in keys}
    # As many rounds as the longest chain has links; the database refuses cycles, and so does this.
    for _ in range(LONGEST_CHAIN):
        onward = querysets.originals_of(ends.values())
        if not onward:
            break
        ends = {key: onward.get(end, end) for key, end in ends.items()}
    rows = Classification.objects.filter(living_for__in=ends.values())
    found = {
        end: (reference("BUG", bug) if bug else None, outcome)
        for end, bug, outcome in rows.values_list("living_for", "bug_id", "outcome")
    }
    return {key: found.get(end, (None, None)) for key, end in ends.items()}


urlpatterns = [path("commit-checks/", CommitChecks.as_view(), name="api-commit-checks")]

"""May this commit pass? The golden rule as an answer to a hook (PR-3)."""

from typing import Any, ClassVar

from django.urls import path
from rest_framework.request import Request

from bugs.querysets import visible_to as bugs_visible_to
from channels.rest import bodies
from channels.rest.told import Told
from channels.rest.views import ActingDoor, Shown
from foundation.references import find_all, reference
from problem_reports import querysets
from problem_reports.api import shown
from problem_reports.api.shapes import CommitText
from problem_reports.models import Classification
from problem_reports.rules import CodedBug, CodedReport, may_commit
from teams.models import TokenScope


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
        named = [r for r in find_all(text) if r.prefix in ("PR", "BUG")][:100]
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


def _known(who: Any, named: Any) -> tuple[list[CodedReport], list[CodedBug]]:
    """What this caller sees of what is named, in the order of the text; the rest stays unknown."""
    report_keys = [r.number for r in named if r.prefix == "PR"]
    bug_keys = [r.number for r in named if r.prefix == "BUG"]
    reports = querysets.visible_to(who).filter(pk__in=report_keys).in_bulk() if report_keys else {}
    bugs = bugs_visible_to(who).filter(pk__in=bug_keys).in_bulk() if bug_keys else {}
    return (
        [_report(reports[key]) for key in report_keys if key in reports],
        [CodedBug(bugs[key].reference, bugs[key].state) for key in bug_keys if key in bugs],
    )


def _report(report: Any) -> CodedReport:
    # A duplicate is answered by the living end of its chain.
    end = querysets.chain_from(report.pk)[-1]
    judged = Classification.objects.filter(living_for=end).values_list("outcome", "bug_id").first()
    outcome, bug = judged or (None, None)
    return CodedReport(report.reference, reference("BUG", bug) if bug else None, outcome)


urlpatterns = [path("commit-checks/", CommitChecks.as_view(), name="api-commit-checks")]

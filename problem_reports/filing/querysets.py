"""What the reporter's page lists."""

from django.db.models import Q, QuerySet

from bugs.lifecycle import State as BugState
from oncall.rules import Standing
from problem_reports.lifecycle import State
from problem_reports.models import ProblemReport
from problem_reports.querysets import visible_to, with_card


def filed_for(who: Standing, *, show: str, before: int | None) -> QuerySet[ProblemReport]:
    """What the person or their support teams filed, newest first, below the key `before`.

    `show`: "open" (until the defect behind it is verified or declined), "me", or "all".
    """
    mine = Q(filed_by_id=who.person_id)
    if show != "me" and who.teams:
        mine |= Q(filing_team_id__in=who.teams)
    reports = with_card(visible_to(who).filter(mine))
    if show == "open":
        reports = reports.filter(
            ~Q(state=State.CLOSED)
            | Q(living__bug__isnull=False)
            & ~Q(living__bug__state__in=(BugState.VERIFIED, BugState.DECLINED))
        )
    if before is not None:
        reports = reports.filter(pk__lt=before)
    return reports.order_by("-pk")

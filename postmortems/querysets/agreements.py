"""Reading agreements with what post-mortems say of them: teams know no post-mortem (PM-7)."""

from collections import Counter

from django.db.models import Model, QuerySet

from bugs.models import Bug
from foundation.references import parse
from oncall.querysets import work_read_by
from oncall.rules import Standing
from postmortems.lifecycle import State
from postmortems.models import PostMortem
from problem_reports.models import ProblemReport
from sprints.models import BacklogItem
from teams.models import Agreement, Team
from teams.querysets import AGREEMENTS, with_uses

#: What an agreement is used on, by the prefix of its references.
USED_ON: dict[str, tuple[str, type[Model]]] = {
    "PR": ("problem_report", ProblemReport),
    "BUG": ("bug", Bug),
    "BI": ("backlog_item", BacklogItem),
}
NOT_THERE = "Write a reference of the team's: PR-12, BUG-7 or BI-3."


def named_in(team: Team, what: str) -> tuple[str, int] | None:
    """(kind, key) of the team's report, bug or backlog item that a reference names; None when there is none."""
    for prefix, (kind, model) in USED_ON.items():
        key = parse(what, prefix)
        if key is not None and model._default_manager.filter(pk=key, team=team).exists():
            return kind, key
    return None


def visible_to(who: Standing) -> QuerySet[Agreement]:
    """Those of own teams and of teams that the company reads, with their uses."""
    return with_uses(AGREEMENTS.filter(work_read_by(who))).order_by("-pk")


def would_have_caught(team_id: int) -> Counter[int]:
    """Clause -> how many post-mortems, not waived, say that it would have caught what happened."""
    said = PostMortem.objects.filter(done_clause__team=team_id)
    return Counter(said.exclude(state=State.WAIVED).values_list("done_clause_id", flat=True))

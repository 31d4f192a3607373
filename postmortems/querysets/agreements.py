"""Reading agreements with what post-mortems say of them: teams know no post-mortem (PM-7)."""

from collections import Counter

from django.db.models import QuerySet

from oncall.querysets import work_read_by
from oncall.rules import Standing
from postmortems.lifecycle import State
from postmortems.models import PostMortem
from teams.models import Agreement
from teams.querysets import AGREEMENTS, with_uses


def visible_to(who: Standing) -> QuerySet[Agreement]:
    """Those of own teams and of teams that the company reads, with their uses."""
    return with_uses(AGREEMENTS.filter(work_read_by(who))).order_by("-pk")


def would_have_caught(team_id: int) -> Counter[int]:
    """Clause -> how many post-mortems, not waived, say that it would have caught what happened."""
    said = PostMortem.objects.filter(done_clause__team=team_id)
    return Counter(said.exclude(state=State.WAIVED).values_list("done_clause_id", flat=True))

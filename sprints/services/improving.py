"""What a team tries after a sprint, and whether it helped (SPR-11)."""

from datetime import datetime

from django.db import transaction

from foundation.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken, Stale, need
from foundation.locking import locked
from journal import services as journal
from journal.models import Text
from oncall.querysets import standing
from sprints import policy
from sprints.events import SprintImprovementAdded, SprintImprovementJudged
from sprints.lifecycle import OVER, Helped
from sprints.models import Improvement, Sprint
from sprints.services._act import ROWS
from teams.models import Person

#: More is no plan for one sprint.
MOST = 10


@transaction.atomic
def add_improvement(
    sprint_id: int, *, text: str, by: Person, at: datetime, source: str = "web"
) -> Improvement:
    """Write down what to try next, at the retrospective of a sprint that is over."""
    need(text=text)
    sprint = _over(sprint_id, by, at)
    if sprint.improvements.count() >= MOST:
        raise RuleBroken(f"{MOST} things to try are more than a sprint can hold. Try those first.")
    words = Text.objects.create(body=text.strip())
    added = Improvement.objects.create(sprint=sprint, text=words, added_at=at)
    fact = SprintImprovementAdded()
    journal.record(fact, subject=sprint.pk, by=by, at=at, source=source, text=words)
    return added


@transaction.atomic
def judge_improvement(
    improvement_id: int,
    *,
    helped: str,
    sprint_id: int,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Improvement:
    """Say at the retrospective of a later sprint (`sprint_id`) whether it helped; *too early* may be said anew."""
    if helped not in Helped.values:
        raise Invalid({"helped": [f"Say one of {', '.join(Helped.values)}."]})
    sprint = _over(sprint_id, by, at)
    improvement = locked(Improvement.objects.select_related("sprint"), improvement_id)
    tried = improvement.sprint
    if tried.team_id != sprint.team_id:
        raise NotFound("There is no such improvement.")
    if version is not None and version != improvement.version:
        raise Stale("Somebody answered this meanwhile.")
    if (sprint.starts_on, sprint.pk) <= (tried.starts_on, tried.pk):
        raise RuleBroken(f"Whether it helped is said after a later sprint than {tried.name}.")
    if improvement.helped in (Helped.YES, Helped.NO):
        raise Conflict("Whether it helped is said already.")
    improvement.helped, improvement.judged_in = helped, sprint
    improvement.version += 1
    improvement.save(update_fields=["helped", "judged_in", "version"])
    fact = SprintImprovementJudged(improvement=improvement.pk, of=tried.reference, helped=helped)
    journal.record(fact, subject=sprint.pk, by=by, at=at, source=source)
    return improvement


def _over(sprint_id: int, by: Person, at: datetime) -> Sprint:
    """The sprint, locked, of who may; a retrospective looks at one that is over."""
    sprint = locked(ROWS, sprint_id)
    if refusal := policy.may_improve(standing(by, at), sprint):
        raise NotAllowed(refusal)
    if sprint.state not in OVER:
        raise Conflict(f"{sprint.name} is {sprint.state}: its retrospective comes when it is over.")
    return sprint

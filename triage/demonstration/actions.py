"""What became of the actions of a published post-mortem: each stands somewhere else (PM-6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from postmortems import services
from postmortems.models import Action, PostMortem
from postmortems.services import actions
from sprints.lifecycle import PLANNED_ITEM, State
from sprints.models import BacklogItem, Sprint
from sprints.services import backlog
from teams.models import Person
from teams.querysets import clauses_of
from triage.demonstration.cadence import STYLES
from triage.demonstration.play import Play
from triage.demonstration.stage import Story


@dataclass(frozen=True)
class Kept:
    """`fate`: verified, done, extended or declined. `factor` counts the factors of the story."""

    what: str
    kind: str
    means: str
    factor: int
    because: str
    fate: str

    def agree(self, thing: PostMortem, *, by: Person, at: datetime, source: str) -> None:
        factor = thing.factors.order_by("pk")[self.factor]
        services.agree_action(
            thing.pk, what=self.what, kind=self.kind, means=self.means, owner=by.username, factor=factor.pk,
            because=self.because, by=by, at=at, source=source,
        )  # fmt: skip


KEPT = (
    Kept("A new column has a value in old rows before code reads it.", "prevent", "eliminate", 1,
         "It was the third defect of this kind.", "verified"),
    Kept("The build replays a day of real answers and compares them.", "detect", "detect", 2,
         "No test has rows that are that old.", "done"),
    Kept("An alarm rings when answers differ from what was asked.", "detect", "detect", 3,
         "Customers were our alarm.", "extended"),
    Kept("The handbook says how old rows differ.", "learn", "document", 1,
         "Whoever joins asks for it.", "declined"),
)  # fmt: skip
FATES = {kept.what: kept.fate for kept in KEPT}


def followed(play: Play, action: Action, at: datetime) -> Story:
    """Decided a day later; what is accepted is planned, done and verified as far as its fate goes."""
    hours, fate = play.company.hours["clinic"], FATES[action.item.title]
    owner = {"by": play.person(STYLES["clinic"].planner), "source": "demo"}
    at = yield hours.after(at, 9)
    if fate == "declined":
        why = "The first action takes the possibility away: then there is nothing left to know."
        backlog.decline(action.pk, reason=why, at=at, **owner)
        return
    backlog.accept(action.pk, at=at, **owner)
    if fate == "extended":
        at = yield hours.before(play.now, 30)
        late = max(action.due_on, at.date()) + timedelta(days=30)
        why = "The supplier of the alarm answers next month."
        actions.extend(action.pk, due_on=late, reason=why, at=at, **owner)
        return
    if fate == "done":
        at = yield max(at, hours.before(play.now, 16))
    by = action.owner
    others = [play.person(n) for n in play.company.developers("clinic") if n != by.username]
    act: dict[str, Any] = {"by": by, "source": "demo"}
    backlog.estimate(action.pk, points=Decimal(2), at=at, **act)
    while BacklogItem.objects.get(pk=action.pk).state != "finished":
        at = yield hours.after(at, 2)
        sprint = Sprint.objects.filter(team=action.item.team_id, state=State.RUNNING).first()
        if sprint is None:
            continue
        if BacklogItem.objects.get(pk=action.pk).state not in PLANNED_ITEM:
            backlog.schedule(action.pk, sprint_id=sprint.pk, at=at, **owner)
        else:
            met = list(clauses_of(action.item.team_id).values_list("pk", flat=True))
            backlog.finish(action.pk, ticked=met, at=at, **act)
    if fate == "verified":
        at = yield hours.after(at, 12)
        proof = "A column was added last week, and no old row was without a value."
        actions.verify(action.pk, proof=proof, by=others[0], at=at, source="demo")

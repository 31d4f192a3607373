"""Which button does which verb on a sprint: one table, from which pages draw and the view acts."""

from collections.abc import Sequence

from bugs.lifecycle import WORKED_ON
from bugs.models import Bug
from channels.web import Verb
from channels.web.acting import Door, Opened, drawn
from sprints import forms, services
from sprints.lifecycle import PLANNED_ITEM
from sprints.models import BacklogItem, Sprint

DOORS: dict[str, Door] = {
    "start": Door(services.start, "Start the sprint", "{0} runs."),
    "commit": Door(
        services.commit,
        "Commit",
        "What is planned in {0} is committed to.",
        forms.CommitForm,
        "Commit to it",
    ),
    "set_capacity": Door(
        services.set_capacity,
        "Set capacity",
        "The capacity of {0} is set.",
        forms.CapacityForm,
        "Set it",
    ),
    "set_reserve": Door(
        services.set_reserve,
        "Set reserve",
        "The reserve of {0} is set.",
        forms.ReserveForm,
        "Set it",
    ),
    "flag_goal_risk": Door(
        services.flag_goal_risk,
        "The goal is at risk",
        "The product owner hears that the goal of {0} is at risk.",
        forms.GoalRiskForm,
        "Say so",
    ),
    "see_goal_risk": Door(
        services.see_goal_risk, "I have seen the risk", "The team reads that you have seen it."
    ),
    "pull_forward": Door(
        services.pull_forward,
        "Pull forward",
        "It is in {0} now.",
        forms.PullForwardForm,
        "Pull it forward",
    ),
    "close": Door(
        services.close, "Close the sprint", "{0} is closed.", forms.CloseForm, "Close it for good"
    ),
    "cancel": Door(
        services.cancel, "Cancel the sprint", "{0} is cancelled.", forms.CancelForm, "End it now"
    ),
}


def url_of(sprint: Sprint, verb: str = "") -> str:
    page = f"/sprints/{sprint.reference}/"
    return f"{page}{verb.replace('_', '-')}/" if verb else page


def button(
    verb: str, sprint: Sprint, work: Sequence[Bug | BacklogItem], opened: Opened | None
) -> Verb:
    """`work` is what is in the sprint: bugs, and items of the backlog."""
    return drawn(
        verb,
        DOORS[verb],
        url_of(sprint, verb),
        opened,
        {"sprint": sprint},
        kind="next" if verb == "start" else "",
        line=_closing(work) if verb in ("close", "cancel") else "",
    )


def _closing(work: Sequence[Bug | BacklogItem]) -> str:
    bugs = sum(isinstance(thing, Bug) and thing.state in WORKED_ON for thing in work)
    items = sum(isinstance(thing, BacklogItem) and thing.state in PLANNED_ITEM for thing in work)
    if not bugs and not items:
        return "Nothing is left unfinished. What the reserve did not use ends with the sprint."
    said = []
    if bugs:
        left = "1 bug is" if bugs == 1 else f"{bugs} bugs are"
        said.append(
            f"{left} not finished: back to be scheduled, the promise slips, and the reporters see it."
        )
    if items:
        left = "1 backlog item is" if items == 1 else f"{items} backlog items are"
        said.append(f"{left} not finished: back to the backlog, for the product owner to order.")
    return " ".join(said)

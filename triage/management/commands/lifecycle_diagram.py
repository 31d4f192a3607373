"""Print the lifecycles as Mermaid diagrams, drawn from the tables that drive guards and buttons.

`docs/lifecycles.md` is this command's output: make manage ARGS=lifecycle_diagram > docs/lifecycles.md
"""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from bugs import lifecycle as bugs
from foundation.lifecycle import STAYS, Lifecycle
from oncall import lifecycle as oncall
from postmortems import lifecycle as post_mortems
from postmortems.lifecycle import actions
from problem_reports import lifecycle as reports
from sprints import lifecycle as sprints
from teams import lifecycle as teams

HEAD = """\
# Lifecycles

Drawn by `make manage ARGS=lifecycle_diagram` from the tables in code; do not edit by hand, a test compares.
A verb that is not drawn from a state is refused there, by the service and by the database.
"""


class Command(BaseCommand):
    help = "Print the lifecycles of reports, bugs and sprints as Mermaid diagrams (docs/lifecycles.md)."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(document(), ending="")


def document() -> str:
    return "\n".join([HEAD, *_chapters()])


def _chapters() -> Iterator[str]:
    yield from _chapter(
        "Problem Reports",
        "`problem_reports/lifecycle.py`. *Answer* and *wake* lead back to the state that was left; "
        "an answer also opens what was closed as *no answer*, and nothing else that is closed.",
        reports.LIFECYCLE,
        reports.State.TO_BE_INVESTIGATED,
    )
    yield from _chapter(
        "Bugs",
        "`bugs/lifecycle/`. *Enter sprint*, *carry back* and *swap out* are acts of the sprint, "
        "*come back* of the clock.",
        Lifecycle({**bugs.LIFECYCLE.steps, **bugs.SPRINT_ACTS.steps, **bugs.CLOCK_ACTS.steps}),
        bugs.State.TO_BE_SCHEDULED,
    )
    yield from _chapter(
        "Loans",
        "`bugs/lifecycle/`: what is owed for a mitigation. *Write off* takes the yes of two people.",
        bugs.LOANS,
        bugs.LoanState.OPEN,
    )
    yield from _chapter(
        "Sprints", "`sprints/lifecycle.py`.", sprints.LIFECYCLE, sprints.State.PLANNED
    )
    yield from _chapter(
        "Swaps of shifts",
        "`oncall/lifecycle.py`. An offer whose shift is over, or somebody else's by now, is not accepted.",
        oncall.SWAPS,
        oncall.SwapState.OFFERED,
    )
    yield from _chapter(
        "Backlog items",
        "`sprints/lifecycle.py`. *Swap out* and *carry back* are acts of the sprint.",
        Lifecycle({**sprints.BACKLOG.steps, **sprints.BACKLOG_SPRINT_ACTS.steps}),
        sprints.ItemState.PROPOSED,
    )
    yield from _chapter(
        "Pages",
        "`oncall/lifecycle.py`. The clock alone *exhausts*: every step was told, and nobody answered.",
        oncall.PAGES,
        oncall.PageState.PAGING,
    )
    yield from _chapter(
        "Post-mortems",
        "`postmortems/lifecycle.py`. What was waived may be proposed again, as another one.",
        post_mortems.LIFECYCLE,
        post_mortems.State.PROPOSED,
    )
    yield from _chapter(
        "Actions of post-mortems",
        "`postmortems/lifecycle/actions.py`. *Accept*, *decline* and *complete* are what its backlog item does.",
        Lifecycle({**actions.OF_ITS_ITEM.steps, **actions.ACTIONS.steps}),
        actions.ActionState.PROPOSED,
    )
    yield from _chapter(
        "Agreements",
        "`teams/lifecycle.py`. *Replace* is what the adoption of its revision does; a retired proposal is dropped.",
        teams.AGREEMENTS,
        teams.AgreementState.PROPOSED,
    )


def _chapter(title: str, words: str, table: Lifecycle, first: str) -> Iterator[str]:
    head, *lines = table.as_mermaid().splitlines()
    drawn = "\n".join([head, f"    [*] --> {first}", *lines])
    stays = [verb for verb, step in table.steps.items() if step.target == STAYS]
    yield f"## {title}\n\n{words}\n\n```mermaid\n{drawn}\n```\n"
    yield f"Without a change of state: {', '.join(stays)}.\n"

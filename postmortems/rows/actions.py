"""Prepared rows of actions: no query happens here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from foundation.lifecycle import words
from foundation.references import address
from postmortems.lifecycle.actions import OPEN_ACTION, WAS_DONE, ActionState
from postmortems.models import Action
from postmortems.querysets.actions import late
from postmortems.rules.actions import STRENGTH, Figures


@dataclass(frozen=True)
class ActionRow:
    """`late` is said of the action, never of who owns it."""

    reference: str
    url: str
    title: str
    facts: str
    strength: str
    owner: str
    due_on: date
    open: bool
    late: bool
    state: str
    state_words: str
    post_mortem: str
    post_mortem_url: str
    again: str


#: State -> words where the state alone does not say who is asked.
SAID = {
    ActionState.PROPOSED: "to be decided",
    ActionState.ASKED: "asked for more",
    ActionState.DONE: "to be verified",
}


def url_of(action: Action) -> str:
    return f"/post-mortems/actions/{action.reference}/"


def state_words(action: Action) -> str:
    return SAID.get(ActionState(action.state)) or words(action.state)


def rows(actions: Sequence[Action], at: datetime, again: Mapping[int, Figures]) -> list[ActionRow]:
    return [
        ActionRow(
            reference=a.reference,
            url=url_of(a),
            title=a.item.title,
            facts=f"{a.get_kind_display()} · {a.get_means_display().lower()}",
            strength=STRENGTH[a.means],
            owner=str(a.owner),
            due_on=a.due_on,
            open=a.state in OPEN_ACTION,
            late=late(a, at),
            state=a.state,
            state_words=state_words(a),
            post_mortem=a.post_mortem.reference,
            post_mortem_url=address("PM", a.post_mortem_id),
            again=came_again(again.get(a.pk)),
        )
        for a in actions
    ]


def came_again(figures: Figures | None) -> str:
    """What was reported after it was verified: done, but not effective."""
    return f"Since it was verified: {figures.in_words()}." if figures else ""


def share_of_weak(actions: Sequence[Action]) -> str:
    """How many only ask people to know or to read something; a sentence, with its n."""
    weak = sum(STRENGTH[a.means] == "weak" for a in actions)
    if not weak:
        return ""
    if len(actions) == 1:
        return (
            "The one open action is weak: what is written down or taught stops nothing by itself."
        )
    are = "is" if weak == 1 else "are"
    return f"{weak} of {len(actions)} open actions {are} weak: what is written down or taught stops nothing by itself."


def what_became_of(actions: Mapping[str, int]) -> str:
    """2 of 3 actions done, 1 verified; `actions` counts them by state."""
    count = sum(actions.values())
    if not count:
        return "No action"
    done = sum(actions.get(state, 0) for state in WAS_DONE)
    named = (
        (actions.get(s, 0), s.label.lower()) for s in (ActionState.VERIFIED, ActionState.DECLINED)
    )
    more = "".join(f", {n} {word}" for n, word in named if n)
    return f"{done or 'None'} of {count} action{'' if count == 1 else 's'} done{more}"


def facts(action: Action) -> list[dict[str, Any]]:
    item, thing = action.item, action.post_mortem
    planned = (item.sprint.name, address("SP", item.sprint_id)) if item.sprint else ("", "")
    known = (
        ("Backlog item", action.reference, address("BI", action.pk)),
        ("From", thing.reference, address("PM", thing.pk)),
        ("Team", item.team.name, ""),
        ("Strength", f"{STRENGTH[action.means]}: {action.get_means_display().lower()}", ""),
        ("Owner", str(action.owner), ""),
        ("Due on", f"{action.due_on:%-d %B %Y}", ""),
        ("Planned in", *planned),
        ("Agreed by", str(action.agreed_by), ""),
        ("Done by", str(action.done_by or ""), ""),
        ("Verified by", str(action.verified_by or ""), ""),
    )
    return [{"name": n, "value": v, "url": u} for n, v, u in known if v]

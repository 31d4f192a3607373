"""Whom a page tells, in which step and when. Pure.

A step names duties, the lead, an expert of the area, or people (`person:otto`). A gap in a duty falls to the
team's leads. The first step of a P0 tells an expert of its area as well (ONC-6).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from oncall.rules.standing import ON_CALL, RELEASE_MANAGER

LEAD, EXPERT, PERSON = "lead", "expert", "person:"
#: Whom a step may name, beside people, in the order of a form.
WHOM = {
    ON_CALL: "who is on call",
    RELEASE_MANAGER: "the release manager",
    LEAD: "the lead",
    EXPERT: "an expert of the area",
}
MOST_STEPS, LONGEST = 8, 24 * 60
SUPPORT_HOURS, ANY_HOUR, NEVER = "support_hours", "any_hour", "never"


@dataclass(frozen=True)
class Step:
    """Told `after` minutes after the step before it."""

    after: int
    whom: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """A version of a team's escalation policy; it gives up so many minutes after its last step."""

    steps: tuple[Step, ...]
    gives_up_after: int = 15
    p1: str = SUPPORT_HOURS


#: What a team pages by before it has published anything.
DEFAULT = Plan((Step(0, (ON_CALL,)), Step(5, (RELEASE_MANAGER,)), Step(10, (LEAD,))))


@dataclass(frozen=True)
class Roster:
    """Who could be told at a moment, by key; None is a gap. `people` are the named ones that are here."""

    on_call: int | None = None
    release_manager: int | None = None
    leads: tuple[int, ...] = ()
    experts: tuple[int, ...] = ()
    people: Mapping[str, int] = field(default_factory=dict)


def told(step: Step, roster: Roster, *, with_expert: bool = False, turn: int = 0) -> list[int]:
    """Whom this step tells, each once. Of several experts one, another with each `turn`; none when one is told."""
    found: list[int] = []
    for whom in step.whom:
        if whom == ON_CALL:
            found += _holder(roster.on_call, roster)
        elif whom == RELEASE_MANAGER:
            found += _holder(roster.release_manager, roster)
        elif whom == LEAD:
            found += roster.leads
        elif whom.startswith(PERSON):
            found += [key for name, key in roster.people.items() if whom == PERSON + name]
    wanted = with_expert or EXPERT in step.whom
    if wanted and roster.experts and not set(roster.experts) & set(found):
        found.append(roster.experts[turn % len(roster.experts)])
    return list(dict.fromkeys(found))


def _holder(held: int | None, roster: Roster) -> Sequence[int]:
    return (held,) if held is not None else roster.leads


Add = Callable[[datetime, timedelta], datetime]


def around_the_clock(start: datetime, span: timedelta) -> datetime:
    return start + span


def moments(steps: Sequence[Step], start: datetime, add: Add = around_the_clock) -> list[datetime]:
    """When each step is told at the earliest: each after the one before it, in the time that `add` counts."""
    at, planned = start, []
    for step in steps:
        at = add(at, timedelta(minutes=step.after))
        planned.append(at)
    return planned


def next_moment(planned: datetime, after: int, at: datetime) -> datetime:
    """When the next step is told, after one at `at`: as planned, and never sooner than its own delay.

    What an outage held up is told step by step: each person still has their minutes.
    """
    return max(planned, at + timedelta(minutes=after))


def wrong_with(
    steps: Sequence[Step], gives_up_after: int, p1: str, known: Collection[str]
) -> dict[str, list[str]]:
    """What keeps a policy from being used, by field; `known` are the names of people that it may name."""
    wrong: dict[str, list[str]] = {}
    if not steps:
        wrong["steps"] = ["Name at least one step: somebody has to be told."]
    elif len(steps) > MOST_STEPS:
        wrong["steps"] = [
            f"At most {MOST_STEPS} steps: whom nobody reached by then, a page will not."
        ]
    for n, step in enumerate(steps, start=1):
        said = wrong.setdefault("steps", [])
        if n == 1 and step.after:
            said.append("The first step is told at once: 0 minutes.")
        if n > 1 and not 1 <= step.after <= LONGEST:
            said.append(f"Step {n} waits 1 to {LONGEST} minutes after the one before it.")
        if not step.whom:
            said.append(f"Step {n} tells nobody.")
        for whom in step.whom:
            if whom.startswith(PERSON):
                if (name := whom.removeprefix(PERSON)) not in known:
                    said.append(f"Step {n} names {name}, who is not in the team.")
            elif whom not in WHOM:
                said.append(f"Step {n} names “{whom}”, which is no duty of a team.")
    if not 1 <= gives_up_after <= LONGEST:
        wrong["gives_up_after"] = [f"After the last step it waits 1 to {LONGEST} minutes."]
    if p1 not in (SUPPORT_HOURS, ANY_HOUR, NEVER):
        wrong["p1"] = ["A P1 pages in support hours, at any hour, or never."]
    return {name: said for name, said in wrong.items() if said}


def as_data(steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [{"after": step.after, "whom": list(step.whom)} for step in steps]


def from_data(rows: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    return tuple(Step(int(row["after"]), tuple(row["whom"])) for row in rows)


# --- As people write it: "5: release manager, ines" -----------------------------------------------------

SPELLED = {"on call": ON_CALL, "release manager": RELEASE_MANAGER, "lead": LEAD, "expert": EXPERT}


def as_lines(steps: Sequence[Step]) -> str:
    """One step a line: its minutes, and whom it tells."""
    names = {whom: words for words, whom in SPELLED.items()}
    lines = (
        f"{step.after}: {', '.join(names.get(w, w.removeprefix(PERSON)) for w in step.whom)}"
        for step in steps
    )
    return "\n".join(lines)


def from_lines(text: str) -> tuple[list[Step], list[str]]:
    """The steps that somebody wrote, and what could not be read, each in a sentence."""
    steps, wrong = [], []
    for n, line in enumerate(filter(None, map(str.strip, text.splitlines())), start=1):
        minutes, colon, named = line.partition(":")
        minutes = minutes.strip()
        if not colon or not (minutes.isascii() and minutes.isdecimal() and len(minutes) < 6):
            wrong.append(f"Line {n} says “{line}”: write its minutes, a colon and whom it tells.")
            continue
        whom = [word.strip() for word in named.split(",") if word.strip()]
        said = tuple(SPELLED.get(word.lower(), PERSON + word) for word in whom)
        steps.append(Step(int(minutes), said))
    return steps, wrong

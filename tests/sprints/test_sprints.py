"""Verbs on sprints: plan, set capacity, set reserve, start, close, from the table and by whom."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken, Stale
from foundation.lifecycle import STAYS
from journal.models import Event
from oncall.querysets import standing
from sprints import policy, services
from sprints.lifecycle import LIFECYCLE, State
from sprints.models import ReserveEntry, Sprint
from sprints.querysets import coming, line_of, running, unfinished, visible_to
from sprints.rules.reserve import replay
from tests.cast import Cast
from tests.factories import a_bug, a_sprint

TOLD: dict[str, dict[str, Any]] = {
    "set_capacity": {"capacity": Decimal(50)},
    "set_reserve": {"reserve": Decimal(5)},
    "commit": {},
    "start": {},
    "flag_goal_risk": {"reason": "The interface of the bank is late"},
    "see_goal_risk": {},
    "pull_forward": {},
    "close": {"goal_met": True},
    "cancel": {"reason": "The law changed"},
}


def perform(verb: str, cast: Cast, sprint: Sprint, **changes: Any) -> Sprint:
    service: Callable[..., Sprint] = getattr(services, verb)
    said = {"by": cast.pia, "at": clock.now(), **TOLD[verb], **changes}
    if verb == "pull_forward":
        said.setdefault("thing", "BUG-1")
    if verb == "close":
        there = unfinished(sprint.pk)
        said.setdefault("reasons", {p.reference: "It took longer" for p in there})
    return service(sprint.pk, **said)


def in_state(cast: Cast, state: str) -> Sprint:
    sprint = a_sprint(cast)
    if state != "planned":
        perform("start", cast, sprint)
        perform("flag_goal_risk", cast, sprint)
    if state == "closed":
        perform("close", cast, sprint)
    if state == "cancelled":
        perform("cancel", cast, sprint)
    return Sprint.objects.get(pk=sprint.pk)


PAIRS = [(state, verb) for state in State.values for verb in LIFECYCLE.steps]


def test_every_verb_of_the_table_is_acted_here() -> None:
    assert set(TOLD) == set(LIFECYCLE.steps)


@pytest.mark.parametrize(("state", "verb"), [p for p in PAIRS if LIFECYCLE.permits(*p)])
def test_an_allowed_verb_ends_where_the_table_says(cast: Cast, state: str, verb: str) -> None:
    sprint = in_state(cast, state)
    if verb == "pull_forward":  # only late in a sprint: it has tests of its own
        return
    perform(verb, cast, sprint)
    target = LIFECYCLE.steps[verb].target
    after = Sprint.objects.get(pk=sprint.pk)
    assert after.state == (state if target == STAYS else target)
    assert after.version > sprint.version
    assert Event.objects.filter(kind="sprint", subject=sprint.pk).latest("id").by == cast.pia


@pytest.mark.parametrize(("state", "verb"), [p for p in PAIRS if not LIFECYCLE.permits(*p)])
def test_any_other_verb_is_a_conflict_and_changes_nothing(
    cast: Cast, state: str, verb: str
) -> None:
    sprint = in_state(cast, state)
    before = Sprint.objects.values().get(pk=sprint.pk), Event.objects.count()
    with pytest.raises(Conflict):
        perform(verb, cast, sprint)
    assert (Sprint.objects.values().get(pk=sprint.pk), Event.objects.count()) == before


PLANNERS = {"pia", "rhea", "adam"}  # product owner, lead, admin
#: The verbs that are not theirs.
OTHERS = {
    "flag_goal_risk": {*PLANNERS, "ines", "otto"},
    "see_goal_risk": {"pia"},
    "cancel": {"pia"},
    "pull_forward": {*PLANNERS, "ines", "otto"},
}


@pytest.mark.parametrize("verb", LIFECYCLE.steps)
def test_product_owner_lead_and_admin_steer_and_nobody_else(cast: Cast, verb: str) -> None:
    sprint = in_state(cast, min(LIFECYCLE.steps[verb].sources))
    may = {
        name
        for name, person in cast.everybody.items()
        if verb in policy.allowed(standing(person, clock.now()), sprint)
    }
    assert may == OTHERS.get(verb, PLANNERS)
    for name in set(cast.everybody) - may:
        with pytest.raises(NotAllowed):
            perform(verb, cast, sprint, by=cast.everybody[name])


def test_planning_is_theirs_too(cast: Cast) -> None:
    for name, person in cast.everybody.items():
        if name not in PLANNERS:
            with pytest.raises(NotAllowed):
                a_sprint(cast, by=person)


def test_a_planned_sprint_opens_its_ledger(cast: Cast) -> None:
    sprint = a_sprint(cast, reserve=10, capacity=40)
    assert (sprint.state, sprint.capacity, sprint.size) == ("planned", 40, 10)
    assert (sprint.available, sprint.commit_limit) == (10, 30)
    entry = ReserveEntry.objects.get(sprint=sprint)
    assert (entry.kind, entry.amount, entry.bug) == ("open", 10, None)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"reserve": 41}, RuleBroken),
        ({"reserve": -1}, Invalid),
        ({"capacity": -1}, Invalid),
        ({"capacity": 10**6}, Invalid),
    ],
)
def test_a_reserve_is_a_part_of_the_capacity(
    cast: Cast, changes: dict[str, int], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        a_sprint(cast, **changes)  # type: ignore[arg-type]
    assert not Sprint.objects.exists()


def plan(cast: Cast, **changes: Any) -> Sprint:
    today = cast.today
    told = {
        "name": "Sprint",
        "goal": "",
        "starts_on": today,
        "ends_on": today,
        "capacity": Decimal(40),
        "reserve": Decimal(10),
        "by": cast.pia,
        "at": clock.now(),
        **changes,
    }
    return services.plan(cast.billing, **told)


def test_a_sprint_does_not_end_before_it_starts(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="on or after the day it starts"):
        plan(cast, ends_on=cast.today - timedelta(days=1))


def test_a_name_is_used_once_in_a_team(cast: Cast) -> None:
    plan(cast)
    with pytest.raises(Conflict, match="already has a sprint called Sprint"):
        plan(cast)
    services.plan(
        cast.platform,
        name="Sprint",
        goal="",
        starts_on=cast.today,
        ends_on=cast.today,
        capacity=Decimal(1),
        reserve=Decimal(0),
        by=cast.adam,
        at=clock.now(),
    )


def test_one_sprint_of_a_team_runs(cast: Cast) -> None:
    first, second = a_sprint(cast), a_sprint(cast)
    perform("start", cast, first)
    with pytest.raises(RuleBroken, match="close it first"):
        perform("start", cast, second)
    theirs = a_sprint(cast, team=cast.platform, by=cast.adam)
    perform("start", cast, theirs, by=cast.adam)
    perform("close", cast, first)
    perform("start", cast, second)
    assert running(cast.billing.pk) == second
    assert running(cast.platform.pk) == theirs


def test_the_reserve_does_not_go_below_what_is_promised(cast: Cast) -> None:
    a_bug(cast, "in_sprint", points=4)
    sprint = Sprint.objects.get(state="running")
    with pytest.raises(RuleBroken, match="already held or spent"):
        perform("set_reserve", cast, sprint, reserve=Decimal("3.99"))
    sprint = perform("set_reserve", cast, sprint, reserve=Decimal(4))
    assert (sprint.size, sprint.held, sprint.available) == (4, 4, 0)
    assert Event.objects.get(name="sprint.reserve_set").data == {"reserve": "4", "was": "10"}


def test_reserve_and_capacity_hold_each_other(cast: Cast) -> None:
    sprint = a_sprint(cast, reserve=10, capacity=40)
    with pytest.raises(RuleBroken):
        perform("set_reserve", cast, sprint, reserve=Decimal(41))
    with pytest.raises(RuleBroken, match="lower the reserve first"):
        perform("set_capacity", cast, sprint, capacity=Decimal(9))
    for verb, field in (("set_reserve", "reserve"), ("set_capacity", "capacity")):
        with pytest.raises(Invalid) as refused:
            perform(verb, cast, sprint, **{field: Decimal(-1)})
        assert list(refused.value.fields) == [field]


def test_the_ledger_replays_to_the_counters(cast: Cast) -> None:
    a_bug(cast, "fixed", points=4)
    a_bug(cast, "in_sprint", points=3, priority="P0")
    sprint = Sprint.objects.get(state="running")
    perform("set_reserve", cast, sprint, reserve=Decimal(8))
    a_bug(cast, "in_sprint", points=3, priority="P0")
    sprint = perform("close", cast, sprint)
    told = vars(replay(line_of(line) for line in sprint.entries.order_by("pk")))
    assert told == {name: getattr(sprint, name) for name in told}
    assert (sprint.held, sprint.spent, sprint.overdraft) == (0, 4, 2)


def test_an_old_version_is_stale_and_an_unknown_sprint_not_found(cast: Cast) -> None:
    sprint = a_sprint(cast)
    with pytest.raises(Stale):
        perform("start", cast, sprint, version=sprint.version - 1)
    sprint.pk = 2**62
    with pytest.raises(NotFound):
        perform("start", cast, sprint)


def test_the_next_sprints_come_soonest_first(cast: Cast) -> None:
    today = cast.today
    later = a_sprint(cast, starts_on=today + timedelta(days=28))
    sooner = a_sprint(cast, starts_on=today + timedelta(days=14))
    perform("start", cast, a_sprint(cast, starts_on=today))
    assert list(coming(cast.billing.pk)) == [sooner, later]


def test_a_team_that_reads_for_itself_keeps_its_sprints_to_itself(cast: Cast) -> None:
    a_sprint(cast)
    open_ = a_sprint(cast, team=cast.platform, by=cast.adam)
    assert list(visible_to(standing(cast.sami, clock.now()))) == [open_]
    assert visible_to(standing(cast.ines, clock.now())).count() == 2
    assert not visible_to(standing(cast.stranger, clock.now())).exists()

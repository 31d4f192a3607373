"""Whom a step tells and when: pure, and so for every policy and roster that there could be."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from oncall.rules import ON_CALL, RELEASE_MANAGER
from oncall.rules.escalation import (
    DEFAULT,
    EXPERT,
    LEAD,
    LONGEST,
    MOST_STEPS,
    SUPPORT_HOURS,
    Roster,
    Step,
    as_data,
    from_data,
    moments,
    next_moment,
    told,
    wrong_with,
)

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
KEYS = st.integers(1, 9)
WHOM = st.sampled_from([ON_CALL, RELEASE_MANAGER, LEAD, EXPERT, "person:ines", "person:gone"])
STEPS = st.builds(
    Step, after=st.integers(0, 90), whom=st.lists(WHOM, min_size=1, max_size=4).map(tuple)
)
ROSTERS = st.builds(
    Roster,
    on_call=st.none() | KEYS,
    release_manager=st.none() | KEYS,
    leads=st.lists(KEYS, max_size=3, unique=True).map(tuple),
    experts=st.lists(KEYS, max_size=3, unique=True).map(tuple),
    people=st.just({}) | st.builds(lambda key: {"ines": key}, KEYS),
)


@given(STEPS, ROSTERS, st.booleans(), st.integers(0, 50))
def test_a_step_tells_each_once_and_only_who_is_there(
    step: Step, roster: Roster, p0: bool, turn: int
) -> None:
    found = told(step, roster, with_expert=p0, turn=turn)
    there = {roster.on_call, roster.release_manager, *roster.leads, *roster.experts}
    assert len(found) == len(set(found))
    assert set(found) <= there | set(roster.people.values())
    assert found == told(step, roster, with_expert=p0, turn=turn)


@given(STEPS, ROSTERS, st.integers(0, 50))
def test_a_gap_falls_to_the_leads_and_never_to_nobody_while_there_is_one(
    step: Step, roster: Roster, turn: int
) -> None:
    found = told(step, roster, turn=turn)
    if ON_CALL in step.whom and roster.on_call is None:
        assert set(roster.leads) <= set(found)
    if {ON_CALL, RELEASE_MANAGER, LEAD} & set(step.whom) and roster.leads:
        assert found


@given(STEPS, ROSTERS, st.integers(0, 50))
def test_the_first_step_of_a_p0_has_an_expert_when_there_is_one(
    step: Step, roster: Roster, turn: int
) -> None:
    found = told(step, roster, with_expert=True, turn=turn)
    assert bool(set(found) & set(roster.experts)) == bool(roster.experts)
    without = told(Step(step.after, tuple(w for w in step.whom if w != EXPERT)), roster)
    assert len(found) <= len(without) + 1


def test_experts_take_turns() -> None:
    roster = Roster(on_call=1, experts=(4, 5, 6))
    step = Step(0, (ON_CALL,))
    assert [told(step, roster, with_expert=True, turn=n)[1] for n in range(4)] == [4, 5, 6, 4]
    known = Roster(on_call=5, experts=(4, 5, 6))
    assert told(step, known, with_expert=True) == [5]


@given(st.lists(STEPS, min_size=1, max_size=6))
def test_steps_follow_each_other_and_a_late_one_still_gives_its_minutes(steps: list[Step]) -> None:
    planned = moments(steps, NOON)
    assert planned == sorted(planned)
    assert planned[-1] - NOON == timedelta(minutes=sum(s.after for s in steps))
    for moment, step in zip(planned, steps, strict=True):
        late = NOON + timedelta(days=2)
        assert next_moment(moment, step.after, late) == late + timedelta(minutes=step.after)
        assert next_moment(moment, step.after, NOON) >= moment


@given(st.lists(STEPS, max_size=6))
def test_a_policy_survives_being_written_down(steps: list[Step]) -> None:
    assert list(from_data(as_data(steps))) == steps


def wrong(*steps: Step, gives_up_after: int = 15, p1: str = SUPPORT_HOURS) -> dict[str, list[str]]:
    return wrong_with(steps, gives_up_after, p1, {"ines"})


def test_what_a_team_begins_with_is_a_policy() -> None:
    assert wrong(*DEFAULT.steps, gives_up_after=DEFAULT.gives_up_after) == {}


def test_a_policy_that_would_reach_nobody_says_why() -> None:
    on_call = Step(0, (ON_CALL,))
    assert "somebody has to be told" in wrong()["steps"][0]
    assert wrong(Step(5, (ON_CALL,)))["steps"] == ["The first step is told at once: 0 minutes."]
    assert "Step 2 waits 1 to 1440" in wrong(on_call, Step(0, (LEAD,)))["steps"][0]
    assert "Step 2 waits 1 to 1440" in wrong(on_call, Step(LONGEST + 1, (LEAD,)))["steps"][0]
    assert wrong(Step(0, ()))["steps"] == ["Step 1 tells nobody."]
    assert "names gone, who is not in the team" in wrong(Step(0, ("person:gone",)))["steps"][0]
    assert "“boss”, which is no duty" in wrong(Step(0, ("boss",)))["steps"][0]
    assert wrong(Step(0, ("person:ines",))) == {}
    many = [on_call, *[Step(1, (LEAD,))] * MOST_STEPS]
    assert "At most 8 steps" in wrong(*many)["steps"][0]
    assert "1 to 1440 minutes" in wrong(on_call, gives_up_after=0)["gives_up_after"][0]
    assert "in support hours" in wrong(on_call, p1="sometimes")["p1"][0]

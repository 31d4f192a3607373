"""Every state × every verb of a bug, from the lifecycle table itself (BUG-1, BUG-6)."""

import pytest
from django.db import transaction

from bugs import lifecycle, policy
from bugs.lifecycle import LIFECYCLE, SPRINT_ACTS, State
from bugs.models import Bug
from foundation import clock
from foundation.errors import Conflict, NotAllowed
from foundation.lifecycle import STAYS
from journal.models import Event
from oncall.querysets import standing
from teams.models import Person
from tests.bugs.acts import ACTORS, everything, perform, prepare
from tests.bugs.conftest import Shelf
from tests.cast import Cast

PAIRS = [(state.value, verb) for state in State for verb in LIFECYCLE.steps]
ALLOWED = [pair for pair in PAIRS if LIFECYCLE.permits(*pair)]
REFUSED = [pair for pair in PAIRS if not LIFECYCLE.permits(*pair)]


pytestmark = pytest.mark.usefixtures("taken_back")


def act(verb: str, cast: Cast, shelf: Shelf, bug: Bug, by: Person | None = None) -> Bug:
    told = {"sprint_id": shelf.planned} if verb == "schedule" else {}
    return perform(verb, cast, bug, by=by, **told)


def test_every_verb_of_the_table_is_acted_here() -> None:
    assert set(ACTORS) == set(LIFECYCLE.steps)


@pytest.mark.parametrize(("state", "verb"), ALLOWED)
def test_an_allowed_verb_ends_where_the_table_says(
    shared_cast: Cast, shelf: Shelf, state: str, verb: str
) -> None:
    bug = shelf.one_in(state)
    act(verb, shared_cast, shelf, bug)
    target = LIFECYCLE.steps[verb].target
    after = shelf.one_in(state)
    assert after.state == (state if target == STAYS else target)
    assert after.version > bug.version
    told = Event.objects.filter(kind="bug", subject=bug.pk).latest("id")
    assert told.by == getattr(shared_cast, ACTORS[verb])


@pytest.mark.parametrize(("state", "verb"), REFUSED)
def test_any_other_verb_is_a_conflict_and_changes_nothing(
    shared_cast: Cast, shelf: Shelf, state: str, verb: str
) -> None:
    before = everything()
    with pytest.raises(Conflict):
        act(verb, shared_cast, shelf, shelf.one_in(state))
    assert everything() == before


#: verb -> (state in which it is asked, who may)
DEVELOPERS = "rhea otto ines robot"
MAY = {
    "prioritise": ("to_be_scheduled", "rhea"),
    "estimate": ("to_be_scheduled", DEVELOPERS),
    "inject": ("to_be_scheduled", "rhea"),
    "schedule": ("to_be_scheduled", "rhea"),
    "postpone": ("to_be_scheduled", "rhea"),
    "decline": ("to_be_scheduled", "rhea"),
    "refute": ("in_sprint", DEVELOPERS),
    "start": ("in_sprint", DEVELOPERS),
    "pair": ("in_sprint", DEVELOPERS),
    "fix": ("in_progress", DEVELOPERS),
    "verify": ("fixed", "rhea otto pia adam robot"),  # Ines fixed it
    "reopen": ("verified", DEVELOPERS),
    "release": ("verified", "rhea otto ines pia adam robot"),  # the pipeline, too
    "mark": ("scheduled", "rhea pia adam"),
    "propose_plan": (
        "to_be_scheduled",
        DEVELOPERS,
    ),  # the product owner changes what developers said
    "agree_plan": ("in_sprint", "rhea otto ines pia"),
    "object_to_plan": ("in_sprint", "rhea otto ines pia"),
    "override_plan": ("in_sprint", "pia"),
    "mitigate": ("in_sprint", DEVELOPERS),
    "repay": ("in_sprint", DEVELOPERS),
    "extend": ("in_sprint", "rhea otto ines pia"),
    "write_off": ("in_sprint", "rhea otto ines pia"),
    "page": ("in_sprint", "rhea otto ines pia adam"),
    "log_work": ("in_sprint", "rhea otto ines pia adam"),  # hours are a person's, never a tool's
}


def test_every_verb_has_its_sentence() -> None:
    assert set(MAY) == set(LIFECYCLE.steps)


@pytest.mark.parametrize("verb", MAY)
def test_exactly_these_people_may_and_the_service_agrees(
    shared_cast: Cast, shelf: Shelf, verb: str
) -> None:
    state, sentence = MAY[verb]
    cast = shared_cast
    prepare(verb, cast, shelf.one_in(state))
    bug = shelf.one_in(state)
    allowed, refused = set(), set()
    for name, person in cast.everybody.items():
        if verb in policy.allowed(standing(person, clock.now()), bug):
            allowed.add(name)
        try:
            with transaction.atomic():
                act(verb, cast, shelf, bug, by=person)
                transaction.set_rollback(True)
        except NotAllowed:
            refused.add(name)
    assert allowed == set(sentence.split())
    assert refused == set(cast.everybody) - allowed


def test_the_acts_of_a_sprint_are_no_verbs_of_people() -> None:
    assert not set(SPRINT_ACTS.steps) & set(LIFECYCLE.steps)
    assert not [v for v in SPRINT_ACTS.steps if hasattr(policy, f"may_{v}")]


@pytest.mark.parametrize("priority", ["P2", "P3"])
def test_inject_is_not_offered_below_p1(shared_cast: Cast, shelf: Shelf, priority: str) -> None:
    rhea, bug = standing(shared_cast.rhea, clock.now()), shelf.one_in("to_be_scheduled")
    assert "inject" in policy.allowed(rhea, bug)
    bug.priority = priority
    assert "inject" not in policy.allowed(rhea, bug)
    assert priority not in lifecycle.INJECTABLE

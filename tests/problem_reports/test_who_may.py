"""Who may do what to a report: each line reads as a sentence (issue 2 §4).

Lena and Leo are of the support team that filed; Rhea is release manager, Otto on call, Ines investigates
it, all three develop; Pia owns the product; Adam is admin of all teams; Robot is a tool of the team. Paul is of
another support team, Sami of another delivery team, and the stranger of none: they know of nothing.
"""

from datetime import timedelta

import pytest
from django.db import transaction

from foundation import clock
from foundation.errors import NotAllowed, Refused
from problem_reports import policy
from problem_reports.lifecycle import LIFECYCLE
from problem_reports.querysets import viewer, visible_to
from teams.models import Person
from tests.cast import Cast
from tests.problem_reports.acts import perform
from tests.problem_reports.conftest import InState

FILING_TEAM = "lena leo adam"
DELIVERY_TEAM = "rhea otto ines pia adam robot"
RELEASE_MANAGER = "rhea"
WHO_INVESTIGATES_AND_RELEASE_MANAGER = "ines rhea"
EVERYBODY_WHO_SEES_IT = f"{FILING_TEAM} {DELIVERY_TEAM}"

#: verb -> (the state in which it is asked, who may)
MAY = {
    "assign": ("to_be_investigated", RELEASE_MANAGER),
    "take": ("to_be_investigated", "rhea otto ines robot"),
    "start": ("assigned", "ines"),
    "classify": ("investigating", WHO_INVESTIGATES_AND_RELEASE_MANAGER),
    "respond": ("investigating", WHO_INVESTIGATES_AND_RELEASE_MANAGER),
    "ask": ("investigating", WHO_INVESTIGATES_AND_RELEASE_MANAGER),
    "answer": ("waiting", FILING_TEAM),
    "return": ("investigating", RELEASE_MANAGER),
    "resubmit": ("returned", FILING_TEAM),
    "hand_back": ("investigating", WHO_INVESTIGATES_AND_RELEASE_MANAGER),
    "snooze": ("investigating", RELEASE_MANAGER),
    "wake": ("snoozed", RELEASE_MANAGER),
    "prioritise": ("to_be_investigated", RELEASE_MANAGER),
    "route": ("to_be_investigated", RELEASE_MANAGER),
    "note": ("investigating", DELIVERY_TEAM),
    # hours are a person's, never a tool's
    "log_work": ("investigating", "rhea otto ines pia adam"),
    "page": ("investigating", "rhea otto ines pia adam"),
    "dispute": ("closed", FILING_TEAM),
    "reopen": ("closed", DELIVERY_TEAM),
    "join": ("investigating", EVERYBODY_WHO_SEES_IT),
    "watch": ("investigating", EVERYBODY_WHO_SEES_IT),
    "edit": ("to_be_investigated", f"{FILING_TEAM} {RELEASE_MANAGER}"),
    "attach": ("investigating", EVERYBODY_WHO_SEES_IT),
}


pytestmark = pytest.mark.usefixtures("taken_back", "files_in_a_folder_of_the_test")


def test_every_verb_has_its_sentence() -> None:
    # Only a P0 is confirmed, and who stands in for a release manager may too: test_confirm.py. What it leaves
    # open is told once: test_tell_cause.py.
    assert {*MAY, "confirm", "tell_cause"} == set(LIFECYCLE.steps)


@pytest.mark.parametrize("verb", MAY)
def test_exactly_these_people_may(shared_cast: Cast, one_in: InState, verb: str) -> None:
    state, sentence = MAY[verb]
    report = one_in(state)
    may = set()
    for name, person in shared_cast.everybody.items():
        who = viewer(person, clock.now())
        if visible_to(who).filter(pk=report.pk).exists() and verb in policy.allowed(who, report):
            may.add(name)
    assert may == set(sentence.split())


@pytest.mark.parametrize("verb", MAY)
def test_the_service_refuses_exactly_the_others(
    shared_cast: Cast, one_in: InState, verb: str
) -> None:
    state, sentence = MAY[verb]
    cast, report = shared_cast, one_in(state)
    for name, person in cast.everybody.items():
        who = viewer(person, clock.now())
        if not visible_to(who).filter(pk=report.pk).exists():
            continue  # a door answers 404 before any verb is called
        refused = None
        try:
            with transaction.atomic():
                perform(verb, cast, report, by=person)
                transaction.set_rollback(True)
        except Refused as error:
            refused = error
        if name in sentence.split():
            assert refused is None, (name, refused)
        else:
            assert isinstance(refused, NotAllowed), (name, refused)
            assert str(refused).endswith("."), "a refusal is a sentence"


def test_who_is_no_longer_here_may_nothing(shared_cast: Cast, one_in: InState) -> None:
    report = one_in("to_be_investigated")
    gone = Person.objects.get(pk=shared_cast.rhea.pk)
    gone.is_active = False
    who = viewer(gone, clock.now())
    assert "assign" not in policy.allowed(who, report)
    assert not visible_to(who).exists()


def test_a_duty_that_is_over_allows_nothing(shared_cast: Cast, one_in: InState) -> None:
    cast, report = shared_cast, one_in("to_be_investigated")
    after = cast.now + timedelta(days=365)
    assert "assign" in policy.allowed(viewer(cast.rhea, cast.now), report)
    assert "assign" not in policy.allowed(viewer(cast.rhea, after), report)

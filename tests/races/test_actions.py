"""An action and the backlog item that it is say the same, whoever was first (PM-6)."""

from functools import partial
from typing import Any

import pytest

from foundation import clock
from foundation.errors import Refused
from postmortems.models import Action
from postmortems.services import actions
from sprints.services import backlog
from tests.cast import Cast
from tests.postmortems.acts import action_in, complete
from tests.races.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)

#: State of the item -> the states of its action that go with it.
TOGETHER = {
    "proposed": {"proposed", "asked"},
    "accepted": {"accepted"},
    "declined": {"declined"},
    "finished": {"done", "verified"},
}


def _try(verb: Any, key: int, **given: Any) -> str:
    try:
        verb(key, at=clock.now(), **given)
    except Refused as refused:
        return refused.words
    return ""


def test_accepting_declining_and_asking_at_once_leave_both_in_step(cast: Cast) -> None:
    keys = [complete(cast).actions.get().pk for _ in range(3)]
    acts = [
        act
        for key in keys
        for act in (
            partial(_try, backlog.accept, key, by=cast.pia),
            partial(_try, backlog.decline, key, reason="Not now", by=cast.pia),
            partial(_try, actions.ask_for_more, key, question="How long?", by=cast.pia),
        )
    ]
    answers = at_once(*acts)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    for action in Action.objects.select_related("item"):
        assert action.state in TOGETHER[action.item.state]


def test_two_who_verify_at_once_are_told_who_was_first(cast: Cast) -> None:
    action = action_in(cast, "done")
    acts = [
        partial(_try, actions.verify, action.pk, proof=who.username, by=who)
        for who in (cast.otto, cast.rhea, cast.pia)
    ]
    answers = at_once(*acts)
    assert sorted(map(bool, answers)) == [False, True, True]
    kept = Action.objects.select_related("verified_by", "proof").get()
    assert kept.verified_by is not None
    assert kept.proof is not None
    assert kept.proof.body == kept.verified_by.username

"""A bug in every state, made once for the module that asks each state everything."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest

from bugs import services
from bugs.lifecycle import State
from bugs.models import Bug
from foundation import clock
from tests.cast import Cast
from tests.factories import a_bug, a_running_sprint, a_sprint


@dataclass(frozen=True)
class Shelf:
    """One estimated bug per state; a running sprint with room, and a planned one."""

    one_in: Callable[[str], Bug]
    planned: int


@pytest.fixture(scope="module")
def shelf(shared_cast: Cast) -> Shelf:
    a_running_sprint(shared_cast, reserve=40)
    keys = {state: a_bug(shared_cast, state).pk for state in State.values}
    services.estimate(
        keys["to_be_scheduled"], points=Decimal(3), by=shared_cast.ines, at=clock.now()
    )
    return Shelf(lambda state: Bug.objects.get(pk=keys[state]), a_sprint(shared_cast).pk)

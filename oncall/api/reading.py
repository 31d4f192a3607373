"""What the doors of swaps, overrides and absences share: who asks, and whom they name (ONC-3)."""

from functools import cached_property

from channels.rest.views import Door
from foundation.errors import Invalid
from oncall.api.rotations import Learning
from oncall.querysets import standing
from oncall.querysets.ladder import learning
from oncall.rules import Standing
from teams.models import Person


class Reading(Door):
    @cached_property
    def who(self) -> Standing:
        return standing(self.request.user, self.at)

    @cached_property
    def learn(self) -> Learning:
        return learning(self.who.person_id)


def person_of(field: str, username: str) -> Person | None:
    if not username:
        return None
    found = Person.objects.filter(username__iexact=username).first()
    if found is None:
        raise Invalid({field: [f"There is nobody called {username}."]})
    return found

"""Whatever happens, the published schedule is what the resolver says, and the past stays (ONC-1, ONC-2)."""

import random
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from foundation.errors import Refused
from oncall import services
from oncall.lifecycle import SwapState
from oncall.models import Absence, Duty, Override, Rotation, SwapOffer
from oncall.querysets import holder
from oncall.querysets.rotas import published, rota_of
from oncall.rules.resolver import resolve
from oncall.rules.walls import UNITS
from teams.rules import Hours
from tests.cast import Cast
from tests.oncall.turns import a_rotation, crew, layer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Story:
    """Acts at moments of the last weeks, one after the other, as the demonstration tells them."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.pick = cast, random.Random(seed)
        self.people = crew(cast)
        self.at = cast.now - 40 * DAY
        self.rotation = a_rotation(cast, *self.layers(), at=self.at, source="demo")
        self.acts = [
            *(self.revise, self.join, self.leave, self.override, self.take, self.away, self.back),
            *(self.swap, self.swap, self.answer, self.answer, self.night),
        ]

    def told(self) -> dict[str, Any]:
        return {"by": self.cast.adam, "at": self.at, "source": "demo"}

    def someone(self) -> Any:
        return self.pick.choice(self.people)

    def span(self) -> dict[str, datetime]:
        start = self.at + self.pick.randint(-24, 24 * 14) * HOUR
        return {"start": start, "end": start + self.pick.randint(1, 24 * 6) * HOUR}

    def layers(self) -> list[Any]:
        return [
            layer(
                self.cast,
                *self.pick.sample(self.people, self.pick.randint(1, 4)),
                name=name,
                unit=self.pick.choice(UNITS),
                length=self.pick.randint(1, 3),
                handoff=time(self.pick.randint(0, 23)),
                hours=self.pick.choice(
                    [frozenset(), frozenset(Hours(n, time(9), time(17)) for n in range(5))]
                ),
            )
            for name in ("first", "second")[: self.pick.randint(1, 2)]
        ]

    def revise(self) -> None:
        since = self.at + self.pick.randint(0, 10) * DAY
        services.revise_rotation(self.rotation.pk, layers=self.layers(), since=since, **self.told())

    def join(self) -> None:
        services.join_rotation(self.rotation.pk, person=self.someone(), **self.told())

    def leave(self) -> None:
        services.leave_rotation(self.rotation.pk, person=self.someone(), **self.told())

    def override(self) -> None:
        services.override(self.rotation.pk, person=self.someone(), **self.span(), **self.told())

    def take(self) -> None:
        services.take_shift(self.rotation.pk, **self.told() | {"by": self.someone()})

    def away(self) -> None:
        services.record_absence(self.someone(), **self.span(), **self.told())

    def back(self) -> None:
        made = [*Override.objects.order_by("pk"), *Absence.objects.order_by("pk")]
        if not made:
            return
        row = self.pick.choice(made)
        verb = (
            services.take_back_override if isinstance(row, Override) else services.take_back_absence
        )
        verb(row.pk, **self.told())

    def swap(self) -> None:
        ahead = list(self.rotation.duties.filter(during__endswith__gt=self.at).order_by("during"))
        row = self.pick.choice(ahead[:20])
        others = [d for d in ahead[:20] if d.person_id != row.person_id]
        other = self.pick.choice([None, *others])
        services.offer_swap(
            self.rotation.pk,
            slot=row.slot,
            to=other and other.person,
            in_return=other.slot if other and self.pick.random() < 0.7 else "",
            **self.told(),
        )

    def answer(self) -> None:
        offers = list(SwapOffer.objects.filter(state=SwapState.OFFERED).order_by("pk"))
        if offers:
            swap = self.pick.choice(offers)
            services.accept_swap(swap.pk, person=swap.to or self.someone(), **self.told())

    def night(self) -> None:
        services.publish_ahead(at=self.at)


def record(at: datetime) -> list[tuple[Any, ...]]:
    """Who was on duty until this moment."""
    rows = Duty.objects.filter(rotation__isnull=False, during__startswith__lt=at)
    return [
        (d.person_id, d.why, d.slot, d.during.lower, min(d.during.upper, at))
        for d in rows.order_by("during")
    ]


@pytest.mark.parametrize("seed", range(12))
def test_the_schedule_agrees_with_the_resolver_and_the_past_stays(cast: Cast, seed: int) -> None:
    story = Story(cast, seed)
    done = refused = 0
    for _ in range(30):
        story.at += story.pick.randint(1, 30) * HOUR
        before = record(story.at)
        try:
            story.pick.choice(story.acts)()
            done += 1
        except Refused:
            refused += 1
        rotation = Rotation.objects.get()
        until = rotation.published_until
        since = rotation.published_at
        said = [s for s in resolve(rota_of(rotation, since, until), since, until) if s.who]
        assert published(rotation.team_id, rotation.duty, since, until) == said
        assert record(story.at) == before
    for moment in (story.at + n * 7 * HOUR for n in range(40)):
        held = holder(cast.platform.pk, "on_call", moment)
        (there,) = [
            s.who
            for s in resolve(rota_of(rotation, since, until), since, until)
            if s.start <= moment < s.end
        ]
        assert (held and held.pk) == there
    assert done > 8

"""One function answers everybody: page, API, feeds, paging, capacity and fairness say what it says (ONC-2)."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, time, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from icalendar import Calendar

from foundation import clock
from foundation.errors import Refused
from oncall import services
from oncall.models import Rotation
from oncall.querysets import duties_between, holder
from oncall.querysets.fairness import balance_of
from oncall.querysets.paging import roster_of
from oncall.querysets.rotas import rota_of
from oncall.rules import ON_CALL
from oncall.rules.escalation import Step
from oncall.rules.resolver import at as resolved_at
from oncall.rules.resolver import resolve
from oncall.rules.rota import Segment
from sprints.models import Sprint
from sprints.querysets import duty_days, working_days
from teams.models import Person
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.oncall.test_stories import Story
from tests.pages.conftest import SignIn, sign_in

__all__ = ["sign_in"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Answers:
    """What everything says of one rotation, as user names; None is nobody."""

    def __init__(self, cast: Cast, rotation: Rotation, sign_in: SignIn) -> None:
        self.cast, self.rotation, self.team = cast, rotation, rotation.team
        self.names = dict(Person.objects.values_list("pk", "username"))
        self.api, self.browser = Caller(cast.sami), sign_in(cast.sami)
        _, secret = services.renew_feed(cast.sami, team=self.team, by=cast.sami, at=clock.now())
        file = Client().get(f"/feeds/{secret}.ics").content
        self.events = [
            (e["DTSTART"].dt, e["DTEND"].dt, str(e["SUMMARY"]).partition(":")[0])
            for e in Calendar.from_ical(file).walk("VEVENT")
            if e["STATUS"] == "CONFIRMED" and "On call" in e["SUMMARY"]
        ]

    def schedule(self, moment: datetime) -> str | None:
        """The schedule over REST, asked for the hour around the moment."""
        since, until = (quote(m.isoformat()) for m in (moment - HOUR, moment + HOUR))
        path = f"rotations/{self.rotation.pk}/schedule/?since={since}&until={until}"
        told = self.api.get(path).json()["results"]
        return next(
            one["person"]
            for one in told
            if datetime.fromisoformat(one["since"]) <= moment < datetime.fromisoformat(one["until"])
        )

    def feed(self, moment: datetime) -> str | None:
        shown = {str(p): p.username for p in Person.objects.all()}
        return next((shown[who] for a, b, who in self.events if a <= moment < b), None)

    def routing(self, moment: datetime) -> str | None:
        found = holder(self.team.pk, ON_CALL, moment)
        return found.username if found else None

    def paging(self, moment: datetime) -> str | None:
        key = roster_of(self.team.pk, None, moment, Step(0, (ON_CALL,))).on_call
        return self.names[key] if key else None

    def capacity(self, moment: datetime) -> str | None:
        """What a sprint reads of the duties of its days."""
        spans = duties_between(self.team.pk, moment - DAY, moment + DAY)
        there = (p for duty, p, d in spans if duty == ON_CALL and d.lower <= moment < d.upper)
        return next((self.names[p] for p in there), None)

    def fairness(self, moment: datetime) -> str | None:
        """Who is said to serve the minute that begins then."""
        found = balance_of(self.team, ON_CALL, moment, moment + timedelta(seconds=1))
        served = [who for who, hours in found.hours.items() if sum(hours.values())]
        return self.names[served[0]] if served else None

    def everybody(self) -> dict[str, Callable[[datetime], str | None]]:
        return {
            "schedule over REST": self.schedule,
            "feed": self.feed,
            "routing": self.routing,
            "paging": self.paging,
            "capacity": self.capacity,
            "fairness": self.fairness,
        }


def a_story(cast: Cast, seed: int) -> Rotation:
    """A rotation to which much has happened by now."""
    story = Story(cast, seed)
    for _ in range(10):
        story.at += story.pick.randint(1, 30) * HOUR
        try:
            story.pick.choice(story.acts)()
        except Refused:
            continue
    return Rotation.objects.select_related("team__calendar").get()


def probes(pick: random.Random, segments: list[Segment], at: datetime) -> list[datetime]:
    """Moments ahead: anywhere, and just before, at and after a change of hands."""
    edges = [s.start for s in segments if s.start > at + HOUR]
    some = pick.sample(edges, min(4, len(edges)))
    near = [edge + timedelta(seconds=n) for edge in some for n in (-1, 0, 1)]
    return [*near, *(at + pick.randint(1, 120 * 24) * HOUR for _ in range(5))]


@pytest.mark.parametrize("seed", range(3))
def test_everything_says_who_is_on_duty_as_the_resolver_does(
    cast: Cast, sign_in: SignIn, seed: int
) -> None:
    rotation = a_story(cast, seed)
    now = clock.now()
    until = rotation.published_until
    rota = rota_of(rotation, now, until)
    segments = resolve(rota, now, until)
    answers = Answers(cast, rotation, sign_in)
    for moment in probes(random.Random(seed), segments, now):
        who = next(s.who for s in segments if s.start <= moment < s.end)
        expected = answers.names[who] if who else None
        for name, ask in answers.everybody().items():
            assert ask(moment) == expected, (name, moment)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_now_and_next_and_the_hours_agree_too(
    cast: Cast, sign_in: SignIn, seed: int
) -> None:
    rotation = a_story(cast, seed)
    answers = Answers(cast, rotation, sign_in)
    now = clock.now()
    rota = rota_of(rotation, now, rotation.published_until)
    runs = resolved_at(rota, now)
    told = answers.api.get(f"on-call/now/?team={answers.team.slug}").json()["results"]
    (on_call,) = [one for one in told if one["duty"] == ON_CALL]
    page = answers.browser.get(f"/on-call/?team={answers.team.slug}").text
    if runs.who is None:
        assert on_call["gap"]
        assert "Nobody has it now." in page  # Sami is release manager, by hand
    else:
        assert on_call["person"] == answers.names[runs.who]
        assert datetime.fromisoformat(on_call["until"]) == runs.end
        assert f"Now {Person.objects.get(pk=runs.who)}, until" in page
    span = (now, now + 60 * DAY)
    seconds = Counter[int]()
    for s in resolve(rota, *span):
        if s.who:
            seconds[s.who] += round((s.end - s.start).total_seconds())
    balance = balance_of(answers.team, ON_CALL, *span)
    served = {who: round(sum(hours.values()) * 3600) for who, hours in balance.hours.items()}
    assert served.keys() == seconds.keys()
    assert all(abs(served[who] - seconds[who]) <= 60 for who in served)


def test_a_sprint_takes_its_days_from_whoever_has_them(cast: Cast) -> None:
    rotation = a_story(cast, 5)
    starts = cast.today + timedelta(days=10)
    sprint = Sprint(team=rotation.team, starts_on=starts, ends_on=starts + timedelta(days=20))
    now, until = clock.now(), rotation.published_until
    segments = resolve(rota_of(rotation, now, until), now, until)
    zone = ZoneInfo(rotation.team.calendar.zone)
    days = working_days(sprint)
    noons = [datetime.combine(day, time(12), zone) for day in days]
    held = [s.who for noon in noons for s in segments if s.start <= noon < s.end and s.who]
    assert len(days) > 10
    days_of = {who: n for (duty, who), n in duty_days(sprint, days).items() if duty == ON_CALL}
    assert +Counter(days_of) == Counter(held)

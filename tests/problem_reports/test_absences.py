"""Who investigates is away: what is not begun goes back to the queue, what is begun is asked about (ONC-3)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from channels.registry import letters_for
from foundation import clock
from foundation.errors import NotAllowed
from journal.models import Event
from oncall import services as oncall
from oncall.models import Absence
from problem_reports import services
from problem_reports.models import AbsenceSeen, ProblemReport
from problem_reports.services.tending import tend
from tests.cast import Cast
from tests.factories import a_report


def away(cast: Cast, start: datetime, days: int = 3, **told: Any) -> Absence:
    act = {"by": cast.ines, "at": clock.now()} | told
    return oncall.record_absence(cast.ines, start=start, end=start + timedelta(days=days), **act)


def states(*reports: ProblemReport) -> list[tuple[str, str | None]]:
    rows = [ProblemReport.objects.select_related("assignee").get(pk=r.pk) for r in reports]
    return [(r.state, r.assignee.username if r.assignee else None) for r in rows]


def test_one_that_begins_now_frees_what_is_not_begun_and_asks_about_the_rest(cast: Cast) -> None:
    waits, begun, asked = (
        a_report(cast, state) for state in ("assigned", "investigating", "waiting")
    )
    away(cast, clock.now())
    assert states(waits, begun, asked) == [
        ("to_be_investigated", None), ("investigating", "ines"), ("waiting", "ines"),
    ]  # fmt: skip
    back = Event.objects.get(name="problem_report.handed_back")
    assert (back.subject, back.by.username) == (waits.pk, "the-clock")
    assert back.text is not None
    assert back.text.body.startswith("Ines is away until ")
    noticed = Event.objects.filter(name="problem_report.holder_away").order_by("subject")
    assert [e.subject for e in noticed] == sorted((begun.pk, asked.pk))


def test_the_release_manager_is_asked_by_letter_and_on_their_desk(cast: Cast) -> None:
    begun = a_report(cast, "investigating")
    away(cast, clock.now())
    (letter,) = letters_for(Event.objects.get(name="problem_report.holder_away"))
    assert letter.person_id == cast.rhea.pk
    assert "Hand it back, or let it wait." in letter.body
    client = Client()
    client.force_login(cast.rhea)
    assert "Ines has begun and is away" in client.get("/desk/mine/").text
    services.hand_back(begun.pk, by=cast.rhea, at=clock.now())
    assert "Ines has begun and is away" not in client.get("/desk/mine/").text


def test_one_that_begins_later_frees_nothing_before(cast: Cast) -> None:
    waits = a_report(cast, "assigned")
    away(cast, clock.now() + timedelta(days=1))
    tend(at=clock.now())
    assert states(waits) == [("assigned", "ines")]


def test_the_clock_looks_when_it_has_begun_and_only_once(cast: Cast) -> None:
    waits = a_report(cast, "assigned")
    start = clock.now() - timedelta(hours=1)
    # Recorded a day before, when it lay ahead.
    away(cast, start, at=start - timedelta(days=1), source="demo")
    tend(at=clock.now())
    assert states(waits) == [("to_be_investigated", None)]
    # Given to them all the same, it is left with them.
    services.assign(waits.pk, assignee=cast.ines, by=cast.rhea, at=clock.now())
    tend(at=clock.now())
    assert states(waits) == [("assigned", "ines")]
    assert AbsenceSeen.objects.count() == 1


def test_one_that_was_taken_back_frees_nothing(cast: Cast) -> None:
    waits = a_report(cast, "assigned")
    start = clock.now() - timedelta(hours=1)
    absence = away(cast, start, at=start - timedelta(days=1), source="demo")
    oncall.take_back_absence(absence.pk, by=cast.ines, at=clock.now())
    tend(at=clock.now())
    assert states(waits) == [("assigned", "ines")]


def test_what_others_hold_stays(cast: Cast) -> None:
    theirs = a_report(cast)
    services.assign(theirs.pk, assignee=cast.otto, by=cast.rhea, at=clock.now())
    away(cast, clock.now())
    assert states(theirs) == [("assigned", "otto")]


def test_the_clock_alone_hands_back_what_is_not_its_own(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        services.hand_back(a_report(cast, "assigned").pk, by=cast.otto, at=clock.now())


def test_what_it_would_move_is_said_before_it_is_recorded(cast: Cast) -> None:
    waits, begun = a_report(cast, "assigned"), a_report(cast, "investigating")
    client = Client()
    client.force_login(cast.rhea)
    said = client.get("/on-call/away/", {"away-person": "ines"}).text
    assert (
        said.index("Back to the queue") < said.index(waits.reference) < said.index("is asked about")
    )
    assert said.index("is asked about") < said.index(begun.reference)
    assert "Otto holds no investigation." in client.get("/on-call/away/", {"person": "otto"}).text
    assert client.get("/on-call/away/", {"person": "sami"}).status_code == 404
    assert states(waits) == [("assigned", "ines")]

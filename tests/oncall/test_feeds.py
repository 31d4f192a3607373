"""Calendar feeds, read by a real iCal library: secret addresses, stable names, what moved and what is gone."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from channels.registry import letters_for
from foundation import clock
from foundation.errors import NotAllowed, NotFound
from journal.models import Event
from oncall import services
from oncall.models import Duty, Feed, FeedEntry
from oncall.rules import ON_CALL, RELEASE_MANAGER
from oncall.services.feeds import publish_feeds
from teams.models import Membership, Person, Team
from tests.cast import Cast
from triage.logs import without_secrets

WEEK = timedelta(days=7)
DAY = timedelta(days=1)


def address(person: Person, team: Team | None = None) -> str:
    _, secret = services.renew_feed(person, team=team, by=person, at=clock.now())
    return f"/feeds/{secret}.ics"


def read(path: str, **headers: str) -> Any:
    return Client().get(path, headers=headers)


def events(path: str) -> list[Any]:
    answer = read(path)
    assert answer.status_code == 200, answer
    found: list[Any] = Calendar.from_ical(answer.content).walk("VEVENT")
    return found


def said(event: Any) -> tuple[str, str, int]:
    return str(event["SUMMARY"]), str(event["STATUS"]), int(event["SEQUENCE"])


def give(cast: Cast, person: Person, weeks: int, duty: str = ON_CALL, team: Any = None) -> Duty:
    start = cast.now + 30 * DAY + weeks * WEEK
    return services.set_up(
        team or cast.billing, duty, person, start=start, end=start + WEEK, by=cast.adam, at=cast.now
    )


def revise(cast: Cast, duty: Duty, **told: Any) -> None:
    now = {"person": duty.person, "start": duty.during.lower, "end": duty.during.upper, **told}
    services.revise(duty.pk, **now, by=cast.adam, at=clock.now())


# What it says


def test_ones_own_feed_says_ones_duties_in_every_team(cast: Cast) -> None:
    give(cast, cast.ines, 1)
    give(cast, cast.ines, 2, RELEASE_MANAGER, cast.platform)
    give(cast, cast.otto, 3)
    names = [str(e["SUMMARY"]) for e in events(address(cast.ines))]
    assert names == ["On call, Billing", "Release manager, Platform"]


def test_a_teams_feed_says_who_and_which_duty(cast: Cast) -> None:
    give(cast, cast.ines, 1)
    names = {
        str(e["SUMMARY"])
        for e in events(address(cast.lena, None)) + events(address(cast.ines, cast.billing))
    }
    assert names == {
        "Rhea: Release manager, Billing",
        "Otto: On call, Billing",
        "Ines: On call, Billing",
    }


def test_the_file_says_how_it_is_called_and_when_to_look_again(cast: Cast) -> None:
    duty = give(cast, cast.ines, 1)
    answer = read(address(cast.ines))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-cache" in answer["Cache-Control"]
    calendar = Calendar.from_ical(answer.content)
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["X-WR-CALNAME"] == "My duties (Ines)"
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    (event,) = calendar.walk("VEVENT")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (
        duty.during.lower.replace(microsecond=0),
        duty.during.upper.replace(microsecond=0),
    )
    assert event["TRANSP"] == "TRANSPARENT"


def test_a_shift_that_moves_keeps_its_name_and_raises_its_sequence(cast: Cast) -> None:
    duty = give(cast, cast.ines, 1)
    path = address(cast.ines)
    (before,) = events(path)
    revise(cast, duty, end=duty.during.upper + DAY)
    (after,) = events(path)
    assert (before["UID"], said(before)[2], said(after)[2]) == (after["UID"], 0, 1)
    revise(cast, duty, start=duty.during.lower + DAY, end=duty.during.upper)
    (after,) = events(path)
    assert (after["UID"], said(after)[2]) == (before["UID"], 2)


def test_a_shift_that_goes_to_another_is_cancelled_here_and_new_there(cast: Cast) -> None:
    duty = give(cast, cast.ines, 1)
    ines, otto = address(cast.ines), address(cast.otto)
    (mine,) = events(ines)
    revise(cast, duty, person=cast.otto)
    (gone,) = events(ines)
    assert (said(gone), gone["UID"]) == (("On call, Billing", "CANCELLED", 1), mine["UID"])
    new = events(otto)[-1]
    assert (said(new)[1:], new["UID"] == mine["UID"]) == (("CONFIRMED", 0), False)
    revise(cast, duty, person=cast.ines)
    (back,) = events(ines)
    assert (said(back)[1:], back["UID"]) == (("CONFIRMED", 2), mine["UID"])


def test_what_nobody_was_told_of_is_told_when_the_feed_is_read(cast: Cast) -> None:
    path = address(cast.ines)
    assert events(path) == []
    duty = give(cast, cast.ines, 1)
    Duty.objects.filter(pk=duty.pk).delete()
    (event,) = events(path)
    assert said(event)[1] == "CANCELLED"


def test_a_shift_that_is_cut_while_it_runs_is_shortened_and_not_cancelled(cast: Cast) -> None:
    path = address(cast.otto)
    (before,) = events(path)
    runs = Duty.objects.get(person=cast.otto)
    revise(cast, runs, end=clock.now())
    (after,) = events(path)
    assert (after["UID"], said(after)[1:]) == (before["UID"], ("CONFIRMED", 1))


def test_a_feed_agrees_with_the_duties_of_the_team(cast: Cast) -> None:
    for weeks, person in enumerate((cast.ines, cast.otto, cast.rhea)):
        give(cast, person, weeks)
    publish_feeds([cast.billing.pk], at=cast.now)
    told = FeedEntry.objects.filter(team=cast.billing, cancelled=False)
    there = Duty.objects.filter(team=cast.billing)
    assert set(told.values_list("duty", "person", "during")) == set(
        there.values_list("duty", "person", "during")
    )


# Asked again


def test_an_unchanged_feed_is_not_sent_twice(cast: Cast) -> None:
    duty = give(cast, cast.ines, 1)
    path = address(cast.ines)
    first = read(path)
    again = read(path, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert read(path, if_none_match=f"W/{first['ETag']}").status_code == 304
    assert Client().head(path).status_code == 200
    revise(cast, duty, end=duty.during.upper + DAY)
    assert read(path, if_none_match=first["ETag"]).status_code == 200


# The address


def test_the_secret_is_kept_nowhere(cast: Cast) -> None:
    feed, secret = services.renew_feed(cast.ines, by=cast.ines, at=cast.now)
    row = Feed.objects.filter(pk=feed.pk).values().get()
    assert secret not in repr(row) + repr(list(Event.objects.values_list("data")))
    assert len(secret) >= 43


def test_a_renewed_address_ends_the_one_of_before(cast: Cast) -> None:
    old = address(cast.ines)
    new = address(cast.ines)
    assert (read(old).status_code, read(new).status_code) == (404, 200)


def test_a_revoked_address_answers_as_one_that_never_was(cast: Cast) -> None:
    path = address(cast.ines)
    feed = Feed.objects.get(person=cast.ines)
    services.revoke_feed(feed.pk, by=cast.ines, at=clock.now())
    assert read(path).status_code == read("/feeds/nothing.ics").status_code == 404
    assert read(f"/feeds/{'x' * 500}.ics").status_code == 404
    with pytest.raises(NotFound, match="ended before"):
        services.revoke_feed(feed.pk, by=cast.ines, at=clock.now())


def test_an_address_is_its_owners_alone(cast: Cast) -> None:
    feed, _ = services.renew_feed(cast.ines, by=cast.ines, at=cast.now)
    with pytest.raises(NotAllowed, match="owner's alone"):
        services.revoke_feed(feed.pk, by=cast.adam, at=clock.now())
    with pytest.raises(NotAllowed, match="owner's alone"):
        services.renew_feed(cast.ines, by=cast.adam, at=clock.now())
    with pytest.raises(NotAllowed, match="for the people who work with it"):
        services.renew_feed(cast.stranger, team=cast.billing, by=cast.stranger, at=clock.now())


def test_who_has_left_reads_no_more(cast: Cast) -> None:
    path = address(cast.sami, cast.billing)
    assert read(path).status_code == 200
    Membership.objects.filter(person=cast.sami).delete()
    Duty.objects.filter(person=cast.sami).delete()
    assert read(path).status_code == 404
    own = address(cast.otto)
    Person.objects.filter(pk=cast.otto.pk).update(is_active=False)
    assert read(own).status_code == 404


def test_the_logs_do_not_say_the_secret() -> None:
    said = without_secrets(
        None, "info", {"request": "GET /feeds/abc-_1.ics", "event": "x", "code": 1}
    )
    assert said == {"request": "GET /feeds/….ics", "event": "x", "code": 1}


# Told


def letters(name: str = "schedule.moved") -> dict[str, str]:
    """username -> what they hear of the last change."""
    event = Event.objects.filter(name=name).order_by("-pk").first()
    assert event is not None
    people = dict(Person.objects.values_list("pk", "username"))
    return {people[one.person_id]: f"{one.subject}. {one.body}" for one in letters_for(event)}


def test_whose_next_shift_moved_hears_of_it_once_with_before_and_after(cast: Cast) -> None:
    publish_feeds([cast.billing.pk], at=cast.now)
    duty = give(cast, cast.ines, 1)
    assert letters() == {
        "ines": "Your next shift moved: on call, Billing. On call: before no shift ahead; now "
        f"{words(duty.during.lower)} to {words(duty.during.upper)} (Europe/Brussels)."
    }
    revise(cast, duty, person=cast.rhea)
    told = letters()
    assert set(told) == {"ines", "rhea"}
    assert "now no shift ahead" in told["ines"]
    assert Event.objects.filter(name="schedule.moved").count() == 2


def test_a_later_shift_and_ones_own_change_are_not_told(cast: Cast) -> None:
    publish_feeds([cast.billing.pk], at=cast.now)
    give(cast, cast.otto, 5)  # he is on duty now
    assert not Event.objects.filter(name="schedule.moved").exists()
    give(cast, cast.adam, 7)
    assert letters() == {}


def words(moment: datetime) -> str:
    from zoneinfo import ZoneInfo

    return f"{moment.astimezone(ZoneInfo('Europe/Brussels')):%a %-d %b %H:%M}"

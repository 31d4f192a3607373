"""The balance of duties: who could have served is asked of the rotation, the team is shown without names."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from psycopg2.extras import DateTimeTZRange

from foundation import clock
from foundation.errors import Invalid, NotAllowed, Stale
from journal.models import Event
from oncall import services
from oncall.models import Absence, Duty, FairnessWeights, Page
from oncall.querysets.fairness import balance_of, whom_to_ask_next
from oncall.rules import ON_CALL
from oncall.rules.rota import Layer
from teams.models import CalendarDayOff, Person
from tests.cast import Cast
from tests.factories import a_bug
from tests.pages.conftest import sign_in

__all__ = ["sign_in"]
WEEK = timedelta(weeks=1)
MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Europe/Brussels"))


def served(cast: Cast, *people: Person) -> tuple[datetime, datetime]:
    """A week of Billing's on-call duty each, long ago; returns the span."""
    Duty.objects.all().delete()
    for n, person in enumerate(people):
        span = DateTimeTZRange(MONDAY + n * WEEK, MONDAY + (n + 1) * WEEK, "[)")
        Duty.objects.create(team=cast.billing, duty=ON_CALL, person=person, during=span)
    return MONDAY, MONDAY + len(people) * WEEK


def test_a_week_has_its_hours_by_class_and_weighs_what_the_team_says(cast: Cast) -> None:
    span = served(cast, cast.ines)
    found = balance_of(cast.billing, ON_CALL, *span)
    hours = {"day": 55, "evening": 20, "night": 45, "weekend": 48, "holiday": 0}
    assert found.hours == {cast.ines.pk: hours}
    assert found.judged.positions[cast.ines.pk].served == 55 + 30 + 90 + 96
    services.set_fairness_weights(
        cast.billing.pk, changes={"night": Decimal(0)}, by=cast.rhea, at=clock.now()
    )
    assert balance_of(cast.billing, ON_CALL, *span).judged.positions[cast.ines.pk].served == 181


def test_a_day_off_of_the_calendar_is_a_holiday(cast: Cast) -> None:
    version = cast.office.versions.get()
    CalendarDayOff.objects.create(version=version, day=MONDAY.date(), why="Fair")
    found = balance_of(cast.billing, ON_CALL, *served(cast, cast.ines))
    assert found.hours[cast.ines.pk]["holiday"] == 15


def test_three_who_serve_alike_are_even(cast: Cast) -> None:
    judged = balance_of(
        cast.billing, ON_CALL, *served(cast, cast.ines, cast.otto, cast.rhea)
    ).judged
    assert (round(judged.jain, 2), judged.flagged, len(judged.positions)) == (1, False, 3)


def rotation(cast: Cast, *people: Person) -> Any:
    Duty.objects.all().delete()
    at = clock.now()
    layer = Layer(
        "first", ZoneInfo("Europe/Brussels"), at.date(), MONDAY.time(), "week", 1,
        tuple(p.pk for p in people),
    )  # fmt: skip
    return services.set_up_rotation(cast.billing, ON_CALL, layers=[layer], by=cast.adam, at=at)


def test_who_was_away_has_no_share_of_what_they_could_not_serve(cast: Cast) -> None:
    rotation(cast, cast.ines, cast.otto, cast.rhea)
    at = clock.now()
    services.record_absence(cast.rhea, start=at, end=at + 9 * WEEK, by=cast.rhea, at=at)
    since = clock.now()
    positions = balance_of(cast.billing, ON_CALL, since, since + 8 * WEEK).judged.positions
    assert set(positions) == {cast.ines.pk, cast.otto.pk}
    assert positions[cast.ines.pk].share == pytest.approx(positions[cast.otto.pk].share)


def test_the_one_who_is_furthest_behind_is_asked_first_and_who_is_away_or_busy_is_not(
    cast: Cast,
) -> None:
    rota = rotation(cast, cast.ines, cast.otto, cast.rhea)
    at = clock.now()
    for n in range(2, 6):
        told = {"start": at + n * WEEK, "end": at + (n + 1) * WEEK, "by": cast.adam}
        services.override(rota.pk, person=cast.otto, **told, at=clock.now())
    start = at + 3 * WEEK
    asked = whom_to_ask_next(cast.billing, ON_CALL, start, start + timedelta(days=2), clock.now())
    assert cast.otto not in asked  # it is his
    assert set(asked) == {cast.ines, cast.rhea}
    services.record_absence(cast.rhea, start=start, end=start + WEEK, by=cast.rhea, at=clock.now())
    asked = whom_to_ask_next(cast.billing, ON_CALL, start, start + timedelta(days=2), clock.now())
    assert asked == [cast.ines]
    assert Absence.objects.count() == 1


def test_a_page_counts_for_whose_shift_it_came_in_and_more_at_night(cast: Cast) -> None:
    bugs = a_bug(cast), a_bug(cast)
    span = served(cast, cast.ines, cast.otto)
    told = {"team": cast.billing, "priority": "P0", "by": cast.lena}
    rest = {"policy_number": 0, "steps": [], "gives_up_after": 60, "next_at": MONDAY}
    for bug, hours in zip(bugs, (0, 16), strict=True):  # 9:00 and 1:00
        Page.objects.create(**told, **rest, bug=bug.pk, at=MONDAY + timedelta(hours=hours))
    positions = balance_of(cast.billing, ON_CALL, *span).judged.positions
    assert positions[cast.ines.pk].served - positions[cast.otto.pk].served == 1 + 3


# What counts


def test_the_lead_says_what_counts_and_it_is_on_the_record(cast: Cast) -> None:
    act = {"by": cast.rhea, "at": clock.now()}
    kept = services.set_fairness_weights(cast.billing.pk, changes={"page": Decimal(2)}, **act)
    assert (kept.page, kept.version) == (2, 2)
    assert Event.objects.get(name="team.fairness_weights_set").data == {"changed": ["a page 2"]}
    services.set_fairness_weights(cast.billing.pk, changes={"page": Decimal(2)}, **act)
    assert Event.objects.filter(name="team.fairness_weights_set").count() == 1
    with pytest.raises(Stale):
        services.set_fairness_weights(
            cast.billing.pk, changes={"page": Decimal(3)}, **act, version=1
        )


@pytest.mark.parametrize("changes", [{"day": "0"}, {"night": "-1"}, {"night": "NaN"}, {"x": "1"}])
def test_weights_that_make_no_sense_are_refused(cast: Cast, changes: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        services.set_fairness_weights(
            cast.billing.pk,
            changes={name: Decimal(value) for name, value in changes.items()},
            by=cast.rhea,
            at=clock.now(),
        )
    assert not FairnessWeights.objects.exists()


def test_others_do_not_say_what_counts(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="The lead or an admin of Billing"):
        services.set_fairness_weights(
            cast.billing.pk, changes={"page": Decimal(2)}, by=cast.ines, at=clock.now()
        )


# The page and the address


def recently(cast: Cast) -> None:
    Duty.objects.all().delete()
    now = clock.now()
    for n, person in enumerate([cast.ines, cast.otto] * 3):
        span = DateTimeTZRange(now - (n + 1) * WEEK, now - n * WEEK, "[)")
        Duty.objects.create(team=cast.billing, duty=ON_CALL, person=person, during=span)


def test_the_page_shows_the_team_without_names_and_ones_own_part(cast: Cast, sign_in: Any) -> None:
    recently(cast)
    page = sign_in(cast.ines).get("/on-call/fairness/?team=billing").text
    main = page[page.index("<main") : page.index("</main")]
    assert "Nothing beyond chance" in main
    assert "You served" in main
    assert "Otto" not in main
    pia = sign_in(cast.pia).get("/on-call/fairness/?team=billing&weeks=4").text
    assert "You served" not in pia
    assert "Change what counts" not in pia


def test_what_was_typed_stays_when_it_is_refused(cast: Cast, sign_in: Any) -> None:
    rhea = sign_in(cast.rhea)
    typed = dict.fromkeys(("day", "evening", "night", "weekend", "holiday", "page"), "1")
    answer = rhea.post("/on-call/fairness/?team=billing", {**typed, "night_page": "77"})
    assert (answer.status_code, 'value="77"' in answer.text) == (400, True)
    answer = rhea.post("/on-call/fairness/?team=billing", {**typed, "night_page": "7"}, follow=True)
    assert "Kept." in answer.text
    assert rhea.get("/on-call/fairness/?team=nowhere").status_code == 404


def test_over_rest_one_reads_the_team_and_oneself(cast: Cast) -> None:
    from oncall.api.fairness import EXAMPLE
    from tests.api.conftest import Caller

    recently(cast)
    ines = Caller(cast.ines)
    told = ines.get("teams/billing/fairness/?weeks=13")
    body = told.json()
    assert set(body) == set(EXAMPLE)
    (duty,) = [d for d in body["duties"] if d["duty"] == "on_call"]
    assert set(duty) == set(EXAMPLE["duties"][0])  # type: ignore[index]
    assert (duty["people"], duty["flagged"]) == (2, False)
    assert Decimal(duty["mine"]["served"]) > 0
    assert Caller(cast.pia).get("teams/billing/fairness/").json()["duties"][1]["mine"] is None
    for weeks in ("0", "x", "900", "-1"):
        assert ines.get(f"teams/billing/fairness/?weeks={weeks}").status_code == 400
    rhea = Caller(cast.rhea)
    done = rhea.post("teams/billing/fairness/", {"If-Match": told["ETag"]}, night="2.5")
    assert (done.status_code, done.json()["weights"]["night"]) == (200, "2.5")
    assert rhea.post("teams/billing/fairness/", night="99").status_code == 400

"""The ladder: one stage after the other, by what was seen; nobody vouches for themselves; who learns takes no turns."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extras import DateTimeTZRange

from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed, RuleBroken
from journal.models import Event, Text
from oncall import services
from oncall.models import Duty, LadderNote, LadderStep, Pairing, Rotation
from oncall.querysets.ladder import ladder_of, qualified_by_month
from oncall.rules import ON_CALL
from oncall.rules.ladder import (
    GATES,
    INCIDENTS,
    QUALIFIED,
    STAGES,
    Gate,
    Seen,
    following,
    missing,
    qualified_over,
)
from oncall.rules.rota import Layer
from teams.models import Person
from tests.cast import Cast
from tests.oncall.turns import a_rotation, holders, layer, midnight, slot
from tests.pages.conftest import sign_in

__all__ = ["sign_in"]
DAY = timedelta(days=1)
OPEN = Gate()

# By rule

gates = st.builds(
    Gate,
    st.integers(0, 5),
    st.lists(st.sampled_from(INCIDENTS), unique=True).map(tuple),
    st.booleans(),
    st.booleans(),
)
seen = st.builds(
    Seen, st.integers(0, 5), st.frozensets(st.sampled_from(INCIDENTS)), st.booleans(), st.booleans()
)


@given(gates, seen)
def test_a_gate_is_open_when_all_of_it_was_seen_and_only_then(gate: Gate, there: Seen) -> None:
    every = Seen(gate.shifts, frozenset(gate.incidents), True, True)
    assert missing(gate, every) == []
    closed = (
        there.shifts < gate.shifts
        or set(gate.incidents) - there.incidents
        or (gate.mentor_word and not there.mentor_word)
        or (gate.own_word and not there.own_word)
    )
    assert bool(missing(gate, there)) == bool(closed)


def test_what_is_missing_is_said() -> None:
    gate = Gate(2, ("P1",), True, True)
    assert missing(gate, Seen(1)) == [
        *("1 more accompanied shift", "a P1 seen", "a mentor's word", "their own word")
    ]


def test_every_stage_but_the_first_has_a_gate_and_the_last_leads_nowhere() -> None:
    assert set(GATES) == set(STAGES[1:])
    assert [following(s) for s in STAGES] == [*STAGES[1:], None]


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(STAGES), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
    )
)  # fmt: skip
def test_the_curve_never_falls_and_ends_with_everybody_qualified(steps: Any) -> None:
    days = [date(2026, month, 1) for month in range(1, 13)] + [date(2026, 12, 31)]
    curve = [n for _, n in qualified_over(steps, days)]
    assert curve == sorted(curve)
    assert curve[-1] == len({person for person, stage, _ in steps if stage in QUALIFIED})


# The path of a trainee


def advance(cast: Cast, person: Person, **told: Any) -> LadderStep:
    said = {"evidence": "I have seen it", "by": cast.rhea, "at": clock.now(), **told}
    return services.advance(cast.billing, ON_CALL, person=person, **said)


def speak(cast: Cast, person: Person, by: Person) -> LadderNote:
    said = {"text": "It goes well", "by": by, "at": clock.now()}
    return services.speak(cast.billing, ON_CALL, person=person, **said)


def gone_along(cast: Cast, trainee: Person, days_ago: int = 1) -> None:
    """A shift of Otto's that is over by now, to whose end they went along."""
    now = clock.now()
    span = DateTimeTZRange(now - timedelta(seconds=days_ago), now - timedelta(milliseconds=1), "[)")
    Pairing.objects.create(
        team=cast.billing, duty=ON_CALL, trainee=trainee, mentor=cast.otto, during=span,
        made_by=cast.otto, made_at=span.lower,
    )  # fmt: skip


def test_from_observing_to_taking_turns_alone(cast: Cast) -> None:
    Duty.objects.filter(person=cast.ines).delete()
    advance(cast, cast.ines)
    with pytest.raises(RuleBroken, match="Before “Shadows” there is still missing: their own word"):
        advance(cast, cast.ines)
    speak(cast, cast.ines, cast.ines)
    advance(cast, cast.ines)
    services.set_ladder_gate(
        cast.billing.pk, "reverse_shadow", gate=Gate(1, (), True), by=cast.rhea, at=clock.now()
    )
    speak(cast, cast.ines, cast.rhea)
    with pytest.raises(RuleBroken, match="1 more accompanied shift"):
        advance(cast, cast.ines)
    gone_along(cast, cast.ines)
    advance(cast, cast.ines)
    services.set_ladder_gate(
        cast.billing.pk, "solo", gate=Gate(0, ("P1",)), by=cast.rhea, at=clock.now()
    )
    with pytest.raises(RuleBroken, match="a P1 seen"):
        advance(cast, cast.ines)
    services.note_incident(
        cast.billing, ON_CALL, person=cast.ines, incident="P1", text="BUG-7", by=cast.rhea,
        at=clock.now(),
    )  # fmt: skip
    advance(cast, cast.ines)
    (place,) = ladder_of(cast.billing.pk, ON_CALL, clock.now())
    assert (place.stage, place.next) == ("solo", "mentor")
    told = Event.objects.filter(name="ladder.advanced", subject=cast.ines.pk).order_by("pk")
    assert [e.data["stage"] for e in told] == ["observe", "shadow", "reverse_shadow", "solo"]
    assert LadderStep.objects.latest("pk").evidence.body == "I have seen it"


def test_a_word_of_an_earlier_stage_does_not_count_for_the_next(cast: Cast) -> None:
    advance(cast, cast.ines)
    speak(cast, cast.ines, cast.ines)
    advance(cast, cast.ines)
    services.set_ladder_gate(
        cast.billing.pk, "reverse_shadow", gate=Gate(own_word=True), by=cast.rhea, at=clock.now()
    )
    with pytest.raises(RuleBroken, match="their own word"):
        advance(cast, cast.ines)


def test_a_shift_counts_only_when_its_mentor_did_serve_it(cast: Cast) -> None:
    advance(cast, cast.ines)
    services.set_ladder_gate(
        cast.billing.pk, "shadow", gate=Gate(shifts=1), by=cast.rhea, at=clock.now()
    )
    gone_along(cast, cast.ines)
    Duty.objects.filter(person=cast.otto).update(person=cast.rhea)
    with pytest.raises(RuleBroken, match="1 more accompanied shift"):
        advance(cast, cast.ines)


def test_nobody_vouches_for_themselves_and_not_everybody_vouches(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="Nobody vouches for themselves"):
        advance(cast, cast.rhea)
    with pytest.raises(NotAllowed, match="A mentor, the lead or an admin of Billing vouches"):
        advance(cast, cast.ines, by=cast.otto)
    advance(cast, cast.otto, stage="mentor")
    assert advance(cast, cast.ines, by=cast.otto).stage == "observe"
    with pytest.raises(NotAllowed, match="a mentor of Billing have a word"):
        speak(cast, cast.ines, cast.pia)


@pytest.mark.parametrize(
    ("told", "error", "said"),
    [
        ({"stage": "shadow"}, Invalid, "Begin by observing"),
        ({"stage": "chief"}, Invalid, "Begin by observing"),
        ({"evidence": " "}, Invalid, "Write something"),
    ],
)
def test_a_first_step_that_makes_no_sense_is_refused(
    cast: Cast, told: dict[str, str], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        advance(cast, cast.ines, **told)
    assert not LadderStep.objects.exists()


def test_one_stage_follows_the_other_and_strangers_have_no_ladder(cast: Cast) -> None:
    advance(cast, cast.ines)
    with pytest.raises(Conflict, match="one stage follows the other"):
        advance(cast, cast.ines, stage="solo")
    advance(cast, cast.otto, stage="mentor")
    with pytest.raises(Conflict, match="mentors already"):
        advance(cast, cast.otto)
    with pytest.raises(Invalid, match="is not of Billing"):
        advance(cast, cast.sami)
    with pytest.raises(RuleBroken, match="not on the ladder"):
        speak(cast, cast.pia, cast.pia)


def test_who_takes_turns_already_does_not_begin_by_observing(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="takes turns already"):
        advance(cast, cast.otto)


# Rotations


STILL = "Ines is still on the ladder to this duty: they take turns from “takes turns” on"


def learns(cast: Cast) -> Rotation:
    """Platform's rotation of Sami and Otto, to which Ines is on the way."""
    rotation = a_rotation(cast, layer(cast, cast.sami, cast.otto))
    services.advance(
        cast.platform, ON_CALL, person=cast.ines, evidence="begins", by=cast.adam, at=cast.now
    )
    return rotation


def test_who_learns_stands_alone_by_no_way(cast: Cast) -> None:
    rotation = learns(cast)
    tomorrow = {"start": midnight(cast, 1), "end": midnight(cast, 2)}
    act = {"by": cast.adam, "at": cast.now}
    with pytest.raises(RuleBroken, match=STILL):
        services.override(rotation.pk, person=cast.ines, **tomorrow, **act)
    with pytest.raises(RuleBroken, match=STILL):
        services.take_shift(rotation.pk, by=cast.ines, at=cast.now)
    with pytest.raises(RuleBroken, match=STILL):
        services.offer_swap(rotation.pk, slot=slot(cast, 1), to=cast.ines, **act)
    anybody = services.offer_swap(rotation.pk, slot=slot(cast, 1), **act)
    with pytest.raises(RuleBroken, match=STILL):
        services.accept_swap(anybody.pk, by=cast.ines, at=cast.now)
    with pytest.raises(RuleBroken, match=STILL):
        services.accept_swap(anybody.pk, person=cast.ines, **act)
    with pytest.raises(RuleBroken, match=STILL):
        services.set_up(cast.platform, ON_CALL, cast.ines, **tomorrow, **act)
    assert not Duty.objects.filter(rotation=rotation, person=cast.ines).exists()
    services.accept_swap(anybody.pk, by=cast.rhea, at=cast.now)


def test_a_shift_that_one_who_learns_has_may_go_but_none_comes_in_return(cast: Cast) -> None:
    """Their first step was written down after their turns were."""
    rotation = a_rotation(cast)
    two = {"slot": slot(cast, 2), "to": cast.otto, "in_return": slot(cast, 1)}
    act = {"by": cast.ines, "at": cast.now}
    swap = services.offer_swap(rotation.pk, **two, **act)
    LadderStep.objects.create(
        team=cast.platform, duty=ON_CALL, person=cast.ines, stage="observe", at=cast.now,
        vouched_by=cast.adam, evidence=Text.objects.create(body="begins"),
    )  # fmt: skip
    with pytest.raises(RuleBroken, match=STILL):
        services.accept_swap(swap.pk, by=cast.otto, at=cast.now)
    services.withdraw_swap(swap.pk, **act)
    with pytest.raises(RuleBroken, match=STILL):
        services.offer_swap(rotation.pk, **two, **act)
    given = services.offer_swap(rotation.pk, slot=slot(cast, 2), **act)
    services.accept_swap(given.pk, by=cast.otto, at=cast.now)
    assert holders(rotation, [midnight(cast, 2) + DAY / 2]) == ["otto"]


def test_forms_offer_only_who_may_be_put_on_duty(cast: Cast, sign_in: Any) -> None:
    rotation = learns(cast)
    services.offer_swap(rotation.pk, slot=slot(cast, 1), by=cast.adam, at=cast.now)
    page = sign_in(cast.adam).get(f"/on-call/{rotation.pk}/").text
    for name in ("override-person", "join-person", "swap-to"):
        choices = page.split(f'name="{name}"')[1].split("</select>")[0]
        assert 'value="rhea"' in choices
        assert 'value="ines"' not in choices
    own = sign_in(cast.ines)
    assert "/accept-swap/" not in own.get(f"/on-call/{rotation.pk}/").text
    assert "Take the shift now" not in own.get("/on-call/?team=platform").text
    refused = own.post(f"/on-call/{rotation.pk}/take-shift/")
    assert refused.status_code == 422
    assert "still on the ladder" in refused.text
    assert "Take the shift now" in sign_in(cast.rhea).get("/on-call/?team=platform").text


def order(*people: Person) -> list[Layer]:
    keys = tuple(p.pk for p in people)
    zone = ZoneInfo("Europe/Brussels")
    return [Layer("first", zone, date(2026, 1, 5), datetime.min.time(), "week", 1, keys)]


def test_who_learns_is_in_no_rotations_order_until_they_take_turns(cast: Cast) -> None:
    Duty.objects.filter(duty=ON_CALL).delete()
    advance(cast, cast.ines)
    act = {"by": cast.adam}
    words = "Ines is still on the ladder to this duty"
    with pytest.raises(Invalid, match=words):
        services.set_up_rotation(
            cast.billing, ON_CALL, layers=order(cast.otto, cast.ines), **act, at=clock.now()
        )
    rota = services.set_up_rotation(
        cast.billing, ON_CALL, layers=order(cast.otto), **act, at=clock.now()
    )
    with pytest.raises(Invalid, match=words):
        services.join_rotation(rota.pk, person=cast.ines, **act, at=clock.now())
    other = services.set_up_rotation(
        cast.billing, "release_manager", layers=order(cast.ines), **act, at=clock.now()
    )
    assert other.pk != rota.pk  # another duty has another ladder


# Going along


def shift(cast: Cast) -> Duty:
    return Duty.objects.get(team=cast.billing, duty=ON_CALL)


def test_one_trainee_goes_along_on_a_shift(cast: Cast) -> None:
    advance(cast, cast.ines)
    advance(cast, cast.pia)
    made = services.pair(shift(cast).pk, trainee=cast.ines, by=cast.ines, at=clock.now())
    assert (made.mentor, made.during) == (cast.otto, shift(cast).during)
    with pytest.raises(Conflict, match="one trainee a shift"):
        services.pair(shift(cast).pk, trainee=cast.pia, by=cast.rhea, at=clock.now())
    services.take_back_pairing(made.pk, by=cast.otto, at=clock.now())
    services.pair(shift(cast).pk, trainee=cast.pia, by=cast.otto, at=clock.now())
    with pytest.raises(Conflict, match="taken back already"):
        services.take_back_pairing(made.pk, by=cast.otto, at=clock.now())


def test_what_cannot_be_gone_along_with(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="not on the ladder"):
        services.pair(shift(cast).pk, trainee=cast.ines, by=cast.rhea, at=clock.now())
    with pytest.raises(RuleBroken, match="their own shift"):
        services.pair(shift(cast).pk, trainee=cast.otto, by=cast.rhea, at=clock.now())
    advance(cast, cast.ines)
    with pytest.raises(NotAllowed, match="whose shift it is"):
        services.pair(shift(cast).pk, trainee=cast.ines, by=cast.pia, at=clock.now())
    now = clock.now()
    over = Duty.objects.filter(pk=shift(cast).pk)
    over.update(during=DateTimeTZRange(now - 9 * DAY, now - 2 * DAY, "[)"))
    with pytest.raises(RuleBroken, match="is over"):
        services.pair(shift(cast).pk, trainee=cast.ines, by=cast.ines, at=clock.now())


# The measure


def test_the_curve_counts_who_takes_turns_without_names(cast: Cast, sign_in: Any) -> None:
    advance(cast, cast.otto, stage="mentor")
    advance(cast, cast.ines)
    curve = qualified_by_month(cast.billing, ON_CALL, clock.now())
    assert len(curve) == 12
    assert [n for _, n in curve][-2:] == [0, 1]
    csv = sign_in(cast.ines).get("/on-call/ladder/qualified.csv?team=billing&duty=on_call").text
    assert csv.splitlines()[0] == "day,people"
    assert csv.splitlines()[-1].endswith(",1")
    assert "otto" not in csv.lower()


# The page


def post(browser: Any, verb: str, **typed: str) -> Any:
    path = f"/on-call/ladder/{verb}/?team=billing&duty=on_call"
    return browser.post(path, typed, follow=True)


def test_the_lead_advances_on_the_page_and_what_is_refused_stays_typed(
    cast: Cast, sign_in: Any
) -> None:
    rhea = sign_in(cast.rhea)
    page = post(rhea, "advance", person="ines", stage="", evidence="New in the team").text
    assert "Observes" in page
    refused = post(rhea, "advance", person="ines", stage="", evidence="Too early, perhaps")
    assert refused.status_code == 422
    assert "still missing: their own word" in refused.text
    assert "Too early, perhaps" in refused.text
    blank = post(rhea, "advance", person="ines", stage="", evidence="")
    assert blank.status_code == 400
    ines = sign_in(cast.ines)
    assert "Advance somebody" not in ines.get("/on-call/ladder/?team=billing").text
    assert post(ines, "speak", person="ines", text="Ready").status_code == 200
    assert "ready for “Shadows”" in ines.get("/on-call/ladder/?team=billing").text
    assert post(ines, "pair", person="ines", shift=str(shift(cast).pk)).status_code == 200
    assert "Ines with Otto" in ines.get("/on-call/ladder/?team=billing").text
    assert post(ines, "take-back-pairing", pairing=str(Pairing.objects.get().pk)).status_code == 200
    assert post(ines, "set-gate", stage="solo", shifts="x").status_code == 403
    gate = {"stage": "solo", "shifts": "3", "mentor_word": "on"}
    assert "3 accompanied shifts, a mentor" in post(rhea, "set-gate", **gate).text


def test_what_is_not_there_is_not_found(cast: Cast, sign_in: Any) -> None:
    rhea = sign_in(cast.rhea)
    for path in ("?team=nowhere", "?team=billing&duty=chief"):
        assert rhea.get(f"/on-call/ladder/{path}").status_code == 404
    assert post(rhea, "fly").status_code == 404
    for key in ("x", "9" * 30, "", "7"):
        assert post(rhea, "take-back-pairing", pairing=key).status_code == 404
    assert rhea.get("/on-call/ladder/advance/?team=billing").status_code == 405


# Over REST


def test_the_same_over_rest(cast: Cast) -> None:
    from oncall.api.ladder import EXAMPLE
    from tests.api.conftest import Caller

    rhea, ines = Caller(cast.rhea), Caller(cast.ines)
    who = {"person": "ines", "duty": "on_call"}
    told = rhea.post("teams/billing/ladder/advance/", **who, evidence="New")
    assert told.status_code == 200
    assert set(told.json()["results"][0]) == set(EXAMPLE["results"][0])
    assert ines.post("teams/billing/ladder/speak/", **who, text="Ready").status_code == 200
    at = clock.now().isoformat()
    done = ines.post("teams/billing/ladder/pair/", **who, at=at).json()["results"][1]
    (pairing,) = done["pairings"]
    assert (pairing["trainee"], pairing["mentor"]) == ("ines", "otto")
    assert ines.post("teams/billing/ladder/pair/", **who, at=at).status_code == 409
    nobody = (clock.now() + 99 * DAY).isoformat()
    assert ines.post("teams/billing/ladder/pair/", **who, at=nobody).status_code == 400
    back = "teams/billing/ladder/take-back-pairing/"
    assert ines.post(back, pairing=pairing["id"]).status_code == 200
    assert ines.post(back, pairing=pairing["id"] + 99).status_code == 404
    assert (
        rhea.post(
            "teams/billing/ladder/advance/", person="nobody", duty="on_call", evidence="x"
        ).status_code
        == 400
    )
    gate = {"stage": "solo", "shifts": 1, "incidents": [], "mentor_word": False, "own_word": False}
    assert rhea.post("teams/billing/ladder/set-gate/", **gate).status_code == 200
    assert (
        rhea.post("teams/billing/ladder/set-gate/", **gate | {"incidents": ["P9"]}).status_code
        == 400
    )

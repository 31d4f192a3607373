"""Rotations over REST: now and next, the schedule with its gaps, verbs on shifts (ONC-3, ONC-4)."""

from datetime import UTC, timedelta
from typing import Any

import pytest

from oncall import services
from oncall.models import Absence, Override, Rotation, SwapOffer
from oncall.querysets import holder
from oncall.rules import ON_CALL
from tests.cast import Cast
from tests.oncall.turns import DAY, a_rotation, crew, holders, layer, midnight, slot

NOON = timedelta(hours=12)


def test_now_says_who_until_when_why_and_who_is_next(cast: Cast, api: Any) -> None:
    a_rotation(cast)
    found = api(cast.ines).get("on-call/now/?team=platform").json()["results"]
    (on_call,) = [one for one in found if one["duty"] == "on_call"]
    assert (on_call["person"], on_call["why"], on_call["gap"]) == ("sami", "turn", False)
    assert on_call["next"]["person"] == "otto"
    assert on_call["next"]["since"] == on_call["until"]
    assert {one["duty"] for one in found} == {"on_call", "release_manager"}


def test_a_gap_is_a_gap_and_no_empty_list(cast: Cast, api: Any) -> None:
    found = api(cast.ines).get("on-call/now/?team=platform").json()["results"]
    (on_call,) = [one for one in found if one["duty"] == "on_call"]
    assert (on_call["gap"], on_call["person"], on_call["next"]) == (True, None, None)
    assert api(cast.ines).get("on-call/now/?team=nowhere").json()["results"] == []
    assert api(cast.stranger).get("on-call/now/").json()["results"] == []


def test_the_schedule_is_what_everything_else_reads(cast: Cast, api: Any) -> None:
    rotation = a_rotation(cast)
    services.record_absence(
        cast.otto, start=midnight(cast, 1), end=midnight(cast, 2), by=cast.otto, at=cast.now
    )
    since, until = midnight(cast, 1), midnight(cast, 4)
    ask = f"rotations/{rotation.pk}/schedule/?since={since.isoformat()}&until={until.isoformat()}"
    found = api(cast.ines).get(ask).json()["results"]
    assert [one["person"] for one in found] == [None, "ines", "sami"]
    assert [one["shift"] for one in found] == [None, slot(cast, 2), slot(cast, 3)]
    assert holder(cast.platform.pk, ON_CALL, since + DAY) == cast.ines
    for wrong in ("since=x", "since=2026-12-01", "until=2020-01-01T00:00:00Z"):
        assert api(cast.ines).get(f"rotations/{rotation.pk}/schedule/?{wrong}").status_code == 400


def test_a_rotation_shows_its_layers_and_what_i_may_do(cast: Cast, api: Any) -> None:
    rotation = a_rotation(cast)
    shown = api(cast.otto).get(f"rotations/{rotation.pk}/")
    assert shown.json()["layers"][0]["participants"] == ["sami", "otto", "ines"]
    assert shown.json()["allowed"] == ["take-shift", "offer-swap"]
    assert shown["ETag"] == '"1"'
    listed = api(cast.adam).get("rotations/").json()["results"]
    assert [one["key"] for one in listed] == [rotation.pk]
    assert "override" in listed[0]["allowed"]


def test_verbs_on_shifts(cast: Cast, api: Any) -> None:
    rotation = a_rotation(cast)
    at = f"rotations/{rotation.pk}"
    otto, adam = api(cast.otto), api(cast.adam)
    assert otto.post(f"{at}/offer-swap/", shift=slot(cast, 1), to="ines").status_code == 200
    assert SwapOffer.objects.get().to == cast.ines
    span = {"start": midnight(cast, 2).isoformat(), "end": midnight(cast, 3).isoformat()}
    assert adam.post(f"{at}/override/", person="rhea", **span).status_code == 200
    assert holders(rotation, [midnight(cast, 2) + NOON]) == ["rhea"]
    taken = otto.post(f"{at}/take-shift/")
    assert taken.json()["version"] == 4
    assert otto.post(f"{at}/take-shift/").status_code == 409
    assert adam.post(f"{at}/join-rotation/", person="rhea").status_code == 200
    assert adam.post(f"{at}/leave-rotation/", person="otto").status_code == 200
    wrong = adam.post(f"{at}/override/", person="nobody", **span)
    assert wrong.status_code == 400
    assert "There is nobody called nobody." in wrong.text
    stale = adam.post(f"{at}/leave-rotation/", {"If-Match": '"1"'}, person="ines")
    assert stale.status_code == 412


def turns(cast: Cast, *names: str, **told: Any) -> dict[str, Any]:
    """A layer of daily turns as it is sent."""
    given = {
        "name": "turns",
        "zone": "Europe/Brussels",
        "unit": "day",
        "length": 1,
        "starts": f"{midnight(cast).date()}",
        "handoff": "00:00",
        "participants": list(names),
    }
    return given | told


def test_a_rotation_is_previewed_and_set_up(cast: Cast, api: Any) -> None:
    crew(cast)
    adam = api(cast.adam)
    body = {"team": "platform", "duty": "on_call", "layers": [turns(cast, "sami", "Otto")]}
    preview = adam.post("rotations/preview/", **body)
    found = {one["person"]: one for one in preview.json()["results"]}
    assert set(found) == {"sami", "otto", None}
    assert found["sami"]["hours_before"] == 0 < found["sami"]["hours_after"]
    assert found["otto"]["gets"][0]["since"].startswith(
        midnight(cast, 1).astimezone(UTC).isoformat()[:19]
    )
    assert preview.json()["results"][-1]["person"] is None
    assert not Rotation.objects.exists()
    made = adam.post("rotations/", **body)
    assert made.status_code == 201
    assert made.json()["layers"][0]["participants"] == ["sami", "otto"]
    assert made["ETag"] == '"1"'
    assert holders(Rotation.objects.get(), [midnight(cast, 1) + NOON]) == ["otto"]
    assert adam.post("rotations/", **body).status_code == 409
    assert api(cast.otto).post("rotations/", **body).status_code == 403
    assert api(cast.stranger).post("rotations/preview/", **body).status_code == 404


def test_a_rotation_is_revised_on_the_version_that_was_read(cast: Cast, api: Any) -> None:
    rotation = a_rotation(cast)
    adam, path = api(cast.adam), f"rotations/{rotation.pk}/revise-rotation/"
    hours = [
        {"weekday": "Monday", "starts": "09:00", "ends": "12:00"},
        {"weekday": "Monday", "starts": "13:00", "ends": "17:00"},
    ]
    layers = [turns(cast, "rhea", hours=hours), turns(cast, "otto", name="nights")]
    done = adam.post(path, {"If-Match": '"1"'}, layers=layers, since=f"{midnight(cast, 3).date()}")
    assert done.status_code == 200
    assert done.json()["version"] == 2
    assert "revise-rotation" in done.json()["allowed"]
    assert holders(rotation, [midnight(cast, 2) + NOON]) == ["ines"]
    assert adam.post(path, {"If-Match": '"1"'}, layers=layers).status_code == 412
    assert adam.post(path, layers=layers).status_code == 200
    shown = adam.get(f"rotations/{rotation.pk}/").json()["layers"]
    assert [one["name"] for one in shown] == ["turns", "nights"]
    assert len(shown[0]["hours"]) == 2
    again = adam.post(path, layers=shown)  # what was shown can be sent back
    assert again.status_code == 200
    assert again.json()["layers"] == shown


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"participants": ["nobody"]}, "nobody called nobody"),
        ({"participants": ["lena"]}, "Only people of Platform take turns"),
        ({"participants": ["sami", "sami"]}, "named once"),
        ({"participants": []}, "at least one person"),
        ({"zone": "Mars/Olympus"}, "no time zone called"),
        ({"unit": "year"}, "not a valid choice"),
        ({"length": 0}, "greater than or equal to 1"),
        ({"starts": "1066-01-01"}, "between 2000 and 2100"),
        ({"hours": [{"weekday": "Caturday", "starts": "09:00", "ends": "10:00"}]}, "valid choice"),
        ({"name": ""}, "may not be blank"),
    ],
)
def test_layers_that_cannot_be_are_refused_in_words(
    cast: Cast, api: Any, changed: dict[str, Any], words: str
) -> None:
    rotation = a_rotation(cast)
    adam, layers = api(cast.adam), [turns(cast, "sami") | changed]
    refused = adam.post(f"rotations/{rotation.pk}/revise-rotation/", layers=layers)
    assert refused.status_code == 400
    assert words in refused.text
    past = {"layers": [turns(cast, "sami")], "since": "2020-01-01"}
    for address in (f"rotations/{rotation.pk}/revise-rotation/", "rotations/preview/"):
        told = past | ({} if "revise" in address else {"team": "platform", "duty": "on_call"})
        assert adam.post(address, **told).status_code == 400


def test_a_swap_is_answered(cast: Cast, api: Any) -> None:
    rotation = a_rotation(cast)
    otto, ines, sami = api(cast.otto), api(cast.ines), api(cast.sami)
    offer = {"shift": slot(cast, 1), "to": "ines", "in_return": slot(cast, 2)}
    otto.post(f"rotations/{rotation.pk}/offer-swap/", **offer)
    (swap,) = ines.get(f"swaps/?state=offered&rotation={rotation.pk}").json()["results"]
    assert (swap["offered_by"], swap["to"], swap["in_return"]) == ("otto", "ines", slot(cast, 2))
    assert swap["allowed"] == ["accept-swap", "decline-swap"]
    at = f"swaps/{swap['key']}"
    assert otto.get(f"{at}/").json()["allowed"] == ["withdraw-swap"]
    assert sami.get(f"{at}/").json()["allowed"] == []
    assert sami.post(f"{at}/accept-swap/").status_code == 403
    assert ines.post(f"{at}/decline-swap/", {"If-Match": '"1"'}).status_code == 412
    taken = ines.post(f"{at}/accept-swap/", {"If-Match": f'"{swap["version"]}"'})
    assert (taken.status_code, taken.json()["state"]) == (200, "accepted")
    assert (taken.json()["taken_by"], taken.json()["allowed"]) == ("ines", [])
    assert holders(rotation, [midnight(cast, n) + NOON for n in (1, 2)]) == ["ines", "otto"]
    again = ines.post(f"{at}/accept-swap/")
    assert (again.status_code, again.json()["allowed"]) == (409, [])
    assert otto.get("swaps/?state=offered").json()["results"] == []


def test_a_lead_answers_on_behalf_and_others_say_no_or_keep_it(cast: Cast, api: Any) -> None:
    rotation = a_rotation(cast)
    otto, adam = api(cast.otto), api(cast.adam)

    def offered(to: str = "") -> str:
        otto.post(f"rotations/{rotation.pk}/offer-swap/", shift=slot(cast, 4), to=to)
        return f"swaps/{SwapOffer.objects.latest('pk').pk}"

    assert adam.post(f"{offered()}/withdraw-swap/").json()["state"] == "withdrawn"
    declined = api(cast.ines).post(f"{offered('ines')}/decline-swap/")
    assert declined.json()["state"] == "declined"
    last = offered()
    assert adam.post(f"{last}/accept-swap/", person="nobody").status_code == 400
    assert adam.post(f"{last}/accept-swap/", person="rhea").json()["taken_by"] == "rhea"
    assert holders(rotation, [midnight(cast, 4) + NOON]) == ["rhea"]


def test_overrides_ahead_are_listed_and_taken_back(cast: Cast, api: Any) -> None:
    rotation = a_rotation(cast)
    adam = api(cast.adam)
    span = {"start": midnight(cast, 2).isoformat(), "end": midnight(cast, 3).isoformat()}
    adam.post(f"rotations/{rotation.pk}/override/", person="rhea", **span)
    (shown,) = adam.get(f"overrides/?rotation={rotation.pk}").json()["results"]
    assert (shown["person"], shown["made_by"]) == ("rhea", "adam")
    assert shown["allowed"] == ["take-back-override"]
    assert api(cast.otto).get("overrides/").json()["results"][0]["allowed"] == []
    back = adam.post(f"overrides/{shown['key']}/take-back-override/")
    assert back.status_code == 200
    assert back.json()["taken_back_at"]
    assert Override.objects.get().taken_back_by == cast.adam
    assert adam.get("overrides/").json()["results"] == []
    assert adam.post(f"overrides/{shown['key']}/take-back-override/").status_code == 409
    assert adam.post("overrides/999999/take-back-override/").status_code == 404


def test_one_says_that_one_is_away_and_takes_it_back(cast: Cast, api: Any) -> None:
    rotation = a_rotation(cast)
    otto = api(cast.otto)
    days = {"start": f"{midnight(cast, 1).date()}", "end": f"{midnight(cast, 2).date()}"}
    made = otto.post("absences/", person="otto", **days)
    assert made.status_code == 201
    assert made.json()["allowed"] == ["take-back-absence"]
    assert holders(rotation, [midnight(cast, 1) + NOON]) == [None]
    (seen,) = api(cast.ines).get("absences/?person=Otto").json()["results"]
    assert (seen["key"], seen["allowed"]) == (made.json()["key"], [])
    assert api(cast.stranger).get("absences/").json()["results"] == []
    assert api(cast.ines).post("absences/", person="otto", **days).status_code == 403
    assert api(cast.ines).post(f"absences/{seen['key']}/take-back-absence/").status_code == 403
    assert otto.post(f"absences/{seen['key']}/take-back-absence/").status_code == 200
    assert holders(rotation, [midnight(cast, 1) + NOON]) == ["otto"]
    assert otto.post(f"absences/{seen['key']}/take-back-absence/").status_code == 409
    assert Absence.objects.get().taken_back_by == cast.otto


def test_who_learns_is_not_told_that_they_may_take_the_shift(cast: Cast, api: Any) -> None:
    rotation = a_rotation(cast, layer(cast, cast.sami, cast.otto))
    services.advance(
        cast.platform, ON_CALL, person=cast.ines, evidence="begins", by=cast.adam, at=cast.now
    )
    otto, ines = api(cast.otto), api(cast.ines)
    otto.post(f"rotations/{rotation.pk}/offer-swap/", shift=slot(cast, 1))
    assert ines.get(f"rotations/{rotation.pk}/").json()["allowed"] == ["offer-swap"]
    assert ines.get("swaps/").json()["results"][0]["allowed"] == []
    refused = ines.post(f"rotations/{rotation.pk}/take-shift/")
    assert refused.status_code == 422
    assert "still on the ladder" in refused.text

"""Rotations over REST: now and next, the schedule with its gaps, verbs on shifts (ONC-3, ONC-4)."""

from datetime import timedelta
from typing import Any

from oncall import services
from oncall.models import SwapOffer
from oncall.querysets import holder
from oncall.rules import ON_CALL
from tests.cast import Cast
from tests.oncall.turns import DAY, a_rotation, holders, midnight, slot

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

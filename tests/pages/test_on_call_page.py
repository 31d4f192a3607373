"""*On call*: the calendar, a rotation's page with its verbs, setting one up with a preview; no JavaScript."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from foundation import clock
from oncall import services
from oncall.models import Absence, Duty, Rotation, SwapOffer
from tests import budgets
from tests.cast import Cast
from tests.factories import a_report
from tests.oncall.turns import DAY, a_rotation, holders, layer, midnight, slot
from tests.pages.conftest import SignIn

PATH = "/on-call/"
BRUSSELS = ZoneInfo("Europe/Brussels")
NOON = timedelta(hours=12)


def typed(moment: Any) -> str:
    return f"{timezone.localtime(moment, BRUSSELS):%Y-%m-%dT%H:%M}"


def layers(*names: str, **told: str) -> dict[str, str]:
    """The form of one layer, and an empty one below."""
    said = {
        "layers-TOTAL_FORMS": "2",
        "layers-INITIAL_FORMS": "0",
        "layers-0-name": "turns",
        "layers-0-people": ", ".join(names),
        "layers-0-unit": "day",
        "layers-0-length": "1",
        "layers-0-starts": f"{timezone.localdate(timezone=BRUSSELS)}",
        "layers-0-handoff": "00:00",
        "layers-0-zone": "Europe/Brussels",
        "layers-1-unit": "week",
        "layers-1-length": "1",
        "layers-1-handoff": "09:00",
        "layers-1-zone": "Europe/Brussels",
    }
    return said | told


# The calendar


def test_it_says_who_is_on_duty_now_and_next_and_whose_days_are_mine(
    cast: Cast, sign_in: SignIn
) -> None:
    a_rotation(cast)
    page = sign_in(cast.otto).get(PATH, {"team": "platform"}).text
    assert "Now Sami, until" in page
    assert "Next: Otto" in page
    assert "oncall__one--mine" in page
    assert "On call, Platform" in page


def test_a_gap_is_said(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.otto).get(PATH, {"team": "platform"}).text
    assert "Nobody has it now." in page
    assert "nobody" in page


def test_a_month_and_any_day_can_be_asked_for_and_nonsense_is_today(
    cast: Cast, sign_in: SignIn
) -> None:
    otto = sign_in(cast.otto)
    month = otto.get(PATH, {"view": "month", "from": "2027-03-31"}).text
    assert "March 2027" in month
    assert "4 Apr" in month  # whole weeks
    assert "5 Apr" not in month
    february = otto.get(PATH, {"view": "month", "from": "2027-02-01"}).text
    assert "28 Feb" in february
    assert re.search(r"from=2027-03-01[^>]*>Later", february)
    for sent in ({"from": "x"}, {"from": "9999-12-31"}, {"from": "2026-02-31"}, {"view": "year"}):
        assert "· today" in otto.get(PATH, sent).text


def test_mine_is_what_i_am_on_duty_for_in_every_team(cast: Cast, sign_in: SignIn) -> None:
    a_rotation(cast)
    otto = sign_in(cast.otto)
    for view in ("weeks", "month"):
        page = otto.get(PATH, {"team": "mine", "view": view}).text
        days = page[page.index("<table") : page.index("</table")]
        assert "On call, Platform" in days
        assert "Sami" not in days
        assert "nobody" not in days
    assert "Every team" in page


def test_gaps_in_support_hours_are_said_with_when_they_come(cast: Cast, sign_in: SignIn) -> None:
    rotation = a_rotation(cast, layer(cast, cast.sami))
    services.record_absence(
        cast.sami, start=midnight(cast, 2), end=midnight(cast, 6), by=cast.sami, at=cast.now
    )
    otto = sign_in(cast.otto)
    for path in (f"{PATH}?team=platform", f"{PATH}{rotation.pk}/"):
        page = otto.get(path).text
        assert "Nobody is on duty in support hours" in page
        assert "of support hours, in 2 days" in page
    assert '<span class="hint">Nobody</span>' in page
    told = services.warn_of_gaps(at=cast.now)
    assert told == 1
    full = a_rotation_of_everybody(cast, rotation)
    assert "Nobody is on duty in support hours" not in otto.get(f"{PATH}{full.pk}/").text


def a_rotation_of_everybody(cast: Cast, rotation: Rotation) -> Rotation:
    return services.revise_rotation(
        rotation.pk, layers=[layer(cast, cast.sami), layer(cast, cast.otto, name="below")],
        by=cast.adam, at=cast.now,
    )  # fmt: skip


def test_who_is_of_no_team_reads_no_schedule(cast: Cast, sign_in: SignIn) -> None:
    assert "You belong to no team yet" in sign_in(cast.stranger).get(PATH).text
    rotation = a_rotation(cast)
    assert sign_in(cast.lena).get(f"{PATH}{rotation.pk}/").status_code == 404


# The rotation


def test_one_takes_the_shift_from_the_calendar(cast: Cast, sign_in: SignIn) -> None:
    rotation = a_rotation(cast)
    otto = sign_in(cast.otto)
    assert f"/on-call/{rotation.pk}/take-shift/" in otto.get(PATH, {"team": "platform"}).text
    answer = otto.post(f"{PATH}{rotation.pk}/take-shift/", follow=True)
    assert "It is yours until the shift ends." in answer.text
    assert Duty.objects.get(rotation=rotation, during__contains=cast.now + DAY / 1e5).person in (
        cast.otto,
        cast.sami,
    )
    again = otto.post(f"{PATH}{rotation.pk}/take-shift/")
    assert again.status_code == 409
    assert "It is yours already" in again.text


def test_a_shift_is_offered_and_accepted(cast: Cast, sign_in: SignIn) -> None:
    rotation = a_rotation(cast)
    otto, ines = sign_in(cast.otto), sign_in(cast.ines)
    path = f"{PATH}{rotation.pk}/"
    page = otto.get(path).text
    assert "Offer a shift" in page
    assert "Override" not in re.findall(r"<summary>(.*?)</summary>", page)
    said = {"swap-slot": slot(cast, 1), "swap-to": "ines", "swap-in_return": slot(cast, 2)}
    assert "Offered. It stays yours" in otto.post(f"{path}offer-swap/", said, follow=True).text
    swap = SwapOffer.objects.get()
    assert f"/on-call/swaps/{swap.pk}/accept-swap/" in ines.get(path).text
    assert f"/on-call/swaps/{swap.pk}/accept-swap/" not in sign_in(cast.sami).get(path).text
    refused = sign_in(cast.sami).post(f"/on-call/swaps/{swap.pk}/accept-swap/")
    assert refused.status_code == 403
    accepted = ines.post(f"/on-call/swaps/{swap.pk}/accept-swap/", follow=True)
    assert "Accepted" in accepted.text
    assert "swapped with Otto" in accepted.text
    assert holders(rotation, [midnight(cast, n) + NOON for n in (1, 2)]) == ["ines", "otto"]


def test_a_lead_overrides_and_takes_it_back(cast: Cast, sign_in: SignIn) -> None:
    rotation = a_rotation(cast)
    adam, path = sign_in(cast.adam), f"{PATH}{rotation.pk}/"
    said = {
        "override-person": "rhea",
        "override-start": typed(midnight(cast, 1)),
        "override-end": typed(midnight(cast, 2)),
    }
    assert "The schedule is changed." in adam.post(f"{path}override/", said, follow=True).text
    assert holders(rotation, [midnight(cast, 1) + NOON]) == ["rhea"]
    made = rotation.overrides.get()
    adam.post(f"/on-call/overrides/{made.pk}/take-back/")
    assert holders(rotation, [midnight(cast, 1) + NOON]) == ["otto"]
    past = said | {"override-start": "2020-01-01T09:00", "override-end": "2020-01-02T09:00"}
    refused = adam.post(f"{path}override/", past)
    assert refused.status_code == 422
    assert "is a record" in refused.text
    assert "2020-01-01T09:00" in refused.text  # what was typed is kept
    wrong = adam.post(f"{path}override/", {"override-person": "nobody", "override-start": "x"})
    assert wrong.status_code == 400


def test_one_says_that_one_is_away_and_is_back(cast: Cast, sign_in: SignIn) -> None:
    rotation = a_rotation(cast)
    otto, path = sign_in(cast.otto), f"{PATH}{rotation.pk}/"
    said = {
        "away-person": "otto",
        "away-start": typed(midnight(cast, 1)),
        "away-end": typed(midnight(cast, 2)),
    }
    assert "Recorded" in otto.post(f"{path}record-absence/", said, follow=True).text
    assert holders(rotation, [midnight(cast, 1) + NOON]) == [None]
    back = re.search(r'action="(/on-call/\d+/absences/\d+/take-back/)"', otto.get(path).text)
    assert back
    otto.post(back[1])
    assert holders(rotation, [midnight(cast, 1) + NOON]) == ["otto"]
    # Nobody but a lead says it of somebody else.
    other = otto.post(f"{path}record-absence/", said | {"away-person": "ines"})
    assert other.status_code == 400


def test_somebody_joins_and_leaves(cast: Cast, sign_in: SignIn) -> None:
    rotation = a_rotation(cast)
    adam, path = sign_in(cast.adam), f"{PATH}{rotation.pk}/"
    adam.post(f"{path}join-rotation/", {"join-person": "rhea", "join-since": ""})
    assert "Sami, Otto, Ines, Rhea" in adam.get(path).text
    adam.post(f"{path}leave-rotation/", {"leave-person": "otto", "leave-since": ""})
    assert "Sami, Ines, Rhea" in adam.get(path).text
    refused = adam.post(f"{path}leave-rotation/", {"leave-person": "otto", "leave-since": ""})
    assert refused.status_code == 422
    assert "Otto takes no turns then" in refused.text
    assert sign_in(cast.otto).post(f"{path}join-rotation/", {}).status_code == 403


def test_joining_and_leaving_say_first_what_they_move_for_whom(cast: Cast, sign_in: SignIn) -> None:
    rotation = a_rotation(cast)
    adam, path = sign_in(cast.adam), f"{PATH}{rotation.pk}/"
    assert "Add them" not in adam.get(path).text
    for verb, person in (("join", "rhea"), ("leave", "otto")):
        said = {f"{verb}-person": person, f"{verb}-since": "", "preview": "1"}
        shown = adam.post(f"{path}{verb}-rotation/", said).text
        assert "What it moves in the next half year" in shown
        table = shown[shown.index("What it moves in") : shown.index("</table>")]
        assert str(getattr(cast, person)) in table
        assert ("Add them" if verb == "join" else "Take them out") in shown
        assert f'<option value="{person}" selected>' in shown
    rotation.refresh_from_db()
    assert rotation.versions.count() == 1, "nothing was saved"
    missing = {"leave-person": "rhea", "leave-since": "", "preview": "1"}
    refused = adam.post(f"{path}leave-rotation/", missing)
    assert (refused.status_code, "takes no turns then" in refused.text) == (422, True)
    past = {"join-person": "rhea", "join-since": "2020-01-01T09:00", "preview": "1"}
    assert "Begin now or later" in adam.post(f"{path}join-rotation/", past).text


def test_what_joining_previews_is_what_it_does(cast: Cast) -> None:
    rotation = a_rotation(cast)
    since, at = midnight(cast, 3), clock.now()
    for verb, before in (
        (services.join_rotation, services.preview_joined),
        (services.leave_rotation, services.preview_left),
    ):
        said = before(rotation, cast.rhea, since, at)
        until = rotation.published_until
        there = {p: duty_of(rotation, p, at, until) for p in said.moved if p}
        verb(rotation.pk, person=cast.rhea, since=since, by=cast.adam, at=clock.now())
        rotation.refresh_from_db()
        for person, length in there.items():
            change = said.moved[person]
            now = duty_of(rotation, person, at, until)
            assert now - length == change.after - change.before


def duty_of(rotation: Rotation, person: int, since: datetime, until: datetime) -> timedelta:
    """How long they are on duty from one moment to another, as the schedule says."""
    ahead = rotation.duties.filter(person=person, during__overlap=(since, until))
    spans = [(max(d.during.lower, since), min(d.during.upper, until)) for d in ahead]
    return sum((end - start for start, end in spans), timedelta())


def test_an_absence_is_previewed_without_javascript_and_recorded_from_there(
    cast: Cast, sign_in: SignIn
) -> None:
    rotation, held = a_rotation(cast), a_report(cast, "assigned")
    adam, path = sign_in(cast.adam), f"{PATH}{rotation.pk}/"
    assert (
        f'formaction="/on-call/away/" name="rotation" value="{rotation.pk}"' in adam.get(path).text
    )
    typed_in = {
        "away-person": "ines",
        "away-start": typed(midnight(cast, 1)),
        "away-end": typed(midnight(cast, 2)),
    }
    shown = adam.post("/on-call/away/", typed_in | {"rotation": f"{rotation.pk}"})
    assert shown.status_code == 200
    assert "Back to the queue when it begins: <a" in shown.text
    assert held.reference in shown.text
    for name, value in typed_in.items():
        assert f'name="{name}" value="{value}"' in shown.text
    assert not Absence.objects.exists()
    assert adam.post(f"{path}record-absence/", typed_in).status_code == 302
    assert Absence.objects.get().person == cast.ines
    for wrong in ("", "x", "9" * 30, "999"):
        assert adam.post("/on-call/away/", typed_in | {"rotation": wrong}).status_code == 404


# Setting up


def test_a_rotation_is_typed_previewed_and_saved(cast: Cast, sign_in: SignIn) -> None:
    adam, path = sign_in(cast.adam), f"{PATH}set-up/platform/on-call/"
    assert "Set up a rotation" in adam.get(PATH, {"team": "platform"}).text
    assert "Show what it moves" in adam.get(path).text
    preview = adam.post(path, layers("sami", "adam") | {"preview": "1"}).text
    assert "What it moves in the next half year" in preview
    assert "Nobody (a gap)" in preview
    assert not Rotation.objects.exists()
    saved = adam.post(path, layers("sami", "adam") | {"save": "1"}, follow=True)
    assert "Saved." in saved.text
    rotation = Rotation.objects.get()
    assert holders(rotation, [midnight(cast, 1) + NOON]) == ["adam"]
    assert "Revise the rotation" in adam.get(path, follow=True).text


def test_a_revision_shows_the_layers_as_they_are_and_what_would_move(
    cast: Cast, sign_in: SignIn
) -> None:
    rotation = a_rotation(cast)
    adam, path = sign_in(cast.adam), f"{PATH}{rotation.pk}/revise/"
    page = adam.get(path).text
    assert 'value="sami, otto, ines"' in page
    assert f'value="{midnight(cast).date()}"' in page  # a date that a browser shows
    same = layers("sami", "otto", "ines") | {"preview": "1"}
    assert "Nothing moves for anybody." in adam.post(path, same).text
    moved = adam.post(path, layers("sami", "otto") | {"preview": "1"}).text
    assert "Ines" in moved
    stale = layers("otto") | {"save": "1", "version": "1"}
    services.join_rotation(rotation.pk, person=cast.rhea, by=cast.adam, at=cast.now)
    assert adam.post(path, stale).status_code == 412


def test_for_a_while_is_previewed_with_what_it_touches_and_then_stands_as_planned(
    cast: Cast, sign_in: SignIn
) -> None:
    rotation = a_rotation(cast)
    adam, path = sign_in(cast.adam), f"{PATH}{rotation.pk}/revise/"
    swap = services.offer_swap(rotation.pk, slot=slot(cast, 4), by=cast.otto, at=cast.now)
    services.accept_swap(swap.pk, by=cast.rhea, at=cast.now)
    said = layers("rhea", "ines", **{"layers-0-name": "holidays"}) | {
        "since": typed(midnight(cast, 3)),
        "until": typed(midnight(cast, 6)),
    }
    preview = adam.post(path, said | {"preview": "1"}).text
    assert f"The swap of Otto and Rhea ({slot(cast, 4)}) no longer applies." in preview
    wrong = adam.post(path, said | {"until": typed(midnight(cast, 1)), "preview": "1"})
    assert wrong.status_code == 400
    assert "It ends after it starts." in wrong.text
    saved = adam.post(path, said | {"save": "1"}, follow=True).text
    assert "holidays" in saved
    assert saved.count("on</h3>") == 2  # what begins, and what comes back
    found = holders(rotation, [midnight(cast, n) + NOON for n in (2, 3, 4, 5, 6, 7)])
    assert found == ["ines", "ines", "rhea", "ines", "sami", "otto"]


def test_hours_of_two_spans_are_shown_as_they_were_typed(cast: Cast, sign_in: SignIn) -> None:
    rotation = a_rotation(cast)
    adam, path = sign_in(cast.adam), f"{PATH}{rotation.pk}/revise/"
    week = "Mon-Fri 09:00-12:00, 13:00-17:00\nSat 10:00-12:00"
    adam.post(path, layers("sami", **{"layers-0-week": week}) | {"save": "1"})
    assert week in adam.get(path).text
    page = adam.get(f"{PATH}{rotation.pk}/").text
    assert "only Mon-Fri 09:00-12:00, 13:00-17:00; Sat 10:00-12:00" in page


def test_what_cannot_be_is_said_and_what_was_typed_is_kept(cast: Cast, sign_in: SignIn) -> None:
    adam, path = sign_in(cast.adam), f"{PATH}set-up/platform/on-call/"
    for sent, words in (
        (layers("sami", "lena"), "Not of this team: lena"),
        (layers("sami", "sami"), "each person is named once"),
        (layers(), "name at least one person"),
        (layers("sami", **{"layers-0-zone": "Mars/Olympus"}), "no time zone called"),
        (layers("sami", **{"layers-0-week": "Mon"}), "from when until when"),
        (layers("sami", **{"layers-0-week": "Caturday 9-5"}), "is neither a day"),
        (layers("sami", **{"layers-0-starts": ""}), "on which day the first turn starts"),
        (layers("sami", **{"layers-0-name": ""}), "at least one layer"),
        (layers("sami", since="2020-01-01T09:00"), "The past is a record"),
    ):
        for button in ("preview", "save"):
            answer = adam.post(path, sent | {button: "1"})
            assert answer.status_code == 400, (words, button)
            assert button == "save" or words in answer.text
            assert "layers-0-people" in answer.text
    assert adam.post(path, {"save": "1"}).status_code == 400
    assert sign_in(cast.sami).get(path).status_code == 403
    assert adam.get(f"{PATH}set-up/platform/cook/").status_code == 404


def test_the_pages_keep_their_budgets(cast: Cast, sign_in: SignIn) -> None:
    rotation = a_rotation(cast)
    otto = sign_in(cast.otto)
    month = {"team": "platform", "view": "month"}
    budgets.holds("GET /on-call/", lambda: otto.get(PATH, month))
    budgets.holds("GET /on-call/1/", lambda: otto.get(f"{PATH}{rotation.pk}/"))

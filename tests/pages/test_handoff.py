"""A duty changes hands: what is open on one page, a note that stays on the desk until it is read, told once."""

from datetime import timedelta
from typing import Any

import pytest
from psycopg2.extras import DateTimeTZRange

from channels.registry import letters_for
from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed
from journal.models import Event
from oncall import services
from oncall.models import Duty, HandoffNote
from oncall.rules import RELEASE_MANAGER
from teams.models import Person
from tests import budgets
from tests.bugs.acts import a_loan
from tests.cast import Cast
from tests.factories import a_bug, a_report
from tests.pages.conftest import SignIn

PATH = "/on-call/handoff/?team=billing&duty=release_manager"


def hand_over(cast: Cast, by: Person, note: str = "PR-1 waits for Acme") -> HandoffNote:
    return services.hand_over(cast.billing, RELEASE_MANAGER, note=note, by=by, at=clock.now())


def comes_to(cast: Cast, person: Person) -> None:
    """The duty has just come to them; Rhea had it until then."""
    now = clock.now()
    duty = Duty.objects.get(team=cast.billing, duty=RELEASE_MANAGER)
    end = duty.during.upper
    duty.during = DateTimeTZRange(duty.during.lower, now, "[)")
    duty.save()
    Duty.objects.create(
        team=cast.billing, duty=RELEASE_MANAGER, person=person,
        during=DateTimeTZRange(now, end, "[)"),
    )  # fmt: skip


def test_the_page_shows_what_is_open(cast: Cast, sign_in: SignIn) -> None:
    report, bug = a_report(cast), a_bug(cast)
    owing = a_loan(cast, a_bug(cast)).bug
    page = sign_in(cast.rhea).get(PATH).text
    for words in (report.reference, bug.reference, owing.reference, "Rhea until", "Running loans"):
        assert words in page
    assert "Hand over" in page


def test_an_empty_queue_says_so(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.rhea).get(PATH).text
    for words in ("Every report is with somebody", "Nothing is owed", "No promise is due"):
        assert words in page


def test_a_note_waits_on_the_desk_of_the_next_holder_until_it_is_read(
    cast: Cast, sign_in: SignIn
) -> None:
    rhea, ines = sign_in(cast.rhea), sign_in(cast.ines)
    answer = rhea.post(PATH, {"note": "PR-1 waits for **Acme**"}, follow=True)
    assert "Kept for whoever has the duty next" in answer.text
    assert "PR-1" not in ines.get("/desk/mine/").text
    assert "I have read it" not in rhea.get("/desk/?team=billing").text
    comes_to(cast, cast.ines)
    for path in ("/desk/mine/", "/desk/?team=billing"):
        assert "I have read it" in ines.get(path).text
    note = HandoffNote.objects.get()
    sent = {"note": note.pk, "then": "desk"}
    done = ines.post("/on-call/handoff/read/", sent)
    assert (done.status_code, done["Location"]) == (302, "/desk/")
    assert "I have read it" not in ines.get("/desk/mine/").text
    again = ines.post("/on-call/handoff/read/", sent)
    assert (again.status_code, "read already" in again.text) == (409, True)
    note.refresh_from_db()
    assert note.read_by == cast.ines


def test_a_blank_note_is_refused_and_others_do_not_hand_over(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.rhea).post(PATH, {"note": "  "}).status_code == 400
    ines = sign_in(cast.ines)
    assert "Hand over" not in ines.get(PATH).text
    refused = ines.post(PATH, {"note": "Mine is not the duty"})
    assert refused.status_code == 403
    assert "Who has this duty of Billing hands it over" in refused.text
    assert "Mine is not the duty" in refused.text
    for path in ("?team=nowhere", "?team=billing&duty=chief"):
        assert ines.get(f"/on-call/handoff/{path}").status_code == 404
    for key in ("x", "", "9" * 40, "12"):
        assert ines.post("/on-call/handoff/read/", {"note": key}).status_code == 404


def test_who_gave_it_away_lately_may_still_write_and_no_one_reads_their_own(cast: Cast) -> None:
    Duty.objects.filter(person=cast.otto).delete()
    comes_to(cast, cast.ines)
    note = hand_over(cast, cast.rhea)
    with pytest.raises(NotAllowed, match="whoever has this duty"):
        services.read_handoff(note.pk, by=cast.otto, at=clock.now())
    own = hand_over(cast, cast.ines)
    with pytest.raises(NotAllowed, match="You wrote it"):
        services.read_handoff(own.pk, by=cast.ines, at=clock.now())
    services.read_handoff(note.pk, by=cast.ines, at=clock.now())
    with pytest.raises(Conflict, match="read already"):
        services.read_handoff(note.pk, by=cast.ines, at=clock.now())
    with pytest.raises(Invalid):
        hand_over(cast, cast.ines, note="x" * 10_001)


# At the change


def came() -> list[Event]:
    return list(Event.objects.filter(name="handoff.came").order_by("pk"))


def test_who_gets_the_duty_is_told_once_with_the_note(cast: Cast) -> None:
    hand_over(cast, cast.rhea)
    assert services.tell_handoffs(at=clock.now()) == 0
    comes_to(cast, cast.ines)
    assert services.tell_handoffs(at=clock.now()) == 1
    assert services.tell_handoffs(at=clock.now()) == 0
    (event,) = came()
    (letter,) = letters_for(event)
    assert letter.person_id == cast.ines.pk
    assert letter.subject == "Yours now: release manager, Billing"
    assert "Rhea left a note." in letter.body
    assert letter.quotes
    assert event.text is not None
    assert event.text.body == "PR-1 waits for Acme"


def test_what_is_only_cut_has_not_changed_hands_and_old_news_is_not_told(cast: Cast) -> None:
    comes_to(cast, cast.rhea)
    assert services.tell_handoffs(at=clock.now()) == 0
    comes_to_long_ago = Duty.objects.filter(person=cast.sami)
    start = clock.now() - timedelta(hours=13)
    comes_to_long_ago.update(during=DateTimeTZRange(start, clock.now() + timedelta(days=1), "[)"))
    assert services.tell_handoffs(at=clock.now()) == 0


def test_the_same_over_rest(cast: Cast) -> None:
    from oncall.api.handoff import NOTE
    from tests.api.conftest import Caller

    rhea, ines = Caller(cast.rhea), Caller(cast.ines)
    path = "teams/billing/handoff/"
    made = rhea.post(path, duty="release_manager", note="PR-1 waits")
    assert (made.status_code, set(made.json())) == (201, set(NOTE))
    assert rhea.post(path, duty="chief", note="x").status_code == 400
    assert [n["note"] for n in ines.get(path).json()["results"]] == ["PR-1 waits"]
    comes_to(cast, cast.ines)
    assert ines.post(f"{path}read/", id=made.json()["id"]).status_code == 200
    assert ines.post(f"{path}read/", id=made.json()["id"]).status_code == 409
    assert ines.post(f"{path}read/", id=made.json()["id"] + 9).status_code == 404
    assert ines.get(path).json() == {"results": []}


def test_the_page_keeps_its_budget(cast: Cast, sign_in: SignIn) -> None:
    rhea: Any = sign_in(cast.rhea)
    for _ in range(2):
        a_report(cast)
        a_bug(cast)
    budgets.holds("GET /on-call/handoff/", lambda: rhea.get(PATH), grow=lambda: a_bug(cast))

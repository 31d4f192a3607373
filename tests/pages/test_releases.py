"""The page of a team's versions: what each brings, naming one, and that it is out (BUG-6)."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from bugs import services
from bugs.models import Release
from foundation import clock
from tests.bugs.acts import a_release
from tests.cast import Cast, today_there
from tests.factories import a_bug
from tests.pages.conftest import SignIn

PAGE = "/bugs/releases/?team=billing"


@pytest.fixture
def ines(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.ines)


def shown(browser: Client) -> str:
    return browser.get(PAGE).content.decode()


def day(n: int) -> str:
    return f"{today_there() + timedelta(days=n)}"


def test_fixes_are_ticked_and_named_in_one_form(cast: Cast, ines: Client) -> None:
    bugs = [a_bug(cast, "verified"), a_bug(cast, "fixed")]
    left = a_bug(cast, "verified")
    told = {"named": "5.2", "on": day(14), "bugs": [b.pk for b in bugs]}
    answer = ines.post(PAGE, told, follow=True)
    assert "5.2 is planned; the reporters of its bugs hear of it." in answer.content.decode()
    made = Release.objects.get()
    assert set(made.bugs.all()) == set(bugs)
    page = shown(ines)
    report = bugs[0].classifications.get().report.reference
    for words in (bugs[0].reference, report, "planned for", "fixed, not verified yet"):
        assert words in page
    assert f'value="{left.pk}"' in page


def test_a_planned_version_is_out_by_one_button(cast: Cast, ines: Client) -> None:
    made = a_release(cast, a_bug(cast, "verified"))
    assert "5.2 is out</button>" in shown(ines)
    answer = ines.post(f"/bugs/releases/{made.pk}/bring-out/", follow=True)
    page = answer.content.decode()
    assert "out since " in page
    assert "5.2 is out</button>" not in page
    again = ines.post(f"/bugs/releases/{made.pk}/bring-out/")
    assert again.status_code == 409
    assert "5.2 has been out since" in again.content.decode()


def test_what_is_refused_is_said_and_keeps_what_was_typed(cast: Cast, ines: Client) -> None:
    a_release(cast, a_bug(cast, "verified"))
    waits = a_bug(cast, "verified")
    answer = ines.post(PAGE, {"named": "5.2", "on": day(3), "bugs": [waits.pk]})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "5.2 is planned for" in page
    assert f'value="{day(3)}"' in page
    assert re.search(rf'<input[^>]*value="{waits.pk}"[^>]*checked', page)
    nothing = ines.post(PAGE, {"named": "5.3", "on": day(3)})
    assert nothing.status_code == 400
    assert "Choose at least one bug." in nothing.content.decode()


def test_a_bug_that_moved_meanwhile_is_named(cast: Cast, ines: Client) -> None:
    bug, fit = a_bug(cast, "verified"), a_bug(cast, "verified")
    services.release(bug.pk, named="5.1", on=today_there(), by=cast.otto, at=clock.now())
    answer = ines.post(PAGE, {"named": "5.2", "on": day(3), "bugs": [bug.pk, fit.pk]})
    assert answer.status_code == 400
    assert not Release.objects.filter(named="5.2").exists()


def test_what_came_back_stands_below_its_version(cast: Cast, ines: Client) -> None:
    bug = a_bug(cast, "verified")
    a_release(cast, bug, days=0)
    services.reopen(bug.pk, reason="Again", by=cast.ines, at=clock.now())
    page = shown(ines)
    assert "Nothing is in it any more." in page
    assert "came back: to be scheduled" in page


def test_who_only_reads_is_offered_nothing(cast: Cast, sign_in: SignIn) -> None:
    a_bug(cast, "verified")
    page = sign_in(cast.ines).get("/bugs/releases/?team=platform").content.decode()
    assert "Put them into the version" not in page
    assert sign_in(cast.lena).get(PAGE).status_code == 404


def test_the_version_of_one_bug_is_named_on_its_page(cast: Cast, ines: Client) -> None:
    bug = a_bug(cast, "verified")
    page = ines.get(f"/bugs/{bug.reference}/").content.decode()
    assert "Name its version" in page
    told = {"named": "5.2", "on": day(0), "version": bug.version}
    page = ines.post(f"/bugs/{bug.reference}/release/", told, follow=True).content.decode()
    assert "Available in version 5.2" in page
    assert "5.2, out since " in page
    assert "Name its version" not in page


def test_the_reporter_reads_the_version_and_since_when(cast: Cast, sign_in: SignIn) -> None:
    bug = a_bug(cast, "verified")
    a_release(cast, bug, days=0)
    report = bug.classifications.get().report.reference
    page = sign_in(cast.lena).get(f"/problem-reports/{report}/").content.decode()
    assert "Available in version 5.2" in page
    assert "since " in page

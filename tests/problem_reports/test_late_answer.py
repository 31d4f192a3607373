"""An answer that comes after the report was closed for want of one opens it again (PR-2)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from channels.models import Notice
from channels.services import fan_out
from foundation import clock
from foundation.errors import Conflict, NotAllowed
from journal.models import Event
from problem_reports import policy, services
from problem_reports.models import ProblemReport, Timer
from problem_reports.querysets import viewer
from teams.models import Person
from tests.cast import Cast
from tests.clocks.test_verify_clocks import verified
from tests.factories import a_report
from tests.pages.conftest import SignIn, sign_in
from tests.problem_reports.acts import perform

__all__ = ["sign_in"]


def unanswered(cast: Cast, outcome: str = "no_answer", **fields: Any) -> ProblemReport:
    report = a_report(cast, "waiting", **fields)
    perform("classify", cast, report, outcome=outcome, hours=Decimal(0), **fields)
    return ProblemReport.objects.get(pk=report.pk)


def allowed(report: ProblemReport, by: Person) -> list[str]:
    row = ProblemReport.objects.select_related("team", "living").get(pk=report.pk)
    return policy.allowed(viewer(by, clock.now()), row)


def test_it_is_to_be_investigated_again_and_what_was_judged_stays_in_the_history(
    cast: Cast,
) -> None:
    report = unanswered(cast)
    services.answer(report.pk, message="Invoice 4711.", by=cast.lena, at=clock.now())
    report.refresh_from_db()
    assert (report.state, report.living, report.closed_at) == ("to_be_investigated", None, None)
    assert (report.assignee, report.left) == (None, [])
    assert report.classifications.get().outcome == "no_answer"
    event = Event.objects.get(name="problem_report.answered")
    assert event.data == {"reopens": True}


def test_its_clocks_count_anew_from_the_answer_and_history_says_the_same(cast: Cast) -> None:
    report = unanswered(cast)
    services.answer(report.pk, message="Invoice 4711.", by=cast.lena, at=clock.now())
    event = Event.objects.get(name="problem_report.answered")
    begun = Timer.objects.filter(report=report, state="armed")
    assert {(t.kind, t.armed_because, t.started_at) for t in begun} == {
        ("classification", "answer", event.at),
        ("next_update", "answer", event.at),
    }
    report.refresh_from_db()
    assert report.due_at == begun.get(kind="classification").due_at
    assert "1 reports verified, 0 differences" in verified()


def test_who_decides_hears_that_it_is_open_again(cast: Cast) -> None:
    report = unanswered(cast)
    fan_out()
    Notice.objects.all().delete()
    services.answer(report.pk, message="Invoice 4711.", by=cast.lena, at=clock.now())
    fan_out()
    (told,) = Notice.objects.filter(channel="in_app")
    assert told.person == cast.rhea
    assert "closed without an answer, and is to be investigated again" in told.body


def test_the_filing_team_may_and_a_year_later_too(cast: Cast) -> None:
    report = unanswered(cast)
    assert "answer" in allowed(report, cast.lena)
    assert "answer" in allowed(report, cast.leo)
    assert "answer" not in allowed(report, cast.ines)
    with pytest.raises(NotAllowed, match="Only the team that filed"):
        services.answer(report.pk, message="4711.", by=cast.ines, at=clock.now())
    late = viewer(cast.lena, clock.now() + timedelta(days=400))
    row = ProblemReport.objects.select_related("team", "living").get(pk=report.pk)
    assert {"answer", "dispute"} & set(policy.allowed(late, row)) == {"answer"}


@pytest.mark.parametrize("outcome", ["how_to", "withdrawn", "not_reproducible"])
def test_what_was_closed_by_findings_is_disputed_and_not_answered(cast: Cast, outcome: str) -> None:
    report = unanswered(cast, outcome)
    assert "answer" not in allowed(report, cast.lena)
    with pytest.raises(Conflict, match="not closed for want of an answer"):
        services.answer(report.pk, message="4711.", by=cast.lena, at=clock.now())
    assert ProblemReport.objects.get(pk=report.pk).state == "closed"


def test_its_page_offers_to_answer_and_tells_that_it_opened_it(cast: Cast, sign_in: SignIn) -> None:
    # Days ago, because on a Sunday the time that counts anew ends when the old one did.
    report = unanswered(cast, at=clock.now() - timedelta(days=4), source="demo")
    page = sign_in(cast.lena)
    address = f"/problem-reports/{report.reference}/"
    shown = page.get(address).content.decode()
    assert "Your answer" in shown
    assert f"{address}answer/" in shown
    page.post(f"{address}answer/", {"message": "Invoice 4711."})
    assert ProblemReport.objects.get(pk=report.pk).state == "to_be_investigated"
    shown = page.get(address).content.decode()
    assert "answered, so it is open again" in shown
    assert "until the answer came" in shown

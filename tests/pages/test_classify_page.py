"""Classify as a page: outcomes as cards, their evidence, the words and the hours that they offer."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bugs.models import Bug
from foundation import clock
from problem_reports import services as reports
from problem_reports.lifecycle import Outcome
from problem_reports.models import ProblemReport
from problem_reports.web.classifying import LINES, offered_hours
from problem_reports.web.reader import Reader
from sprints.services import backlog
from tests import budgets
from tests.cast import Cast
from tests.factories import ReportFactory, a_bug, a_report, a_sprint, an_item
from tests.pages.conftest import SignIn

EVIDENCE: dict[str, dict[str, Any]] = {
    "bug": {"bug_title": "Rounding", "bug_priority": "P1", "bug_confirmed_by": "Invoice 7"},
    "already_fixed": {"already_fixed_in": "4.3"},
    "evolution": {"item_title": "Export to a spreadsheet"},
}


@pytest.fixture
def ines(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.ines)


@pytest.fixture
def report(cast: Cast) -> ProblemReport:
    return a_report(cast, "investigating")


def page(report: ProblemReport) -> str:
    return f"/problem-reports/{report.reference}/classify/"


def typed(outcome: str, **more: Any) -> dict[str, Any]:
    evidence = EVIDENCE.get(outcome, {})
    common = {"outcome": outcome, "message": "Kept words.", "cause": "code", "hours": "1.5"}
    return common | evidence | more


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_page_shows_every_outcome_with_one_line(ines: Client, report: ProblemReport) -> None:
    html = ines.get(page(report)).text
    assert re.findall(r'name="outcome" value="(\w+)"', html) == [str(o) for o in Outcome]
    for line, _ in LINES.values():
        assert line.replace("'", "&#x27;") in html


@pytest.mark.parametrize("outcome", [str(o) for o in Outcome])
def test_each_outcome_closes_the_report_with_its_evidence(
    cast: Cast, ines: Client, report: ProblemReport, outcome: str
) -> None:
    more = {"duplicate_of": ReportFactory(cast=cast).reference} if outcome == "duplicate" else {}
    answer = ines.post(page(report), typed(outcome, **more), follow=True)
    report.refresh_from_db()
    assert (report.state, report.living.outcome) == ("closed", outcome)
    assert "is closed; Lena can read your answer." in answer.text


def test_a_defect_becomes_a_bug_in_the_same_act(ines: Client, report: ProblemReport) -> None:
    answer = ines.post(page(report), typed("bug", bug_area="payments"), follow=True)
    bug = Bug.objects.get()
    assert (bug.title, bug.priority, bug.product_area.slug) == ("Rounding", "P1", "payments")
    assert bug.how_confirmed == "Invoice 7"
    assert bug.reference in answer.text


def test_an_open_bug_is_linked_instead_of_opening_another(
    cast: Cast, ines: Client, report: ProblemReport
) -> None:
    bug = a_bug(cast)
    ines.post(page(report), typed("bug", existing_bug=bug.reference.lower()))
    report.refresh_from_db()
    assert report.living.bug == bug
    assert Bug.objects.count() == 1


def test_a_bug_one_may_not_see_cannot_be_linked(
    cast: Cast, sign_in: SignIn, report: ProblemReport
) -> None:
    bug = a_bug(cast)
    mine = ReportFactory(cast=cast, product_area="login")
    answer = sign_in(cast.sami).post(page(mine), typed("bug", existing_bug=bug.reference))
    assert answer.status_code == 400
    assert f"There is no bug called {bug.reference}." in words_of(answer.text)


@pytest.mark.parametrize(
    ("outcome", "missing", "words"),
    [
        ("", {}, "Choose what it is."),
        ("nonsense", {}, "Choose what it is."),
        ("how_to", {"message": " "}, "This field is required."),
        ("how_to", {"cause": ""}, "Choose the cause; unknown is a cause too."),
        ("how_to", {"hours": "-1"}, "greater than or equal to 0"),
        ("how_to", {"hours": "NaN"}, "Enter a number."),
        ("bug", {"bug_title": ""}, "Say in a few words what is broken."),
        ("bug", {"bug_confirmed_by": ""}, "Say how it was confirmed"),
        ("bug", {"existing_bug": "BUG-999999"}, "There is no bug called BUG-999999."),
        ("duplicate", {"duplicate_of": "yesterday's"}, "Name the report that it repeats"),
        ("already_fixed", {"already_fixed_in": ""}, "Name the version that holds the fix."),
    ],
)
def test_missing_evidence_is_asked_for_and_nothing_typed_is_lost(
    ines: Client, report: ProblemReport, outcome: str, missing: dict[str, str], words: str
) -> None:
    sent = typed(outcome, **missing)
    answer = ines.post(page(report), sent)
    assert answer.status_code == 400
    assert words in answer.text.replace("&#x27;", "'")
    if sent["message"].strip():
        assert "Kept words." in answer.text
    if outcome in Outcome.values:
        assert f'value="{outcome}" required checked' in answer.text
    assert ProblemReport.objects.get(pk=report.pk).state == "investigating"


def test_a_duplicate_of_itself_is_refused_in_words(ines: Client, report: ProblemReport) -> None:
    answer = ines.post(page(report), typed("duplicate", duplicate_of=report.reference))
    assert answer.status_code == 422
    assert "A report cannot be a duplicate of itself" in words_of(answer.text)
    assert "Kept words." in answer.text


def test_a_duplicate_inherits_the_cause_when_none_is_chosen(
    cast: Cast, ines: Client, report: ProblemReport
) -> None:
    original = a_report(cast, "closed")
    ines.post(page(report), typed("duplicate", duplicate_of=original.reference, cause=""))
    report.refresh_from_db()
    assert report.living.cause == "knowledge"


def test_evidence_of_another_outcome_is_left_behind(ines: Client, report: ProblemReport) -> None:
    sent = typed("how_to", already_fixed_in="4.3", bug_title="Rounding", duplicate_of="PR-1")
    assert ines.post(page(report), sent).status_code == 302
    report.refresh_from_db()
    assert report.living.already_fixed_in == ""
    assert not Bug.objects.exists()


def test_the_form_starts_with_what_the_report_says(cast: Cast, ines: Client) -> None:
    report = a_report(cast, "investigating", title="Totals differ", steps="Press export")
    html = ines.get(page(report)).text
    assert 'name="bug_title" value="Totals differ"' in html
    assert "Press export</textarea>" in html
    assert re.search(r'<option value="P2" selected', html)


@pytest.mark.parametrize("outcome", [str(o) for o in Outcome])
def test_every_outcome_offers_words_without_classifying(
    ines: Client, report: ProblemReport, outcome: str
) -> None:
    html = ines.post(page(report), {"outcome": outcome, "message": "", "offer": "words"}).text
    offered = LINES[Outcome(outcome)][1]
    assert offered[:40] in html.replace("&#x27;", "'")
    assert f'value="{outcome}" required checked' in html
    assert ProblemReport.objects.get(pk=report.pk).state == "investigating"


def test_offered_words_replace_other_offered_words_but_never_a_persons(
    ines: Client, report: ProblemReport
) -> None:
    earlier = LINES[Outcome.HOW_TO][1]
    asked = {"outcome": "limitation", "offer": "words"}
    changed = ines.post(page(report), asked | {"message": earlier}).text
    kept = ines.post(page(report), asked | {"message": "My own words"}).text
    assert LINES[Outcome.LIMITATION][1][:40] in changed
    assert ">\nMy own words</textarea>" in kept


def test_the_browser_gets_only_the_message_when_it_asks_for_words(
    ines: Client, report: ProblemReport
) -> None:
    asked = {"outcome": "how_to", "message": "", "offer": "words"}
    html = ines.post(page(report), asked, headers={"HX-Request": "true"}).text
    assert "<html" not in html
    assert 'id="classify-message"' in html


@pytest.mark.parametrize(
    ("started", "now", "hours"),
    [
        ("2026-11-18T09:00:00+01:00", "2026-11-18T10:40:00+01:00", "1.75"),
        ("2026-11-18T17:00:00+01:00", "2026-11-19T09:30:00+01:00", "1.50"),
        ("2026-11-16T09:00:00+01:00", "2026-11-20T18:00:00+01:00", "8.00"),
        ("2026-11-18T09:00:00+01:00", "2026-11-18T09:01:00+01:00", "0.25"),
    ],
    ids=["the time since start", "only working time", "capped by the timebox", "never nothing"],
)
def test_the_hours_offered_are(
    cast: Cast, report: ProblemReport, started: str, now: str, hours: str
) -> None:
    from datetime import datetime

    report.started_at = datetime.fromisoformat(started)
    reader = Reader(cast.ines, datetime.fromisoformat(now), None)  # type: ignore[arg-type]
    assert str(offered_hours(report, reader)) == hours


def test_what_happened_while_the_form_was_open_is_told_before_it_closes(
    cast: Cast, ines: Client, report: ProblemReport
) -> None:
    opened_at = re.search(r'name="version" value="(\d+)"', ines.get(page(report)).text)
    assert opened_at
    reports.respond(report.pk, message="We found it.", by=cast.rhea, at=clock.now())
    answer = ines.post(page(report), typed("how_to", version=opened_at[1]))
    assert answer.status_code == 412
    assert "Rhea wrote" in words_of(answer.text)
    assert "Kept words." in answer.text
    now_at = re.search(r'name="version" value="(\d+)"', answer.text)
    assert now_at
    assert ines.post(page(report), typed("how_to", version=now_at[1])).status_code == 302


def test_a_report_that_was_closed_meanwhile_says_so(
    cast: Cast, ines: Client, report: ProblemReport
) -> None:
    ines.post(page(report), typed("how_to"))
    answer = ines.post(page(report), typed("limitation"))
    assert answer.status_code == 409
    assert "It is closed" in words_of(answer.text)


def test_a_form_sent_twice_opens_one_bug(ines: Client, report: ProblemReport) -> None:
    sent = typed("bug", idempotency_key="k")
    first, second = ines.post(page(report), sent), ines.post(page(report), sent)
    assert first["Location"] == second["Location"]
    assert Bug.objects.count() == 1


def test_who_may_not_classify_is_told_who_may(
    cast: Cast, sign_in: SignIn, report: ProblemReport
) -> None:
    for answer in (
        sign_in(cast.otto).get(page(report)),
        sign_in(cast.otto).post(page(report), typed("how_to")),
    ):
        assert answer.status_code == 403
        assert "Only who investigates it, or the release manager of Billing" in answer.text


def test_the_page_has_a_budget(ines: Client, report: ProblemReport) -> None:
    budgets.holds("GET /problem-reports/PR-1/classify/", lambda: ines.get(page(report)))


def test_a_week_on_the_wall_is_enough_to_offer_hours(cast: Cast, report: ProblemReport) -> None:
    report.started_at = clock.now() - timedelta(days=4000)
    reader = Reader(cast.ines, clock.now(), None)  # type: ignore[arg-type]
    assert offered_hours(report, reader) == 8


def test_a_wish_offers_the_reports_title_and_joins_what_is_there(
    cast: Cast, ines: Client, report: ProblemReport
) -> None:
    assert f'name="item_title" value="{report.title}"' in ines.get(page(report)).text
    item = an_item(cast)
    refused = ines.post(page(report), typed("evolution", item="BI-99999"))
    assert refused.status_code == 400
    assert "There is no backlog item called BI-99999." in words_of(refused.text).replace(
        "&#x27;", "'"
    )
    ines.post(page(report), typed("evolution", item=item.reference))
    report.refresh_from_db()
    assert report.living is not None
    assert report.living.item == item


def test_the_reporter_reads_what_the_product_owner_decided(cast: Cast, sign_in: SignIn) -> None:
    item = an_item(cast)
    report = a_report(cast, "investigating")
    evidence = {"outcome": "evolution", "item": item.pk, "hours": Decimal(0), "cause": "usability"}
    reports.classify(report.pk, message="Noted.", by=cast.ines, at=clock.now(), **evidence)
    lena, address = sign_in(cast.lena), f"/problem-reports/{report.reference}/"

    def said() -> str:
        return words_of(lena.get(address).text)

    assert f"{item.reference} The product owner has not decided yet." in said()
    backlog.accept(item.pk, by=cast.pia, at=clock.now())
    assert "Accepted: it is in the backlog" in said()
    backlog.estimate(item.pk, points=Decimal(2), by=cast.ines, at=clock.now())
    sprint = a_sprint(cast)
    backlog.schedule(item.pk, sprint_id=sprint.pk, by=cast.pia, at=clock.now())
    assert f"Planned in {sprint.name}, which ends" in said()
    backlog.take_out(item.pk, by=cast.pia, at=clock.now())
    backlog.decline(item.pk, reason="Too few ask for it", by=cast.pia, at=clock.now())
    assert "Declined. Too few ask for it" in said()
    assert f"/backlog/{item.reference}/" not in lena.get(address).text

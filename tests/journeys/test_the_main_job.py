"""The main job in the browser: from what a reporter saw to what became of it (issue 2, done when)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bugs.models import Bug
from channels.services import fan_out
from foundation import clock
from journal.models import Event
from problem_reports import services
from problem_reports.models import ProblemReport
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_running_sprint, a_sprint
from tests.journeys.acts import send

pytestmark = pytest.mark.browser


def file_a_report(page: Page, title: str) -> None:
    page.goto("/problem-reports/file/")
    page.get_by_label("What is wrong, in one line").fill(title)
    page.get_by_label("What happened", exact=True).fill(
        "The export says 41.20, the screen says 41.02."
    )
    page.get_by_label("Some users").check()
    page.get_by_label("Critical", exact=True).check()
    page.get_by_label("Where in the product?").select_option("invoicing")
    page.get_by_role("button", name="File the report").click()
    page.wait_for_load_state()


def write(page: Page, verb: str, words: str) -> None:
    page.locator("#composer-text").fill(words)
    page.locator(f'[formaction$="/{verb}/"]').click()
    page.wait_for_load_state()


def classify_as_a_bug(page: Page, reference: str) -> None:
    page.goto(f"/problem-reports/{reference}/classify/")
    page.get_by_role("radio", name="Bug").check()
    page.wait_for_load_state()
    form = page.locator('form[action$="/classify/"]')
    for name, value in {
        "message": "It rounds each line before it adds them; we will mend it.",
        "bug_title": "Rounding of totals",
        "bug_confirmed_by": "Seen in the export of invoice 7.",
        "hours": "1.5",
    }.items():
        form.locator(f'[name="{name}"]').fill(value)
    form.locator('select[name$="cause"]').select_option("code")
    form.get_by_role("button", name="Classify").click()
    page.wait_for_load_state()


def test_support_files_and_reads_what_became_of_it(cast: Cast, enter: Callable[..., Page]) -> None:
    sprint = a_running_sprint(cast)
    lena = enter(cast.lena)
    file_a_report(lena, "Totals differ on the export of March")
    report = ProblemReport.objects.get()
    expect(lena.get_by_role("heading", level=1)).to_contain_text("Totals differ")
    expect(lena.get_by_text("First answer").first).to_be_visible()
    expect(lena.get_by_text("Investigated").first).to_be_visible()

    rhea = enter(cast.rhea)
    rhea.goto("/desk/")
    rhea.keyboard.press("j")
    rhea.keyboard.press("a")
    expect(rhea.get_by_placeholder("Assign to…")).to_be_focused()
    rhea.keyboard.type("Ines")
    rhea.get_by_role("button", name="Assign to Ines").click()
    rhea.wait_for_load_state("networkidle")
    expect(rhea.get_by_role("link", name="Totals differ")).to_have_count(0)

    ines = enter(cast.ines)
    ines.goto(f"/problem-reports/{report.reference}/")
    send(ines, "start")
    write(ines, "ask", "Which invoice is it?")
    lena.goto("/problem-reports/mine/")
    expect(lena.get_by_text("Which invoice is it?")).to_be_visible()
    send(lena, "answer", message="Invoice 7, of last week.")
    ines.goto(f"/problem-reports/{report.reference}/")
    expect(ines.get_by_text("Invoice 7, of last week.")).to_be_visible()
    classify_as_a_bug(ines, report.reference)
    bug = Bug.objects.get()
    ines.goto(f"/bugs/{bug.reference}/")
    send(ines, "estimate", points="3")

    rhea.goto(f"/bugs/{bug.reference}/")
    send(rhea, "prioritise", priority="P1", reason="Month end")
    send(rhea, "inject", reason="Invoices are sent on Friday")
    lena.goto("/problem-reports/mine/")
    expect(lena.get_by_text(sprint.name).first).to_be_visible()

    ines.goto(f"/bugs/{bug.reference}/")
    send(ines, "start")
    send(ines, "fix", links="https://git.example.org/billing/pull/9")
    otto = enter(cast.otto)
    otto.goto(f"/bugs/{bug.reference}/")
    send(otto, "verify")

    fan_out()
    lena.goto("/notices/")
    expect(lena.get_by_text("Fixed and verified").first).to_be_visible()
    lena.goto(f"/problem-reports/{report.reference}/")
    expect(lena.get_by_text("Fixed and verified").first).to_be_visible()
    expect(lena.get_by_text("3 points")).to_have_count(0)
    sprint.refresh_from_db()
    assert (sprint.held, sprint.spent) == (0, 3)
    told = Event.objects.filter(kind__in=("problem_report", "bug")).order_by("id")
    assert [e.name.partition(".")[2] for e in told] == [
        "filed",
        "assigned",
        "started",
        "asked",
        "answered",
        "opened",
        "classified",
        "estimated",
        "prioritised",
        "injected",
        "started",
        "fixed",
        "verified",
    ]


def test_a_bug_that_can_wait_is_scheduled_and_the_reporter_reads_when(
    cast: Cast, enter: Callable[..., Page]
) -> None:
    later = a_sprint(cast)
    bug = a_bug(cast, priority="P2")
    ines = enter(cast.ines)
    ines.goto(f"/bugs/{bug.reference}/")
    send(ines, "estimate", points="2")
    rhea = enter(cast.rhea)
    rhea.goto(f"/bugs/{bug.reference}/")
    send(rhea, "schedule", sprint=later.reference)
    lena = enter(cast.lena)
    lena.goto("/problem-reports/mine/")
    expect(lena.get_by_text(later.name).first).to_be_visible()


def test_filing_needs_no_javascript_and_keeps_what_was_typed(
    cast: Cast, enter: Callable[..., Page]
) -> None:
    lena = enter(cast.lena, java_script_enabled=False)
    lena.goto("/problem-reports/file/")
    lena.get_by_label("What is wrong, in one line").fill("Totals differ")
    lena.get_by_label("What happened", exact=True).fill("41.20 is not 41.02")
    lena.get_by_label("One user").check()
    lena.get_by_label("Low", exact=True).check()
    lena.get_by_label("Where in the product?").select_option("invoicing")
    lena.get_by_role("button", name="File the report").click()
    assert ProblemReport.objects.get().title == "Totals differ"


def test_a_refusal_stands_on_the_page_with_what_was_typed(
    cast: Cast, enter: Callable[..., Page]
) -> None:
    a_running_sprint(cast, reserve=2)
    bug = a_bug(cast, priority="P1")
    rhea = enter(cast.rhea)
    rhea.goto(f"/bugs/{bug.reference}/")
    send(rhea, "inject", points="5", reason="It hurts")
    expect(rhea.get_by_text("The reserve has 2 points left")).to_be_visible()
    expect(rhea.locator('form[action$="/inject/"] [name="reason"]').first).to_have_value("It hurts")
    assert Bug.objects.get().state == "to_be_scheduled"


def test_a_row_that_somebody_else_took_says_who_has_it(
    cast: Cast, enter: Callable[..., Page]
) -> None:
    report = a_report(cast)
    rhea = enter(cast.rhea)
    rhea.goto(f"/problem-reports/{report.reference}/")
    services.assign(report.pk, assignee=cast.otto, by=cast.rhea, at=clock.now())
    rhea.keyboard.press("a")
    rhea.get_by_role("button", name="Assign to Ines").click()
    rhea.wait_for_load_state()
    expect(rhea.get_by_text("Otto has it already.")).to_be_visible()

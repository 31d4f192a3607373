"""How many queries each address takes, whatever the number of rows (QUALITY, Speed)."""

from typing import Any

from foundation import clock
from problem_reports import services as reports
from tests import budgets
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_running_sprint, a_sprint

FILED = {
    "title": "Totals differ",
    "description": "The export says 41.20.",
    "product_area": "invoicing",
    "impact": "some_users",
    "urgency": "high",
}


def test_the_list_of_reports_takes_as_many_queries_for_40_rows_as_for_20(
    cast: Cast, api: Any
) -> None:
    rhea = api(cast.rhea)
    budgets.holds(
        "GET /api/v1/problem-reports/",
        lambda: rhea.get("problem-reports/?limit=100"),
        grow=lambda: a_report(cast, "closed"),
    )


def test_the_queue_takes_as_many_queries_for_40_rows_as_for_20(cast: Cast, api: Any) -> None:
    rhea = api(cast.rhea)
    queue = "problem-reports/?team=billing&state=to_be_investigated&limit=50"
    budgets.holds(
        "GET /api/v1/problem-reports/?team&state",
        lambda: rhea.get(queue),
        grow=lambda: a_report(cast),
    )
    budgets.holds(
        "GET /api/v1/problem-reports/?team&state&order=due",
        lambda: rhea.get(f"{queue}&order=due"),
    )


def test_the_list_of_an_l1_reporter_with_linked_bugs_takes_as_many_for_40_as_for_20(
    cast: Cast, api: Any
) -> None:
    lena = api(cast.lena)
    budgets.holds(
        "GET /api/v1/problem-reports/ with linked bugs",
        lambda: lena.get("problem-reports/?limit=100"),
        grow=lambda: a_bug(cast, "scheduled"),
    )


def test_the_list_of_bugs_takes_as_many_queries_for_40_rows_as_for_20(cast: Cast, api: Any) -> None:
    rhea = api(cast.rhea)
    budgets.holds(
        "GET /api/v1/bugs/",
        lambda: rhea.get("bugs/?limit=100"),
        grow=lambda: a_bug(cast, "scheduled"),
    )


def test_the_list_of_sprints_takes_as_many_queries_for_40_rows_as_for_20(
    cast: Cast, api: Any
) -> None:
    rhea = api(cast.rhea)
    budgets.holds(
        "GET /api/v1/sprints/",
        lambda: rhea.get("sprints/?limit=100"),
        grow=lambda: a_sprint(cast),
    )


def test_one_report_takes_as_many_queries_with_40_acts_as_with_20(cast: Cast, api: Any) -> None:
    rhea, report = api(cast.rhea), a_report(cast, "investigating")
    names = iter(range(1000))

    def grow() -> None:
        at = clock.now()
        reports.note(report.pk, message="Seen again.", by=cast.ines, at=at)
        reports.join(report.pk, customer=f"Customer {next(names)}", by=cast.lena, at=at)

    one = f"problem-reports/{report.reference}/"
    budgets.holds("GET /api/v1/problem-reports/PR-1/", lambda: rhea.get(one), grow=grow)
    budgets.holds(
        "GET /api/v1/problem-reports/PR-1/history/", lambda: rhea.get(f"{one}history/"), grow=grow
    )


def test_one_bug_takes_its_budget(cast: Cast, api: Any) -> None:
    rhea, bug = api(cast.rhea), a_bug(cast, "fixed")
    budgets.holds("GET /api/v1/bugs/BUG-1/", lambda: rhea.get(f"bugs/{bug.reference}/"))
    sprint = a_running_sprint(cast)
    budgets.holds("GET /api/v1/sprints/SP-1/", lambda: rhea.get(f"sprints/{sprint.reference}/"))


def test_filing_and_acting_take_their_budgets(cast: Cast, api: Any) -> None:
    lena, rhea = api(cast.lena), api(cast.rhea)
    budgets.holds(
        "POST /api/v1/problem-reports/",
        lambda: lena.post("problem-reports/", **FILED),
        status=201,
    )
    report = a_report(cast)
    budgets.holds(
        "POST /api/v1/problem-reports/PR-1/assign/",
        lambda: rhea.post(f"problem-reports/{report.reference}/assign/", assignee="ines"),
        warm=False,
    )


def test_the_short_lists_take_their_budgets(cast: Cast, api: Any) -> None:
    rhea = api(cast.rhea)
    for name in ("teams", "product-areas", "causes", "me"):
        budgets.holds(f"GET /api/v1/{name}/", lambda name=name: rhea.get(f"{name}/"))

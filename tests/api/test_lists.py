"""Lists: pages by cursor, filters, and the order of the queue."""

from typing import Any

import pytest

from problem_reports.models import ProblemReport
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_running_sprint, a_sprint


def _references(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["reference"] for row in answer.json()["results"]]


def test_following_next_shows_every_report_once_newest_first(cast: Cast, api: Any) -> None:
    made = [a_report(cast).reference for _ in range(7)]
    lena, seen = api(cast.lena), []
    page = lena.get("problem-reports/?limit=3")
    assert page.json()["previous"] is None
    while True:
        seen += _references(page)
        if page.json()["next"] is None:
            break
        page = lena.get(page.json()["next"])
    assert seen == made[::-1]
    back = lena.get(page.json()["previous"])
    assert _references(back) == made[1:4][::-1]
    assert _references(lena.get(back.json()["previous"])) == made[4:][::-1]


def test_a_page_stays_where_it_was_when_something_new_is_filed(cast: Cast, api: Any) -> None:
    for _ in range(4):
        a_report(cast)
    lena = api(cast.lena)
    first = lena.get("problem-reports/?limit=2").json()
    a_report(cast)
    second = _references(lena.get(first["next"]))
    assert not {r["reference"] for r in first["results"]} & set(second)
    assert len(second) == 2


def test_the_last_page_has_no_next_even_when_it_is_full(cast: Cast, api: Any) -> None:
    for _ in range(2):
        a_report(cast)
    assert api(cast.lena).get("problem-reports/?limit=2").json()["next"] is None


def test_filters_stay_on_the_next_page(cast: Cast, api: Any) -> None:
    kept = [a_report(cast, "returned").reference for _ in range(3)]
    a_report(cast)
    lena = api(cast.lena)
    first = lena.get("problem-reports/?state=returned&limit=2")
    second = lena.get(first.json()["next"])
    assert _references(first) + _references(second) == kept[::-1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=assigned", {"assigned"}),
        ("state=assigned&state=returned", {"assigned", "returned"}),
        ("team=billing", {"assigned", "returned", "elsewhere area"}),
        ("team=platform", {"platform"}),
        ("product_area=payments", {"elsewhere area"}),
        ("priority=P1", {"urgent"}),
        ("assignee=ines", {"assigned"}),
        ("assignee=ines&state=returned", set()),
    ],
)
def test_filters_narrow_the_list(cast: Cast, api: Any, query: str, found: set[str]) -> None:
    made = {
        "assigned": a_report(cast, "assigned"),
        "returned": a_report(cast, "returned"),
        "elsewhere area": a_report(cast, product_area="payments"),
        "platform": a_report(cast, product_area="login"),
    }
    urgent = a_report(cast, product_area="login", urgency="critical")
    made["urgent"] = urgent
    if query.startswith("team=platform"):
        found = found | {"urgent"}
    references = {report.reference: name for name, report in made.items()}
    seen = _references(api(cast.lena).get(f"problem-reports/?{query}"))
    assert {references[r] for r in seen} == found


def test_the_queue_by_due_shows_the_nearest_promise_first_and_the_unpromised_last(
    cast: Cast, api: Any
) -> None:
    low = a_report(cast, urgency="low").reference
    free = a_report(cast).pk
    critical = a_report(cast, urgency="critical").reference
    normal = a_report(cast, urgency="normal").reference
    ProblemReport.objects.filter(pk=free).update(due_at=None)
    rhea, seen = api(cast.rhea), []
    queue = "problem-reports/?team=billing&state=to_be_investigated&order=due&limit=1"
    page = rhea.get(queue)
    while True:
        seen += _references(page)
        if page.json()["next"] is None:
            break
        page = rhea.get(page.json()["next"])
    assert seen == [critical, normal, low, f"PR-{free}"]
    back = []
    while page.json()["previous"]:
        page = rhea.get(page.json()["previous"])
        back += _references(page)
    assert back == [low, normal, critical]


def test_bugs_and_sprints_are_narrowed_too(cast: Cast, api: Any) -> None:
    planned, running = a_sprint(cast), a_running_sprint(cast)
    injected = a_bug(cast, "in_sprint")
    waiting = a_bug(cast, priority="P2")
    rhea = api(cast.rhea)
    assert _references(rhea.get("bugs/?state=in_sprint")) == [injected.reference]
    assert _references(rhea.get("bugs/?priority=P2")) == [waiting.reference]
    assert _references(rhea.get(f"bugs/?sprint={running.reference}")) == [injected.reference]
    assert _references(rhea.get("bugs/?team=platform")) == []
    assert _references(rhea.get("sprints/?state=planned&team=billing")) == [planned.reference]


def test_a_page_holds_at_most_a_hundred(cast: Cast, api: Any) -> None:
    first = a_report(cast)
    ProblemReport.objects.bulk_create(
        [
            ProblemReport(
                **{
                    f.attname: getattr(first, f.attname)
                    for f in ProblemReport._meta.concrete_fields
                    if not f.primary_key
                }
            )
            for _ in range(104)
        ]
    )
    lena = api(cast.lena)
    assert len(_references(lena.get("problem-reports/?limit=1000"))) == 100
    assert len(_references(lena.get("problem-reports/"))) == 50


def test_the_areas_of_ones_own_team_come_first(cast: Cast, api: Any) -> None:
    def areas(person: Any) -> list[str]:
        return [row["slug"] for row in api(person).get("product-areas/").json()["results"]]

    assert areas(cast.sami) == ["login"]
    assert areas(cast.ines) == ["invoicing", "payments", "login"]
    assert set(areas(cast.lena)) == {"invoicing", "payments", "login"}
    assert areas(cast.stranger) == []
    half = api(cast.ines).get("product-areas/?limit=2").json()
    rest = api(cast.ines).get(half["next"]).json()
    assert [r["slug"] for r in rest["results"]] == ["login"]
    assert [r["slug"] for r in api(cast.ines).get(rest["previous"]).json()["results"]] == [
        "invoicing",
        "payments",
    ]

"""Routing moves a report to another area, and with the area to its team (PR-9)."""

import pytest

from foundation import clock
from foundation.errors import NotAllowed, RuleBroken
from journal.models import Event
from problem_reports import services
from problem_reports.models import ProblemReport
from teams.models import ProductArea
from tests.cast import Cast
from tests.factories import a_report


def route(cast: Cast, report: ProblemReport, area: ProductArea) -> ProblemReport:
    return services.route(report.pk, product_area=area, by=cast.rhea, at=clock.now())


def test_to_another_team_it_is_that_teams_to_prioritise_and_assign(cast: Cast) -> None:
    report = services.prioritise(a_report(cast).pk, priority="P2", by=cast.rhea, at=clock.now())
    report = route(cast, report, cast.login)
    assert (report.team, report.product_area) == (cast.platform, cast.login)
    assert report.prioritised_at is None
    assert report.filing_team == cast.services
    event = Event.objects.get(name="problem_report.routed")
    assert (event.data["was"], event.data["product_area"]) == ("invoicing", "login")
    with pytest.raises(NotAllowed):
        services.assign(report.pk, assignee=cast.ines, by=cast.rhea, at=clock.now())
    services.assign(report.pk, assignee=cast.sami, by=cast.sami, at=clock.now())


def test_inside_the_team_it_stays_prioritised_and_held(cast: Cast) -> None:
    report = a_report(cast, "assigned")
    services.prioritise(report.pk, priority="P2", by=cast.rhea, at=clock.now())
    report = route(cast, report, cast.payments)
    assert (report.assignee, report.state) == (cast.ines, "assigned")
    assert report.prioritised_at is not None


def test_what_somebody_investigates_is_handed_back_first(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="Ines holds it for Billing"):
        route(cast, a_report(cast, "investigating"), cast.login)


def test_it_goes_nowhere_when_it_is_there_already(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="in Invoicing already"):
        route(cast, a_report(cast), cast.invoicing)

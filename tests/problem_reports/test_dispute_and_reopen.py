"""A closed report opens again: by the filing team for 14 days, by the delivery team at any time (PR-1)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from foundation import clock
from foundation.errors import Invalid, RuleBroken
from problem_reports import policy, services
from problem_reports.models import ProblemReport
from problem_reports.querysets import viewer
from problem_reports.services.classification import NewBug
from tests.cast import Cast
from tests.factories import a_report

TOLD = {"source": "demo"}
TICK = timedelta(microseconds=1)
FORTNIGHT = timedelta(days=14)


def closed_a_while_ago(cast: Cast) -> ProblemReport:
    return a_report(cast, "closed", at=clock.now() - timedelta(days=40), **TOLD)


def test_a_dispute_is_heard_until_the_last_moment_of_the_fourteenth_day(cast: Cast) -> None:
    report = closed_a_while_ago(cast)
    assert report.closed_at is not None
    over = report.closed_at + FORTNIGHT
    with pytest.raises(RuleBroken, match="file a new report"):
        services.dispute(report.pk, message="It differs.", by=cast.lena, at=over + TICK, **TOLD)
    services.dispute(report.pk, message="It differs.", by=cast.lena, at=over, **TOLD)
    assert ProblemReport.objects.get(pk=report.pk).state == "to_be_investigated"


def test_a_dispute_is_offered_only_while_it_is_heard(cast: Cast) -> None:
    report = closed_a_while_ago(cast)
    assert report.closed_at is not None
    over = report.closed_at + FORTNIGHT
    assert "dispute" in policy.allowed(viewer(cast.lena, over), report)
    assert "dispute" not in policy.allowed(viewer(cast.lena, over + TICK), report)


def test_the_delivery_team_reopens_at_any_time(cast: Cast) -> None:
    report = closed_a_while_ago(cast)
    services.reopen(report.pk, reason="Seen again.", by=cast.otto, at=clock.now())
    assert ProblemReport.objects.get(pk=report.pk).state == "to_be_investigated"


@pytest.mark.parametrize("verb", ["dispute", "reopen"])
def test_it_starts_anew_and_the_old_judgement_stays_in_the_history(cast: Cast, verb: str) -> None:
    report = a_report(cast, "closed")
    if verb == "dispute":
        services.dispute(report.pk, message="It differs.", by=cast.leo, at=clock.now())
    else:
        services.reopen(report.pk, reason="Seen again.", by=cast.pia, at=clock.now())
    report = ProblemReport.objects.get(pk=report.pk)
    assert (report.living, report.closed_at) == (None, None)
    assert (report.assignee, report.started_at) == (None, None)
    assert report.due_at is not None
    assert report.classifications.get().outcome == "how_to"


def test_why_is_said(cast: Cast) -> None:
    report = a_report(cast, "closed")
    with pytest.raises(Invalid):
        services.dispute(report.pk, message=" ", by=cast.lena, at=clock.now())
    with pytest.raises(Invalid):
        services.reopen(report.pk, reason="", by=cast.otto, at=clock.now())


def test_a_disputed_bug_stays_and_is_without_a_living_report(cast: Cast) -> None:
    report = a_report(cast, "investigating")
    report = services.classify(
        report.pk,
        outcome="bug",
        message="Found.",
        hours=Decimal(1),
        bug=NewBug("Rounding", "P2", "Seen."),
        by=cast.ines,
        at=clock.now(),
    )
    assert report.living is not None
    bug = report.living.bug
    assert bug is not None
    services.dispute(report.pk, message="It is by design.", by=cast.lena, at=clock.now())
    assert bug.classifications.count() == 1
    assert not ProblemReport.objects.filter(living__bug=bug).exists()

"""Priority: what the reporter states by impact and urgency, and what the release manager decides (PR-6)."""

import pytest

from foundation import clock
from foundation.errors import Invalid
from journal.models import Event
from problem_reports import services
from problem_reports.lifecycle import Impact, Urgency
from problem_reports.models import ProblemReport
from tests.cast import Cast
from tests.factories import a_report

MATRIX = {
    # urgency:     low   normal high  critical
    "one_user":   "P3    P3     P2    P2",
    "some_users": "P3    P2     P2    P1",
    "many_users": "P3    P2     P1    P1",
    "everyone":   "P2    P1     P1    P0",
}  # fmt: skip


@pytest.mark.parametrize("impact", Impact.values)
@pytest.mark.parametrize("urgency", Urgency.values)
def test_impact_and_urgency_state_the_priority(cast: Cast, impact: str, urgency: str) -> None:
    expected = MATRIX[impact].split()[["low", "normal", "high", "critical"].index(urgency)]
    report = a_report(cast, impact=impact, urgency=urgency)
    assert (report.stated_priority, report.priority) == (expected, expected)
    assert report.prioritised_at is None


def test_the_release_manager_decides_and_what_was_stated_is_kept(cast: Cast) -> None:
    report = a_report(cast, impact="everyone", urgency="critical")
    at = clock.now()
    services.prioritise(report.pk, priority="P2", reason="One export", by=cast.rhea, at=at)
    report = ProblemReport.objects.get(pk=report.pk)
    assert (report.stated_priority, report.priority) == ("P0", "P2")
    assert report.prioritised_at == at
    event = Event.objects.get(name="problem_report.prioritised")
    assert (event.data["stated"], event.data["was"], event.data["priority"]) == ("P0", "P0", "P2")
    assert event.text is not None
    assert event.text.body == "One export"


def test_a_change_needs_a_reason_and_agreement_does_not(cast: Cast) -> None:
    report = a_report(cast)
    with pytest.raises(Invalid) as refused:
        services.prioritise(report.pk, priority="P0", reason=" ", by=cast.rhea, at=clock.now())
    assert list(refused.value.fields) == ["reason"]
    agreed = services.prioritise(report.pk, priority="P2", by=cast.rhea, at=clock.now())
    assert agreed.prioritised_at is not None

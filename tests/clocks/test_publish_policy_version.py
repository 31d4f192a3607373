"""Publish policy version (SLA-1): for new reports, or open ones too; told before it is done. March 2025."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed, Stale
from journal.models import Event
from problem_reports import services
from problem_reports.clocks import policies
from problem_reports.clocks.models import PolicyVersion, TimerKind
from problem_reports.clocks.policies import Target
from problem_reports.models import ProblemReport, Timer
from problem_reports.querysets import foreseen, promises_of, viewer
from problem_reports.services.policies import ALSO_OPEN, ASKED, NEW, Draft, field
from teams import services as teams
from teams.rules import Hours
from tests.cast import Cast
from tests.clocks.test_explained import TOLD, filed, local, then
from tests.factories import a_report
from tests.problem_reports.acts import perform

__all__ = ["then"]
HOUR = timedelta(hours=1)


def draft(**hours: float) -> Draft:
    """The default policy with other hours: `first_response_P1=2`."""
    targets = dict(policies.default().targets)
    for kind, priority in ASKED:
        if (given := hours.get(field(kind, priority))) is not None:
            key = (str(kind), priority)
            targets[key] = replace(targets[key], span=given * HOUR)
    return Draft(targets, 75, 125)


def publish(cast: Cast, applies: str = ALSO_OPEN, what: Draft | None = None, **fields: Any) -> Any:
    told = {"by": cast.adam, "at": local("03-10 12:00"), "source": "demo", **fields}
    what = what or draft(first_response_P1=2)
    return services.publish_policy_version(cast.billing.pk, draft=what, applies=applies, **told)


def due(report: ProblemReport, kind: str = "first_response") -> datetime:
    return Timer.objects.exclude(state="superseded").get(report=report, kind=kind).due_at


def test_new_reports_are_promised_by_it_and_open_ones_keep_theirs(then: Cast) -> None:
    before = filed(then, "P1", "03-10 11:00")
    made = publish(then, NEW)
    after = filed(then, "P1", "03-10 14:00")
    assert (made.number, made.published_by) == (2, then.adam)
    assert due(before) == local("03-10 16:00")
    assert due(after) == local("03-10 16:00")
    assert Timer.objects.filter(report=before, epoch=2).count() == 0


def test_open_reports_too_begin_a_new_epoch_from_the_same_start(then: Cast) -> None:
    report = filed(then, "P1", "03-10 11:00")
    publish(then)
    timer = Timer.objects.get(report=report, kind="first_response", epoch=2)
    assert (timer.started_at, timer.due_at) == (local("03-10 11:00"), local("03-10 14:00"))
    assert (timer.armed_because, timer.policy_version.number) == ("policy", 2)
    assert ProblemReport.objects.get(pk=report.pk).due_at == local("03-10 14:00")


def test_what_was_late_stays_late_and_what_was_kept_stays_kept(then: Cast) -> None:
    late, kept = filed(then, "P1", "03-07 09:00"), filed(then, "P1", "03-10 09:00")
    act = {"by": then.rhea, "at": local("03-10 10:00"), **TOLD}
    services.respond(kept.pk, message="We look.", **act)
    publish(then, what=draft(first_response_P1=80))
    for report, state, was_due in (
        (late, "breached", "03-07 14:00"),
        (kept, "met", "03-10 14:00"),
    ):
        timer = Timer.objects.get(report=report, kind="first_response")
        assert (timer.epoch, timer.state, timer.due_at) == (1, state, local(was_due))


def test_reports_that_are_closed_or_of_another_team_stay_as_they_are(then: Cast) -> None:
    closed, elsewhere = filed(then, "P1", "03-10 11:00"), filed(then, "P1", "03-10 11:00")
    perform("classify", then, closed, at=local("03-10 11:30"), **TOLD)
    services.route(
        elsewhere.pk, product_area=then.login, by=then.rhea, at=local("03-10 11:30"), **TOLD
    )
    before = list(Timer.objects.order_by("pk").values())
    publish(then, what=draft(first_response_P1=2, classification_P1=3))
    assert list(Timer.objects.order_by("pk").values()) == before


def test_a_paused_clock_is_moved_too_and_stays_paused(then: Cast) -> None:
    report = filed(then, "P1", "03-10 09:00")
    perform("snooze", then, report, at=local("03-10 11:00"), **TOLD)
    publish(then, what=draft(classification_P1=24))
    timer = Timer.objects.get(report=report, kind="classification", epoch=2)
    assert timer.paused_since == local("03-10 11:00")
    assert timer.next_at is None


def test_who_holds_a_report_of_before_has_an_older_version(then: Cast) -> None:
    report = filed(then, "P1", "03-10 11:00")
    publish(then)
    assert ProblemReport.objects.get(pk=report.pk).version == report.version + 1


def test_it_is_recorded_with_every_target_and_how_many_moved(then: Cast) -> None:
    filed(then, "P1", "03-10 11:00")
    publish(then)
    event = Event.objects.get(name="team.policy_published")
    assert (event.kind, event.subject, event.by) == ("team", then.billing.pk, then.adam)
    assert (event.data["version"], event.data["applies"], event.data["moved"]) == (2, "open", 1)
    assert "first_response P1: 2 h" in event.data["targets"]
    assert "first_response P0: 1 h, around the clock" in event.data["targets"]


def test_every_kind_and_priority_is_kept_as_it_was_typed(then: Cast) -> None:
    what = draft(timebox=4.5, next_update_P3=60)
    targets = {**what.targets, ("classification", "P2"): Target(30 * HOUR, True)}
    made = publish(then, what=Draft(targets, 60, 150))
    found = policies.policy(made.pk)
    assert found.targets == targets
    assert (found.warn, found.escalate) == (0.6, 1.5)
    assert set(found.targets) == {(str(kind), priority) for kind, priority in ASKED}
    assert {kind for kind, _ in found.targets} == set(TimerKind)


# Who, and what is refused


@pytest.mark.parametrize("who", ["adam", "rhea"])
def test_a_lead_and_an_admin_of_the_team_publish(then: Cast, who: str) -> None:
    assert publish(then, by=then.everybody[who]).number == 2


@pytest.mark.parametrize("who", ["ines", "pia", "otto", "lena", "sami", "stranger"])
def test_others_are_told_who_may(then: Cast, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only a lead or an admin of Billing"):
        publish(then, by=then.everybody[who])
    assert PolicyVersion.objects.filter(team=then.billing).count() == 1


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"what": draft(first_response_P1=0)}, "first_response_P1"),
        ({"what": draft(timebox=2001)}, "timebox"),
        ({"what": replace(draft(), warn_percent=100)}, "warn_percent"),
        ({"what": replace(draft(), warn_percent=0)}, "warn_percent"),
        ({"what": replace(draft(), escalate_percent=100)}, "escalate_percent"),
        ({"what": replace(draft(), targets={})}, "first_response_P0"),
        ({"applies": "everything"}, "applies"),
    ],
)
def test_what_could_keep_no_promise_is_refused_by_field(
    then: Cast, wrong: dict[str, Any], named: str
) -> None:
    with pytest.raises(Invalid) as refused:
        publish(then, **wrong)
    assert named in refused.value.fields
    assert PolicyVersion.objects.filter(team=then.billing).count() == 1


def test_hours_that_the_calendar_does_not_hold_are_refused(cast: Cast) -> None:
    seldom = {
        "zone": "UTC",
        "shifts": [Hours(0, local("03-10 09:00").time(), local("03-10 09:05").time())],
    }
    act = {"by": cast.adam, "at": clock.now()}
    teams.edit_calendar(cast.office.pk, name="Office", days_off={}, **seldom, **act)
    with pytest.raises(Invalid) as refused:
        publish(cast, what=draft(timebox=100), at=clock.now(), source="web")
    assert refused.value.fields["timebox"] == [
        "Office does not open for so many hours in ten years."
    ]


def test_a_draft_made_from_an_older_version_is_refused(then: Cast) -> None:
    publish(then, NEW, version=1)
    with pytest.raises(Stale):
        publish(then, NEW, version=1)
    assert PolicyVersion.objects.filter(team=then.billing).count() == 2


def test_a_number_that_somebody_took_meanwhile_is_a_conflict(
    then: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PolicyVersion.objects, "filter", lambda **_: PolicyVersion.objects.none())
    with pytest.raises(Conflict):
        publish(then, NEW)


# Told before it is done


def test_it_is_told_how_many_would_be_late_at_once_and_how_many_warned(then: Cast) -> None:
    at = local("03-10 12:00")
    late = filed(then, "P1", "03-10 09:00")  # three hours used
    warned = filed(then, "P1", "03-10 10:15")  # of two hours, an hour and three quarters
    early = filed(then, "P1", "03-10 11:30")
    filed(then, "P3", "03-10 09:00")
    found = foreseen(
        then.billing, draft(first_response_P1=2).policy, viewer(then.rhea, clock.now()), at=at
    )
    assert (found.open, found.moved, found.late, found.warned) == (4, 3, 1, 1)
    assert [change.report_id for change in found.changes] == [late.pk, warned.pk, early.pk]
    first = found.changes[0]
    assert (first.kind, first.was_due_at, first.due_at, first.late) == (
        "first_response",
        local("03-10 14:00"),
        local("03-10 11:00"),
        True,
    )


def test_looking_writes_nothing(then: Cast, django_assert_max_num_queries: Any) -> None:
    for minute in range(12):
        filed(then, "P1", f"03-10 11:{minute:02}")
    before = [list(rows.values()) for rows in (Timer.objects.all(), Event.objects.all())]
    who = viewer(then.rhea, clock.now())
    with django_assert_max_num_queries(8) as asked:
        foreseen(then.billing, draft(first_response_P1=1).policy, who, at=local("03-10 12:00"))
    assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)
    assert [list(rows.values()) for rows in (Timer.objects.all(), Event.objects.all())] == before


def test_what_is_foreseen_is_what_happens(then: Cast) -> None:
    at = local("03-10 12:00")
    reports = [filed(then, priority, "03-10 09:30") for priority in ("P0", "P1", "P2", "P3")]
    perform("snooze", then, reports[2], at=local("03-10 10:30"), **TOLD)
    perform("respond", then, reports[3], at=local("03-10 10:30"), **TOLD)
    what = draft(first_response_P1=1, classification_P2=0.5, next_update_P3=1, timebox=1)
    found = foreseen(then.billing, what.policy, viewer(then.rhea, clock.now()), at=at)
    publish(then, what=what)
    for change in found.changes:
        assert due(ProblemReport(pk=change.report_id), change.kind) == change.due_at
    moved = (
        Timer.objects.filter(epoch=2).exclude(state="superseded").values_list("report", flat=True)
    )
    assert {change.report_id for change in found.changes} <= set(moved)


def test_what_is_late_already_is_not_counted_as_late_by_the_edit(then: Cast) -> None:
    filed(then, "P1", "03-07 09:00")
    what = draft(first_response_P1=1).policy
    found = foreseen(then.billing, what, viewer(then.rhea, clock.now()), at=local("03-10 12:00"))
    assert (found.open, found.late) == (1, 0)


def test_the_slip_history_says_that_the_policy_changed(then: Cast) -> None:
    report = filed(then, "P1", "03-10 11:00")
    publish(then)
    epochs = promises_of(report.pk).filter(kind="first_response")
    assert [t.armed_because for t in epochs] == ["file", "policy"]


# Reports that are filed now


def test_a_live_report_is_moved_and_watched_by_the_new_moment(cast: Cast) -> None:
    report = a_report(cast, impact="everyone", urgency="critical")  # P0, around the clock
    publish(cast, what=draft(first_response_P0=3), at=clock.now(), source="web")
    timer = Timer.objects.get(report=report, kind="first_response", epoch=2)
    assert timer.next_at == timer.warn_at
    assert timer.due_at - timer.started_at == 3 * HOUR

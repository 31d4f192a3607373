"""Stories in which hours and policies change between the acts of people: history, rows and explanation agree."""

import random
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from foundation import clock
from foundation.errors import Refused
from problem_reports import services
from problem_reports.clocks import explained
from problem_reports.clocks.timers import PROMISES
from problem_reports.lifecycle import LIFECYCLE
from problem_reports.models import ProblemReport, Timer
from problem_reports.services.policies import ALSO_OPEN
from tests.cast import Cast
from tests.clocks.test_calendar_edited import edit
from tests.clocks.test_publish_policy_version import draft
from tests.clocks.test_verify_clocks import verified
from tests.factories import a_report
from tests.problem_reports.acts import perform

TOLD = {"source": "demo"}
VERBS = [v for v in LIFECYCLE.steps if v not in ("attach", "edit", "join", "watch", "note")]


def happens(cast: Cast, fate: random.Random, verb: str, report: ProblemReport, at: object) -> None:
    act = {"by": cast.adam, "at": at, **TOLD}
    if verb == "calendar":
        day = report.filed_at.date() + timedelta(days=fate.randrange(20))
        edit(cast, days_off={day: "Snow"}, at=at)
    elif verb == "policy":
        what = draft(
            first_response_P1=fate.choice((1, 6)),
            classification_P1=fate.choice((4, 30)),
            next_update_P1=fate.choice((2, 9)),
            timebox=fate.choice((2, 20)),
        )
        services.publish_policy_version(cast.billing.pk, draft=what, applies=ALSO_OPEN, **act)
    else:
        perform(verb, cast, report, at=at, **TOLD)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_changes_in_between_rows_history_and_explanation_agree(
    cast: Cast, seed: int
) -> None:
    fate = random.Random(seed)
    at = clock.now() - timedelta(days=40)
    reports = [a_report(cast, at=at, **TOLD) for _ in range(3)]
    for _ in range(60):
        at += timedelta(hours=fate.uniform(0.1, 12))
        verb = fate.choice([*VERBS, "calendar", "policy"])
        try:
            with transaction.atomic():
                happens(cast, fate, verb, fate.choice(reports), at)
        except Refused:
            continue
    assert "3 reports verified, 0 differences" in verified()
    moved = set(Timer.objects.values_list("armed_because", flat=True).distinct())
    assert {"calendar", "policy"} <= moved
    for report in reports:
        nearest = Timer.objects.filter(report=report, kind__in=PROMISES, stopped_at__isnull=True)
        first = nearest.exclude(state="superseded").order_by("due_at").first()
        assert ProblemReport.objects.get(pk=report.pk).due_at == (first and first.due_at)
        for one in explained.clocks(report.pk, at=clock.now(), inside=True):
            for epoch in (one.now, *one.earlier):
                if not epoch.held:
                    assert epoch.intervals[-1].ends == epoch.timer.due_at
                    assert epoch.intervals[-1].total == epoch.span


def test_publishing_asks_the_same_however_many_reports_are_open(cast: Cast) -> None:
    asked = []
    for hours in (3, 2):
        for _ in range(10):
            a_report(cast)
        with CaptureQueriesContext(connection) as queries:
            services.publish_policy_version(
                cast.billing.pk,
                draft=draft(first_response_P1=hours),
                applies=ALSO_OPEN,
                by=cast.adam,
                at=clock.now(),
            )
        asked.append(len(queries))
    assert asked[1] <= asked[0] <= 35

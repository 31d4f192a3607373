"""A report that comes to a team in the very moment in which it publishes or edits its hours is judged by the new."""

import threading
import time as clockwork
from collections.abc import Callable
from contextlib import contextmanager
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from foundation import clock
from problem_reports import services
from problem_reports.models import ProblemReport, Timer
from problem_reports.services.policies import ALSO_OPEN
from teams import services as teams
from teams.rules import Hours
from teams.services.calendars import Week, lay_out
from tests.cast import Cast
from tests.clocks.test_publish_policy_version import draft
from tests.clocks.test_verify_clocks import verified
from tests.factories import a_report

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


class Meanwhile(threading.Thread):
    """An act in a connection of its own; what it gave or what ended it."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__()
        self.act, self.answer = act, None
        self.pid = threading.Event()

    def run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.session = cursor.fetchone()[0]
            self.pid.set()
            self.answer = self.act()
        except Exception as error:  # noqa: BLE001 - what ended it is the answer
            self.answer = error
        finally:
            connection.close()

    def waits(self) -> bool:
        """Whether it waits for a lock of ours within a while."""
        self.pid.wait(10)
        for _ in range(200):
            with connection.cursor() as cursor:
                cursor.execute("SELECT cardinality(pg_blocking_pids(%s))", [self.session])
                if cursor.fetchone()[0]:
                    return True
            clockwork.sleep(0.02)
        return False


@contextmanager
def one_after_the_other(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """The second begins while the first is done but not committed: it has to wait."""
    other = Meanwhile(second)
    with transaction.atomic():
        given = first()
        other.start()
        assert other.waits(), "the second did not wait for the first"
    other.join(timeout=30)
    assert not isinstance(other.answer, Exception), other.answer
    yield given, other.answer


def publish(cast: Cast) -> Any:
    return services.publish_policy_version(
        cast.billing.pk,
        draft=draft(first_response_P2=3),
        applies=ALSO_OPEN,
        by=cast.adam,
        at=clock.now(),
    )


def edit(cast: Cast) -> Any:
    return teams.edit_calendar(
        cast.office.pk,
        name="Office",
        zone="Europe/Brussels",
        shifts=[Hours(day, time(6), time(20)) for day in range(7)],
        days_off={},
        by=cast.adam,
        at=clock.now(),
    )


def versions(report: ProblemReport) -> tuple[set[int], set[int | None]]:
    """Of the policy and of the calendar that its running clocks count by."""
    rows = Timer.objects.filter(report=report, stopped_at__isnull=True).exclude(state="superseded")
    numbers = rows.values_list("policy_version__number", "calendar_number")
    return {policy for policy, _ in numbers}, {calendar for _, calendar in numbers}


def routed(cast: Cast) -> Callable[[], ProblemReport]:
    report = a_report(cast, product_area="login")
    return lambda: services.route(
        report.pk, product_area=cast.invoicing, by=cast.sami, at=clock.now()
    )


def reopened(cast: Cast) -> Callable[[], ProblemReport]:
    report = a_report(cast, "closed")
    return lambda: services.reopen(report.pk, reason="It is one.", by=cast.rhea, at=clock.now())


def filed(cast: Cast) -> Callable[[], ProblemReport]:
    return lambda: a_report(cast)


@pytest.mark.parametrize("comes", [filed, routed])
def test_what_is_there_before_the_policy_is_published_moves_with_it(
    cast: Cast, comes: Callable[[Cast], Callable[[], ProblemReport]]
) -> None:
    a_report(cast)  # the team has a policy to follow
    with one_after_the_other(comes(cast), lambda: publish(cast)) as (report, _):
        assert versions(report)[0] == {2}
    assert " 0 differences" in verified()


@pytest.mark.parametrize("comes", [filed, routed])
def test_what_comes_while_a_policy_is_published_is_judged_by_it(
    cast: Cast, comes: Callable[[Cast], Callable[[], ProblemReport]]
) -> None:
    a_report(cast)
    with one_after_the_other(lambda: publish(cast), comes(cast)) as (_, report):
        assert versions(report)[0] == {2}
    assert " 0 differences" in verified()


@pytest.mark.parametrize("comes", [filed, routed, reopened])
def test_what_is_there_before_hours_are_edited_moves_with_them(
    cast: Cast, comes: Callable[[Cast], Callable[[], ProblemReport]]
) -> None:
    with one_after_the_other(comes(cast), lambda: edit(cast)) as (report, _):
        assert versions(report)[1] == {2}
    assert " 0 differences" in verified()


@pytest.mark.parametrize("comes", [filed, routed, reopened])
def test_what_comes_while_hours_are_edited_counts_by_the_new_ones(
    cast: Cast, comes: Callable[[Cast], Callable[[], ProblemReport]]
) -> None:
    with one_after_the_other(lambda: edit(cast), comes(cast)) as (_, report):
        assert versions(report)[1] == {2}
    assert " 0 differences" in verified()


def test_a_calendar_that_is_chosen_while_it_is_edited_is_chosen_as_edited(cast: Cast) -> None:
    cast.platform.calendar = lay_out(
        "Nights", Week("UTC", [Hours(0, time(1), time(5))]), at=cast.now
    )
    cast.platform.save()
    report = a_report(cast, product_area="login")
    act = {"by": cast.adam, "at": clock.now()}

    def choose() -> None:
        teams.choose_calendar(cast.platform.pk, calendar=cast.office, **act)

    with one_after_the_other(lambda: edit(cast), choose):
        rows = Timer.objects.filter(report=report).exclude(state="superseded")
        assert set(rows.values_list("calendar", "calendar_number")) == {(cast.office.pk, 2)}
    assert " 0 differences" in verified()

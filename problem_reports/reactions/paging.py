"""What happens to a report begins and ends the call for help about it (ONC-6)."""

from datetime import datetime

from journal.facts import Fact
from journal.registry import on
from problem_reports.events import (
    InvestigationStarted,
    ReportClassified,
    ReportConfirmed,
    ReportDisputed,
    ReportFiled,
    ReportPrioritised,
    ReportReopened,
    ReportResubmitted,
    ReportReturned,
    ReportRouted,
    ReportSnoozed,
    ReportTaken,
)
from problem_reports.services import paging
from teams.models import Person


@on(ReportFiled)
def it_burns_as_stated(
    fact: ReportFiled, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    if fact.priority in paging.PAGES:
        paging.call_for_help(subject, at=at, source=source)


@on(ReportResubmitted)
@on(ReportReopened)
@on(ReportDisputed)
def it_burns(fact: Fact, *, subject: int, by: Person, at: datetime, source: str) -> None:
    paging.call_for_help(subject, at=at, source=source)


@on(ReportPrioritised)
def its_priority_moved(
    fact: ReportPrioritised, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    paging.follow_priority(subject, fact.was, by=by, at=at, source=source)


@on(ReportConfirmed)
@on(ReportTaken)
@on(InvestigationStarted)
def somebody_has_it(fact: Fact, *, subject: int, by: Person, at: datetime, source: str) -> None:
    paging.somebody_is_on_it(subject, by=by, at=at, source=source)


@on(ReportClassified)
@on(ReportReturned)
@on(ReportSnoozed)
def it_can_wait(fact: Fact, *, subject: int, by: Person, at: datetime, source: str) -> None:
    paging.call_off(subject, f"{by} {fact.name.partition('.')[2]} it.", at=at, source=source)


@on(ReportRouted)
def another_team_is_called(
    fact: ReportRouted, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    if fact.leaves_team:
        paging.call_off(subject, f"{by} routed it to another team.", at=at, source=source)
        paging.call_for_help(subject, at=at, source=source)

"""What an earlier import left: the cases that are here, and the reports that go on with new rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bugs.models import Bug
from foundation.locking import locked_all
from journal.models import Event, Source
from problem_reports.event_log.folding import Folded
from problem_reports.models import Classification, ImportedFrom, ProblemReport


@dataclass
class Known:
    """A case that is here already: its report, and its events as they were imported."""

    report: int
    told: list[tuple[datetime, str]] = field(default_factory=list)


def known_cases(log: str, cases: Sequence[str]) -> dict[str, Known]:
    """Of these cases, those that are here, with their events in order."""
    known: dict[str, Known] = {}
    rows = (
        ImportedFrom.objects.filter(log=log, case__in=cases)
        .order_by("case", "nth")
        .values_list("case", "report_id", "event__at", "event__data__activity")
    )
    for case, report, at, activity in rows:
        known.setdefault(case, Known(report)).told.append((at, activity))
    return known


class Earlier:
    """Reports that go on, and their bugs: locked, bugs first (the ground floor)."""

    def __init__(self, reports: Iterable[int]) -> None:
        reports = list(reports)
        judged = list(
            Classification.objects.filter(report__in=reports)
            .order_by("report", "number")
            .values_list("report_id", "number", "id", "outcome")
        )
        openers = {key: report for report, _, key, _ in judged}
        opened = Bug.objects.filter(opened_by__in=openers).values_list("id", flat=True)
        bugs = locked_all(Bug.objects.all(), opened)
        self.reports = locked_all(ProblemReport.objects.all(), reports)
        self.bugs = {openers[bug.opened_by]: bug.pk for bug in bugs.values()}
        self._judged: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
        for report, number, key, outcome in judged:
            self._judged[report].append((number, key, outcome))

    def classifications(self, report: int) -> dict[int, int]:
        """The keys of a report's classifications, by number."""
        return {number: key for number, key, _ in self._judged[report]}

    def agrees(self, report: int, folded: Folded, rows: int, team: int) -> bool:
        """Whether the first `rows` of a case fold now to what they were folded to before."""
        judged = [(number, outcome) for number, _, outcome in self._judged[report]]
        folds = [(j.number, j.outcome) for j in folded.judgements if j.by_row < rows]
        return self.reports[report].team_id == team and judged == folds


def touched(reports: Iterable[int]) -> set[int]:
    """Those of the reports that have an event from another door, or whose bugs have one."""
    reports = list(reports)
    judged = Classification.objects.filter(report__in=reports, bug__isnull=False)
    report_of = {bug: report for report, bug in judged.values_list("report_id", "bug_id")}
    others = Event.objects.exclude(source=Source.IMPORT).order_by().distinct()
    by_report = others.filter(kind="problem_report", subject__in=reports)
    by_bug = others.filter(kind="bug", subject__in=list(report_of))
    return {
        *by_report.values_list("subject", flat=True),
        *(report_of[bug] for bug in by_bug.values_list("subject", flat=True)),
    }

"""A team's unplanned work per sprint, as it was known at a moment.

What counts (`research/flow.md` §3.1): work that was let in after the sprint began, and the hours of
investigations. Work on scheduled bugs is planned and does not count.

An amount was known from the moment of the act that told it (`at`), whatever day it speaks of: `journal`
refuses a moment older than a minute, but to an import and a demonstration, whose history counts as it was.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.db.models.functions import TruncDate

from problem_reports.models import Classification, ImportedFrom, ProblemReport
from sprints.lifecycle import EntryKind, State, WorkKind
from sprints.models import ReserveEntry, Sprint, WorkLog
from sprints.recommending.backtest import Origin
from sprints.recommending.history import Past, in_two_weeks
from teams.models import Team

#: Work of the days between two sprints belongs to the coming one, when it is this near.
BETWEEN = timedelta(days=7)


@dataclass(frozen=True)
class Piece:
    """Unplanned work that was done. `sprint` is the one that it debited, else it counts by its `day`.

    Either its `amount` is said, in the unit of the sprint, or its `hours`, which the sprint's ratio brings
    there. `item` is what it was done on; `estimated` when it counts as it was held, because nobody logged it.
    """

    day: date
    known_at: datetime
    item: tuple[str, int]
    amount: float = 0.0
    hours: float = 0.0
    sprint: int | None = None
    estimated: bool = False


@dataclass(frozen=True)
class Setting:
    """The reserve as the team set it, on a day."""

    sprint: int
    day: date
    amount: float


@dataclass(frozen=True)
class Record:
    """Everything about a team's sprints that a recommendation needs; `sprints` has the oldest first."""

    team: Team
    zone: ZoneInfo
    sprints: tuple[Sprint, ...]
    pieces: tuple[Piece, ...]
    settings: tuple[Setting, ...]

    def history(self, known_at: datetime) -> list[Past]:
        """The sprints that were closed before this moment's day, with what was known of them then."""
        today = known_at.astimezone(self.zone).date()
        over = [s for s in self.sprints if s.state == State.CLOSED and s.ends_on < today]
        return [
            self._past(s, [p for p in self._by_sprint[s.pk] if p.known_at <= known_at])
            for s in over
        ]

    @cached_property
    def _by_sprint(self) -> dict[int, list[Piece]]:
        taken: dict[int, list[Piece]] = defaultdict(list)
        for piece in self.pieces:
            key = piece.sprint or _sprint_on(piece.day, self.sprints)
            if key is not None:
                taken[key].append(piece)
        return taken

    def origins(self, at: datetime, window: int, least: int) -> list[Origin]:
        """Before each sprint of the record: what was known as it began, and what it took as known now."""
        now = self.history(at)
        found = []
        for past in now:
            began = datetime.combine(past.starts_on, datetime.min.time(), self.zone)
            known = self.history(began)[-window:]
            if len(known) >= min(least, window):
                found.append(Origin(tuple(known), past))
        return found

    def chosen(self, sprint: Sprint) -> float:
        """What the team set aside by the first day; later changes answer what happened meanwhile."""
        told = [s for s in self.settings if s.sprint == sprint.pk]
        by_then = [s for s in told if s.day <= sprint.starts_on]
        return (by_then[-1] if by_then else told[0]).amount if told else float(sprint.size)

    def _past(self, sprint: Sprint, pieces: Sequence[Piece]) -> Past:
        by_item: dict[tuple[str, int], float] = defaultdict(float)
        # The ratio was frozen when the sprint started.
        ratio = float(sprint.hours_per_unit)
        for piece in pieces:
            by_item[piece.item] += piece.amount + piece.hours / ratio
        return Past(
            name=sprint.name,
            starts_on=sprint.starts_on,
            days=(sprint.ends_on - sprint.starts_on).days + 1,
            amount=max(sum(by_item.values()), 0.0),
            chosen=self.chosen(sprint),
            largest=max(by_item.values(), default=0.0),
            estimated=sum(piece.amount for piece in pieces if piece.estimated),
        )


def record(team: Team, at: datetime) -> Record:
    """The record of a team as far as it happened by `at`; `team` comes with its calendar."""
    zone = ZoneInfo(team.calendar.zone)
    sprints = Sprint.objects.filter(team=team).exclude(state=State.CANCELLED)
    ledger = _Ledger(team, at, zone)
    return Record(
        team=team,
        zone=zone,
        sprints=tuple(sprints.order_by("starts_on", "pk")),
        pieces=tuple(unplanned(team, at, zone, ledger)),
        settings=tuple(ledger.settings()),
    )


def unplanned(team: Team, at: datetime, zone: ZoneInfo, ledger: "_Ledger") -> Iterator[Piece]:
    """Every piece of unplanned work of a team by `at`. A new source of it is read here and nowhere else.

    Each hour comes once. Logged hours are read as they were logged, by their day, and not as the ledger
    lines that they caused; the ledger has the bugs that nobody logged hours on, the classification the
    reports.
    """
    logged = list(_logged(team, at))
    yield from logged
    yield from ledger.debits()
    on_reports = {piece.item[1] for piece in logged if piece.item[0] == WorkKind.REPORT}
    yield from _investigations(team, at, zone, but=on_reports)


def _logged(team: Team, at: datetime) -> Iterator[Piece]:
    """Hours that people logged (SPR-10); what was taken back is less from the moment that it was."""
    for work in WorkLog.objects.filter(team=team, unplanned=True, at__lte=at).order_by("pk"):
        yield Piece(
            hours=float(work.hours),
            day=work.on,
            known_at=work.at,
            item=(work.kind, work.bug or work.report or work.takes_back_id or work.pk),
        )


class _Ledger:
    """The lines of a team's reserves, with the moment at which each was known."""

    def __init__(self, team: Team, at: datetime, zone: ZoneInfo) -> None:
        lines = ReserveEntry.objects.filter(
            sprint__team=team, at__lte=at, kind__in=(EntryKind.OPEN, EntryKind.DEBIT), work=None
        )
        self.lines = list(lines.order_by("pk"))
        self.zone = zone

    def debits(self) -> Iterator[Piece]:
        for line in self._of(EntryKind.DEBIT):
            yield Piece(
                amount=float(line.amount),
                day=self._day(line),
                known_at=line.at,
                item=("bug", line.bug or 0),
                sprint=line.sprint_id,
                estimated=True,
            )

    def settings(self) -> Iterator[Setting]:
        for line in self._of(EntryKind.OPEN):
            yield Setting(line.sprint_id, self._day(line), float(line.amount))

    def _of(self, kind: str) -> Iterator[ReserveEntry]:
        return (line for line in self.lines if line.kind == kind)

    def _day(self, line: ReserveEntry) -> date:
        return line.at.astimezone(self.zone).date()


def _investigations(
    team: Team, at: datetime, zone: ZoneInfo, but: Collection[int]
) -> Iterator[Piece]:
    """The hours that a classification says, on the day of it; of a report whose hours were not logged."""
    rows = Classification.objects.filter(report__team=team, at__lte=at, hours__gt=0)
    for report, hours, then in rows.order_by("pk").values_list("report_id", "hours", "at"):
        if report in but:
            continue
        yield Piece(
            hours=float(hours),
            day=then.astimezone(zone).date(),
            known_at=then,
            item=("report", report),
        )


def _sprint_on(day: date, sprints: Sequence[Sprint]) -> int | None:
    """The sprint that a day lies in; a day between two sprints belongs to the coming one."""
    for sprint in sprints:
        if day <= sprint.ends_on:
            return sprint.pk if day >= sprint.starts_on - BETWEEN else None
    return None


# --- An imported log ---------------------------------------------------------------------------------


def imported(team: Team, at: datetime) -> list[Past]:
    """The reports that a team's imported log holds, counted in two-week sprints (by their first event)."""
    theirs = ImportedFrom.objects.filter(report=OuterRef("pk"))
    reports = ProblemReport.objects.filter(Exists(theirs), team=team, filed_at__lte=at)
    zone = ZoneInfo(team.calendar.zone)
    return in_two_weeks(reports.values_list(TruncDate("filed_at", tzinfo=zone), flat=True))


def has_imported(team: Team) -> bool:
    return ImportedFrom.objects.filter(report__team=team).exists()

"""The rows of the database that a folded case becomes. No query is made here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bugs.lifecycle import State as BugState
from bugs.models import Bug
from foundation.references import reference
from journal.models import Event, Source, Text
from problem_reports.clocks import policies, timers
from problem_reports.clocks.models import Timer, TimerKind
from problem_reports.event_log import telling
from problem_reports.event_log.directory import Directory
from problem_reports.event_log.folding import Folded, Judgement
from problem_reports.event_log.translating import Log, Row
from problem_reports.lifecycle import Outcome, State
from problem_reports.models import Affected, Classification, ImportedFrom, ProblemReport
from teams.models import Team


@dataclass
class Coming:
    """A case that is written: its rows from `already` on are new. Keys are taken beforehand."""

    case: str
    rows: Sequence[Row]
    folded: Folded
    already: int = 0
    report: int = 0
    bug: int | None = None
    #: number -> key; number -> its message
    classifications: dict[int, int] = field(default_factory=dict)
    messages: dict[int, Text] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return not self.already

    @property
    def judgements(self) -> list[Judgement]:
        """The new ones."""
        return [j for j in self.folded.judgements if j.by_row >= self.already]

    @property
    def opens_bug(self) -> bool:
        bug = self.folded.bug
        return bug is not None and bug.opened_by.by_row >= self.already


@dataclass(frozen=True)
class Awaited:
    """What the clocks ask of a report that is not written yet."""

    pk: int
    state: str
    priority: str
    team: Team
    team_id: int


class Builder:
    """Builds with what all cases of one import share: the log, its directory and the moment."""

    def __init__(self, log: Log, directory: Directory, at: datetime) -> None:
        self.log, self.directory, self.at = log, directory, at
        self.policy = policies.current_version(directory.team.pk)

    def message(self, judgement: Judgement) -> Text:
        return Text(body=f"The log says “{judgement.row.activity}” and keeps no words.")

    def report(self, each: Coming, timers: Sequence[Timer]) -> ProblemReport:
        folded, first, people = each.folded, each.folded.first, self.directory.people
        living = folded.living
        return ProblemReport(
            id=each.report,
            title=self.log.title(first),
            description=self.log.description(first),
            team=self.directory.team,
            product_area_id=self.directory.areas[folded.area],
            filed_by_id=people[first.person],
            filed_at=first.at,
            impact=first.stated.impact,
            urgency=first.stated.urgency,
            stated_priority=folded.stated_priority,
            priority=folded.priority,
            prioritised_at=folded.prioritised_at,
            state=folded.state,
            left=folded.left,
            assignee_id=None if folded.assignee is None else people[folded.assignee],
            started_at=folded.started_at,
            closed_at=living.row.at if living else None,
            living_id=each.classifications[living.number] if living else None,
            due_at=min((timer.due_at for timer in timers), default=None),
        )

    def timers(self, each: Coming) -> list[Timer]:
        """The promises that still lie ahead.

        What is past was promised to nobody: a timer for it would tell a breach that never was.
        """
        folded, team = each.folded, self.directory.team
        if folded.state == State.CLOSED or self.policy is None:
            return []
        starts = {TimerKind.CLASSIFICATION: folded.reopened_at or folded.first.at}
        if not folded.responded:
            starts[TimerKind.FIRST_RESPONSE] = folded.first.at
        coming = Awaited(each.report, folded.state, folded.priority, team, team.pk)
        act = timers.Act("import", self.at, Source.IMPORT)
        armed = [
            timer
            for kind, start in starts.items()
            for timer in timers.planned(
                coming, [kind], started_at=start, version_id=self.policy, act=act
            )
        ]
        ahead = [timer for timer in armed if timer.due_at > self.at]
        for timer in ahead:
            timer.next_at = timer.warn_at if timer.warn_at > self.at else timer.due_at
        return ahead

    def bug(self, each: Coming) -> Bug:
        folded = each.folded.bug
        assert folded is not None, "only a folded bug is built"
        fixed = folded.fixed if folded.state in (BugState.FIXED, BugState.VERIFIED) else None
        row = folded.opened_by.row
        return Bug(
            id=each.bug,
            team=self.directory.team,
            product_area_id=self.directory.areas[folded.area],
            title=self.log.title(each.folded.first),
            how_confirmed=f"The log says “{row.activity}” of its case “{each.case}”.",
            state=folded.state,
            priority=folded.priority,
            fixed_by_id=self.directory.people[fixed.person] if fixed else None,
            fixed_at=fixed.at if fixed else None,
            verified_at=folded.verified.at if folded.verified else None,
            opened_at=row.at,
            opened_by=each.classifications[folded.opened_by.number],
        )

    def classifications(self, each: Coming) -> Iterator[Classification]:
        for judgement in each.judgements:
            yield Classification(
                id=each.classifications[judgement.number],
                report_id=each.report,
                number=judgement.number,
                outcome=judgement.outcome,
                cause=judgement.cause,
                hours=telling.NO_HOURS,
                message=each.messages[judgement.number],
                bug_id=each.bug if judgement.outcome == Outcome.BUG else None,
                by_id=self.directory.people[judgement.row.person],
                at=judgement.row.at,
            )

    def events(self, each: Coming, keys: Iterator[int]) -> Iterator[Event]:
        """One per new row, its key taken from `keys`."""
        slugs = self.directory.slugs
        bug = reference("BUG", each.bug) if each.bug else ""
        for happening in each.folded.history[each.already :]:
            told = telling.fact(happening, each.folded, areas=slugs, bug=bug)
            judged = happening.judgement
            yield Event(
                id=next(keys),
                name=told.name,
                kind=told.kind,
                subject=each.bug if told.kind == "bug" else each.report,
                by_id=self.directory.people[happening.row.person],
                at=happening.row.at,
                source=Source.IMPORT,
                internal=told.internal,
                text=each.messages[judged.number] if judged else None,
                data=telling.data(told, happening, self.log.kept(happening.row), slugs),
            )

    def origins(self, each: Coming, events: Sequence[Event]) -> Iterator[ImportedFrom]:
        for nth, event in enumerate(events, start=each.already + 1):
            yield ImportedFrom(
                log=self.log.mapping.log,
                case=each.case,
                nth=nth,
                report_id=each.report,
                event_id=event.pk,
            )

    def affected(self, each: Coming) -> Iterator[Affected]:
        for name, at in each.folded.customers.items():
            key = self.directory.customers[name]
            yield Affected(report_id=each.report, customer_id=key, joined_at=at)

"""The rows that carry promises: armed by *file*, stopped and begun by whatever happens to a report.

`follow` is told of every act; what the act does to clocks is in the table of `history.EFFECTS`, and what
a pause does to a due moment is reckoned anew from the history. Callers hold the report's row lock.
Nothing here reads a clock: the act says when it happened.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from django.db.models import OuterRef, QuerySet, Subquery

from foundation.statements import Statement
from journal.models import Event, Source
from problem_reports.clocks import policies, rules, sweep
from problem_reports.clocks.history import (
    ASIDE,
    BY_PRIORITY,
    EFFECTS,
    UPDATE,
    Happened,
    of_kind,
    pauses,
    stops_and_starts,
)
from problem_reports.clocks.models import Stage, Timer, TimerKind, TimerState
from problem_reports.lifecycle import State
from teams.models import Team

PROMISES = (TimerKind.FIRST_RESPONSE, TimerKind.CLASSIFICATION)
#: What of a row is reckoned, and written when it comes out otherwise.
RECKONED = ("warn_at", "due_at", "escalate_at", "next_at", "paused_since")
#: Calendar and version -> its open hours. One that this transaction wrote is read anew each time.
Calendars = Callable[[int, int], rules.Calendar]
STOPPED = ("state", "stopped_at", "stopped_by")


class Promised(Protocol):
    """What the clocks need to know of a report: the floor of reports stands above its clocks."""

    pk: int
    state: str
    priority: str
    team: Team
    team_id: int


@dataclass(frozen=True)
class Act:
    """By which act rows change: its name, its moment, and through which door it came."""

    because: str
    at: datetime
    source: str

    @property
    def of_the_past(self) -> bool:
        """An import or a demonstration: nobody is told of what was due before now."""
        return self.source in (Source.IMPORT, Source.DEMO)


def planned(
    report: Promised,
    kinds: Iterable[str] = PROMISES,
    *,
    started_at: datetime,
    version_id: int,
    act: Act,
    waited: Sequence[rules.Pause] = (),
    epochs: dict[str, int] | None = None,
    calendar: Calendars = policies.calendar,
) -> list[Timer]:
    """One timer, not yet kept, for each of the kinds that the policy version has."""
    policy = policies.policy(version_id)
    armed = []
    for kind in kinds:
        priority = report.priority if kind in BY_PRIORITY else ""
        target = policy.target(kind, priority)
        if target is None:
            continue
        by = None if target.around_the_clock else report.team.calendar
        armed.append(
            reckon(
                Timer(
                    report_id=report.pk,
                    kind=kind,
                    epoch=(epochs or {}).get(kind, 0) + 1,
                    policy_version_id=version_id,
                    priority=priority,
                    calendar_id=by and by.pk,
                    calendar_number=by and by.version,
                    state=TimerState.ARMED,
                    started_at=started_at,
                    armed_at=act.at,
                    armed_because=act.because,
                ),
                waited,
                calendar,
            )
        )
    return armed


def reckon(
    timer: Timer, waited: Sequence[rules.Pause], calendar: Calendars = policies.calendar
) -> Timer:
    """Set the moments of a timer from its start, its target and the pauses that it stands still for."""
    policy = policies.policy(timer.policy_version_id)
    target = policy.target(timer.kind, timer.priority)
    assert target is not None, "a timer is armed by a target, and targets stay"
    mine = of_kind(timer.kind, waited)
    when = policies.moments(policy, target, calendar_of(timer, calendar), timer.started_at, mine)
    timer.warn_at, timer.due_at, timer.escalate_at = when.warn_at, when.due_at, when.escalate_at
    timer.paused_since = next((p.begins for p in mine if p.ends is None), None)
    timer.next_at = None if timer.paused_since and when.paused else _next(timer)
    if timer.paused_since and timer.stage >= Stage.BREACHED:
        timer.next_at = None  # late and paused: the lateness stands still as well
    return timer


def calendar_of(timer: Timer, calendar: Calendars = policies.calendar) -> rules.Calendar:
    """The open hours that a timer counts by."""
    if timer.calendar_id is None or timer.calendar_number is None:
        return rules.AROUND_THE_CLOCK
    return calendar(timer.calendar_id, timer.calendar_number)


def running(*reports: int) -> QuerySet[Timer]:
    """The live epochs of these reports that nothing has stopped, late or not."""
    rows = Timer.objects.filter(report__in=reports, stopped_at__isnull=True)
    return rows.exclude(state=TimerState.SUPERSEDED)


def follow(report: Promised, event: Event, *, was: str, source: str) -> bool:
    """Let the clocks of a report hear of an act on it; `was` is the state before. Whether any moved.

    1. Tell what was due before the act, so that a late answer is a breach whether or not a sweep ran.
    2. Reckon what runs anew when the report goes aside or comes back.
    3. Stop what the act stops, start what it starts.
    """
    effect = EFFECTS.get(event.name)
    if effect is None:
        return False
    stops, starts = stops_and_starts(event.name, event.data)
    aside = was in ASIDE or report.state in ASIDE
    if not (stops or starts or aside):
        return False
    act = Act(effect.verb, event.at, source)
    sweep.settle([report.pk], at=event.at, source=source)
    live = {timer.kind: timer for timer in running(report.pk)}
    if UPDATE in starts and (report.state == State.CLOSED or _still_first(live, stops)):
        starts.discard(UPDATE)
    waited = happened_pauses(report.pk) if aside else []
    if aside:
        # What stops in a pause has had all the time until then.
        over = [replace(pause, ends=pause.ends or event.at) for pause in waited]
        for timer in live.values():
            reckon(timer, over if timer.kind in stops | starts else waited)
    for kind in live.keys() & (stops | starts):
        if kind in stops or kind == UPDATE:
            stop(live[kind], event)
        else:  # begun again, as a second question is
            live[kind].state, live[kind].next_at = TimerState.SUPERSEDED, None
    changed = live.values() if aside else [live[kind] for kind in live.keys() & (stops | starts)]
    Timer.objects.bulk_update(changed, [*RECKONED, *STOPPED])
    if starts:
        new = planned(
            report,
            sorted(starts),
            started_at=event.at,
            version_id=version_of(report, event.at),
            act=act,
            waited=waited,
            epochs=epochs_of([report.pk]).get(report.pk),
        )
        Timer.objects.bulk_create(new)
    if act.of_the_past:
        leave_the_past([report.pk])
    return True


def stop(timer: Timer, event: Event) -> None:
    """Kept, or late: decided by the moment of the act, after what was due before it has been told."""
    timer.stopped_at, timer.stopped_by, timer.next_at = event.at, event, None
    timer.paused_since = None
    if timer.stage < Stage.BREACHED:
        timer.state = TimerState.MET


def take_over(keys: Iterable[int]) -> None:
    """These epochs end without a verdict: others take their place."""
    Timer.objects.filter(pk__in=list(keys)).update(state=TimerState.SUPERSEDED, next_at=None)


def version_of(report: Promised, at: datetime) -> int:
    """The policy version that a report keeps: the latest that its team judged it by (SLA-1)."""
    return versions_of([report], at)[report.pk]


def versions_of(reports: Iterable[Promised], at: datetime) -> dict[int, int]:
    """report -> the policy version that it keeps: one query for each team."""
    of_team = defaultdict(list)
    for report in reports:
        of_team[report.team_id].append(report)
    found: dict[int, int] = {}
    for team_id, its in of_team.items():
        own = Timer.objects.filter(
            report__in=[report.pk for report in its], policy_version__team_id=team_id
        )
        latest = own.order_by("report_id", "-policy_version__number").distinct("report_id")
        found.update(latest.values_list("report_id", "policy_version_id"))
        new = [report for report in its if report.pk not in found]
        if new:
            current = policies.current_version(team_id)
            current = current or policies.publish_default(new[0].team, at=at).pk
            found.update((report.pk, current) for report in new)
    return found


def happened_pauses(report_id: int) -> list[rules.Pause]:
    """Every stretch in which a report waited, from its history."""
    return pauses_of([report_id]).get(report_id, [])


def pauses_of(reports: Iterable[int]) -> dict[int, list[rules.Pause]]:
    """report -> every stretch in which it waited, in one query for all of them; those that never did are left out."""
    rows = Event.objects.filter(
        kind="problem_report", subject__in=list(reports), name__in=list(EFFECTS)
    ).order_by("at", "id")
    happened = defaultdict(list)
    for subject, *row in rows.values_list("subject", "id", "name", "at", "data"):
        happened[subject].append(Happened(*row))
    return {subject: waited for subject, events in happened.items() if (waited := pauses(events))}


def next_due(report_id: int) -> datetime | None:
    """The nearest of the two promises of a report that still runs, late or not."""
    rows = running(report_id).filter(kind__in=PROMISES)
    return rows.order_by("due_at").values_list("due_at", flat=True).first()


#: The same of each row of a statement on reports.
NEXT_DUE = Subquery(
    Timer.objects.filter(report=OuterRef("pk"), stopped_at__isnull=True, kind__in=PROMISES)
    .exclude(state=TimerState.SUPERSEDED)
    .order_by("due_at")
    .values("due_at")[:1]
)


def runs(report_id: int, kind: str) -> bool:
    """Whether a clock of this kind still runs, late or not."""
    return running(report_id).filter(kind=kind).exists()


def _still_first(live: dict[str, Timer], stops: set[TimerKind]) -> bool:
    """The next update is promised only once there was a first answer."""
    return TimerKind.FIRST_RESPONSE in live and TimerKind.FIRST_RESPONSE not in stops


def _next(timer: Timer) -> datetime | None:
    moments = (timer.warn_at, timer.due_at, timer.escalate_at, None)
    return moments[timer.stage]


_LEAVE_THE_PAST = Statement(
    "leave_the_past",
    """
    UPDATE problem_reports_timer
    SET next_at = CASE WHEN stage < 2 AND due_at > clock_timestamp() THEN due_at END
    WHERE report_id = ANY (%(reports)s) AND next_at <= clock_timestamp() RETURNING id
    """,
    reports="bigint[]",
)


def leave_the_past(reports: Iterable[int]) -> None:
    """After an act of the past: what was due before now is looked at no more (HOUSE, decision 4)."""
    _LEAVE_THE_PAST.rows(reports=list(reports))


def epochs_of(reports: Iterable[int]) -> dict[int, dict[str, int]]:
    """report -> kind -> its last epoch."""
    rows = Timer.objects.filter(report__in=list(reports)).order_by("epoch")
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for report, kind, epoch in rows.values_list("report_id", "kind", "epoch"):
        found[report][kind] = epoch
    return found

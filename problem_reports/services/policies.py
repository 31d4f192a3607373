"""Verbs on what a team promises, and on every open promise at once: publish policy version (SLA-1, SLA-2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from foundation.errors import Conflict, Invalid, NotAllowed, Stale
from foundation.locking import locked, locked_all
from journal import services as journal
from problem_reports import policy
from problem_reports.clocks import policies, timers
from problem_reports.clocks.models import PolicyTarget, PolicyVersion
from problem_reports.clocks.moving import move
from problem_reports.clocks.policies import Policy, Target
from problem_reports.clocks.rules import CalendarUnusable
from problem_reports.events import PolicyPublished
from problem_reports.lifecycle import State
from problem_reports.models import ProblemReport
from teams.models import Person, Team
from teams.querysets import roles_of

NEW, ALSO_OPEN = "new", "open"
#: (kind, priority) of every target that a version has.
ASKED = tuple((kind, priority) for kind, row in policies.DEFAULTS.items() for priority in row)
LONGEST = timedelta(hours=2000)
LARGEST_ESCALATE = 300


@dataclass(frozen=True)
class Draft:
    """A policy version that is not published yet: a target for each kind and priority, shares in percent."""

    targets: Mapping[tuple[str, str], Target]
    warn_percent: int
    escalate_percent: int

    @property
    def policy(self) -> Policy:
        return Policy(self.targets, self.warn_percent / 100, self.escalate_percent / 100)


@transaction.atomic
def publish_policy_version(
    team_id: int,
    *,
    draft: Draft,
    applies: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PolicyVersion:
    """What the team promises from now on. `applies`: to what is filed from now on (new), or also to what is open.

    `version` is the number that the draft was made from. With `open`, every clock of an open report that has
    not run out begins a new epoch, from the same start: what was told to be late stays late.
    """
    team = locked(Team.objects.select_related("calendar"), team_id)
    if refusal := policy.may_publish_policy_version(roles_of(by), team):
        raise NotAllowed(refusal)
    check(draft, team, at=at)
    if applies not in (NEW, ALSO_OPEN):
        raise Invalid({"applies": ["It applies to new items, or to open ones too."]})
    latest = PolicyVersion.objects.filter(team=team).order_by("-number").first()
    if version is not None and version != (latest.number if latest else 0):
        raise Stale("Somebody published another version since you opened this one.")
    made = _publish(team, draft, number=(latest.number if latest else 0) + 1, by=by, at=at)
    moved = 0
    if applies == ALSO_OPEN:
        act = timers.Act("policy", at, source)
        moved = move_open(Q(team=team), act, version_id=made.pk)
    fact = PolicyPublished(
        version=made.number,
        applies=applies,
        moved=moved,
        targets=told(draft),
        warn_percent=draft.warn_percent,
        escalate_percent=draft.escalate_percent,
    )
    journal.record(fact, subject=team.pk, by=by, at=at, source=source)
    return made


def move_open(whose: Q, act: timers.Act, *, version_id: int | None = None) -> int:
    """Begin a new epoch of every armed clock of these open reports, whose rows it locks; how many moved."""
    still_open = ProblemReport.objects.filter(whose).exclude(state=State.CLOSED)
    keys = list(still_open.values_list("pk", flat=True))
    locked_all(ProblemReport.objects.only("pk"), keys)
    # Asked again: what was closed or routed away while we waited for its lock is no longer ours.
    reports = still_open.filter(pk__in=keys).select_related("team__calendar").order_by("pk")
    moved = move(reports, act, armed_only=True, version_id=version_id)
    # Who holds an ETag of before has promises of before.
    ProblemReport.objects.filter(pk__in=moved).update(
        due_at=timers.NEXT_DUE, version=F("version") + 1
    )
    return len(moved)


def check(draft: Draft, team: Team, *, at: datetime) -> None:
    """Refuse, by field, what could keep no promise: `first_response_P1`, `timebox`, `warn_percent` …"""
    wrong: dict[str, list[str]] = {}
    for kind, priority in ASKED:
        target = draft.targets.get((kind, priority))
        if target is None or not timedelta(0) < target.span <= LONGEST:
            most = f"{LONGEST.total_seconds() / 3600:g}"
            wrong[field(kind, priority)] = [f"More than nothing, and at most {most} hours."]
    if not 0 < draft.warn_percent < 100:
        wrong["warn_percent"] = ["Between 1 and 99: before it is due."]
    if not 100 < draft.escalate_percent <= LARGEST_ESCALATE:
        wrong["escalate_percent"] = [f"Between 101 and {LARGEST_ESCALATE}: after it was due."]
    if wrong:
        raise Invalid(wrong)
    office = policies.calendar(team.calendar_id, team.calendar.version)
    for key, target in draft.targets.items():
        if target.around_the_clock:
            continue
        try:
            policies.moments(draft.policy, target, office, at)
        except CalendarUnusable:
            why = f"{team.calendar.name} does not open for so many hours in ten years."
            wrong[field(*key)] = [why]
    if wrong:
        raise Invalid(wrong)


def field(kind: str, priority: str) -> str:
    """How a target is named beside others."""
    return f"{kind}_{priority}" if priority else str(kind)


def told(draft: Draft) -> tuple[str, ...]:
    """As the journal keeps the targets: “first_response P1: 4 h”."""
    return tuple(_told(kind, priority, draft.targets[kind, priority]) for kind, priority in ASKED)


def _told(kind: str, priority: str, target: Target) -> str:
    always = ", around the clock" if target.around_the_clock else ""
    hours = target.span.total_seconds() / 3600
    return f"{' '.join(filter(None, (str(kind), priority)))}: {hours:g} h{always}"


def _publish(team: Team, draft: Draft, *, number: int, by: Person, at: datetime) -> PolicyVersion:
    try:
        with transaction.atomic():
            made = PolicyVersion.objects.create(
                team=team,
                number=number,
                published_at=at,
                published_by=by,
                warn_percent=draft.warn_percent,
                escalate_percent=draft.escalate_percent,
            )
    except (
        IntegrityError
    ) as error:  # a report of a team without a policy made the first one meanwhile
        raise Conflict("Another version was published at the same moment; look at it.") from error
    PolicyTarget.objects.bulk_create(_rows(made, draft.targets.items()))
    return made


def _rows(
    version: PolicyVersion, targets: Iterable[tuple[tuple[str, str], Target]]
) -> list[PolicyTarget]:
    return [
        PolicyTarget(
            version=version,
            kind=kind,
            priority=priority,
            seconds=round(target.span.total_seconds()),
            around_the_clock=target.around_the_clock,
        )
        for (kind, priority), target in targets
    ]

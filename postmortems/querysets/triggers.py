"""The figures of bugs that rules are asked of, and the rules of a team (PM-1)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bugs.models import Bug, Loan, Release
from foundation.references import reference
from journal.models import Event
from postmortems.models import TriggerRules
from postmortems.rules.triggers import Figures, Hit, Rules, raised
from problem_reports.clocks.models import Stage
from problem_reports.clocks.timers import PROMISES
from problem_reports.models import Affected, ProblemReport, Timer
from problem_reports.querysets import answered_by_each, chain_from
from sprints.models import Sprint
from teams.models import Team

#: What a changed rule is tried on.
LOOKS_BACK = timedelta(days=365)


def rules_of(team_id: int) -> Rules:
    """The version in force, or what every team starts with."""
    row = TriggerRules.objects.filter(team=team_id).order_by("-number").first()
    return plain(row) if row else Rules()


def plain(row: TriggerRules) -> Rules:
    return Rules(**{field.name: getattr(row, field.name) for field in fields(Rules)})


def bug_of(report_id: int) -> int | None:
    """The bug that a report's living classification names, or that of the original it is a duplicate of."""
    end = chain_from(report_id)[-1]
    return Bug.objects.filter(classifications__living_for=end).values_list("pk", flat=True).first()


#: Bugs with what their figures are read from.
BUGS = Bug.objects.select_related("team__calendar", "release")


def figures(bugs: Mapping[int, Bug], at: datetime) -> dict[int, Figures]:
    """What the app holds about each of these `BUGS` at this moment; the number of queries does not grow with them."""
    bug_by_report = answered_by_each(bugs)
    reports = Counter(bug_by_report.values())
    customers: dict[int, set[int]] = defaultdict(set)
    for report, customer in Affected.objects.filter(report__in=bug_by_report).values_list(
        "report_id", "customer_id"
    ):
        customers[bug_by_report[report]].add(customer)
    broken = Counter(
        bug_by_report[report]
        for report in Timer.objects.filter(
            report__in=bug_by_report, kind__in=PROMISES, stage__gte=Stage.BREACHED
        ).values_list("report_id", flat=True)
    )
    priorities: dict[int, set[str]] = {key: {bug.priority} for key, bug in bugs.items()}
    came_back: Counter[int] = Counter()
    told = Event.objects.filter(
        kind="bug",
        subject__in=list(bugs),
        name__in=("bug.opened", "bug.prioritised", "bug.reopened"),
    )
    for key, name, data in told.values_list("subject", "name", "data"):
        if name == "bug.reopened":
            came_back[key] += 1
        else:
            priorities[key].add(data["priority"])
    displaced, late = _displaced(bugs), _late(bugs, at)
    again = _again(bugs, bug_by_report)
    return {
        key: Figures(
            priorities=frozenset(priorities[key]),
            broken=broken[key],
            reports=reports[key],
            customers=len(customers[key]),
            displaced=displaced[key],
            loan_days=late[key],
            came_back=came_back[key],
            again=again[key],
        )
        for key in bugs
    }


def would_have_raised(team: Team, rules: Rules, at: datetime) -> dict[int, list[Hit]]:
    """Of the bugs opened in the last 12 months those that these rules would have raised, newest first."""
    opened = BUGS.filter(team=team, opened_at__gte=at - LOOKS_BACK, opened_at__lte=at)
    return raised(rules, figures(opened.order_by("-pk").in_bulk(), at), team.unit)


def _again(bugs: Mapping[int, Bug], bug_by_report: dict[int, int]) -> Counter[int]:
    """Per bug, the reports that were filed after its fix was with customers: verified, and out where the team has
    versions. What is reported before that moment is no repeat."""
    verified = {key: bug for key, bug in bugs.items() if bug.verified_at}
    if not verified:
        return Counter()
    versions = Release.objects.filter(team__in={bug.team_id for bug in verified.values()})
    brings_out = set(versions.values_list("team", flat=True))
    since: dict[int, datetime] = {}
    for key, bug in verified.items():
        out = bug.release.out_at if bug.release else None
        if bug.verified_at and (out or bug.team_id not in brings_out):
            since[key] = max(bug.verified_at, out or bug.verified_at)
    told = [report for report, key in bug_by_report.items() if key in since]
    filed = ProblemReport.objects.filter(pk__in=told).values_list("pk", "filed_at")
    return Counter(
        bug_by_report[report] for report, at in filed if at > since[bug_by_report[report]]
    )


def _displaced(bugs: Collection[int]) -> dict[int, Decimal]:
    named = {reference("BUG", key): key for key in bugs}
    sprints = Sprint.objects.filter(team__bugs__in=list(bugs)).values("pk")
    told = Event.objects.filter(
        kind="sprint", subject__in=sprints, name="sprint.swapped_out", data__instead_of__in=[*named]
    )
    points: dict[int, Decimal] = defaultdict(Decimal)
    for data in told.values_list("data", flat=True):
        points[named[data["instead_of"]]] += Decimal(str(data["points"]))
    return points


def _late(bugs: Mapping[int, Bug], at: datetime) -> dict[int, int]:
    most: dict[int, int] = defaultdict(int)
    for key, due_on, ended_on in Loan.objects.filter(bug__in=list(bugs)).values_list(
        "bug_id", "due_on", "ended_on"
    ):
        today = at.astimezone(ZoneInfo(bugs[key].team.calendar.zone)).date()
        most[key] = max(most[key], ((ended_on or today) - due_on).days)
    return most

"""Things in a state, made through the services, so that no test stands on an impossible row."""

import itertools
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import factory

from bugs import services as bugs
from bugs.models import Bug
from foundation import clock
from problem_reports import services as reports
from problem_reports.models import ProblemReport
from problem_reports.services.classification import NewBug
from sprints import services as sprints
from sprints.models import BacklogItem, Sprint
from sprints.querysets import unfinished
from sprints.services import backlog
from tests.cast import Cast, today_there

_numbers = itertools.count(1)


class ReportFactory(factory.Factory):
    """A report that Lena filed into Invoicing a moment ago: `ReportFactory(cast=cast)`."""

    class Meta:
        model = ProblemReport

    title = factory.Sequence(lambda n: f"Totals differ on export {n}")
    description = "The export says 41.20, the screen says 41.02."
    product_area = "invoicing"
    impact = "some_users"
    urgency = "high"

    @classmethod
    def _create(cls, model_class: Any, *args: Any, cast: Cast, **fields: Any) -> ProblemReport:
        fields.setdefault("by", cast.lena)
        fields.setdefault("at", clock.now())
        return reports.file(**fields)


def a_report(cast: Cast, state: str = "to_be_investigated", **fields: Any) -> ProblemReport:
    """A report in any state, reached by its verbs."""
    report = ReportFactory(cast=cast, **fields)
    act = {"source": fields.get("source", "web")}
    at: datetime = fields.get("at") or clock.now()
    if state == "to_be_investigated":
        return report
    if state == "returned":
        return reports.return_(report.pk, reason="Which invoice?", by=cast.rhea, at=at, **act)
    report = reports.assign(report.pk, assignee=cast.ines, by=cast.rhea, at=at, **act)
    if state == "assigned":
        return report
    report = reports.start(report.pk, by=cast.ines, at=at, **act)
    if state == "investigating":
        return report
    if state == "waiting":
        return reports.ask(report.pk, message="Which invoice?", by=cast.ines, at=at, **act)
    if state == "snoozed":
        until = clock.now() + timedelta(days=3)
        return reports.snooze(
            report.pk, reason="Release first", until=until, by=cast.rhea, at=at, **act
        )
    assert state == "closed", state
    return reports.classify(
        report.pk,
        outcome="how_to",
        message="Use the rounded column.",
        cause="knowledge",
        hours=Decimal("0.5"),
        by=cast.ines,
        at=at,
        **act,
    )


def a_bug(
    cast: Cast, state: str = "to_be_scheduled", priority: str = "P1", points: int = 3, **fields: Any
) -> Bug:
    """A bug in any state, opened by the classification of a report of its own."""
    report = a_report(cast, "investigating", **fields)
    source = fields.get("source", "web")
    at: datetime = fields.get("at") or clock.now()
    act: dict[str, Any] = {"at": at, "source": source}
    reports.classify(
        report.pk,
        outcome="bug",
        message="It is a rounding error; we will fix it.",
        cause="code",
        hours=Decimal(1),
        bug=NewBug("Rounding of totals", priority, "Seen in the export of invoice 7."),
        by=cast.ines,
        **act,
    )
    bug = Bug.objects.get(opened_by__in=report.classifications.values("pk"))
    if state == "to_be_scheduled":
        return bug
    bugs.estimate(bug.pk, points=Decimal(points), by=cast.ines, **act)
    if state == "scheduled":
        return bugs.schedule(bug.pk, sprint_id=a_sprint(cast).pk, by=cast.rhea, **act)
    if state == "postponed":
        until = today_there() + timedelta(days=30)
        return bugs.postpone(bug.pk, until=until, reason="Rare", by=cast.rhea, **act)
    if state == "declined":
        return bugs.decline(bug.pk, reason="By design", by=cast.rhea, **act)
    if state == "refuted":
        return bugs.refute(bug.pk, reason="It rounds as agreed", by=cast.ines, **act)
    sprint = a_running_sprint(cast)
    bugs.inject(
        bug.pk, sprint_id=sprint.pk, points=Decimal(points), reason="Bites", by=cast.rhea, **act
    )
    if state == "in_sprint":
        return Bug.objects.get(pk=bug.pk)
    bugs.start(bug.pk, by=cast.ines, **act)
    if state == "in_progress":
        return Bug.objects.get(pk=bug.pk)
    bugs.fix(bug.pk, links=["https://git.example.org/billing/pull/9"], by=cast.ines, **act)
    if state == "fixed":
        return Bug.objects.get(pk=bug.pk)
    assert state == "verified", state
    return bugs.verify(bug.pk, by=cast.otto, **act)


def a_sprint(cast: Cast, reserve: int = 10, capacity: int = 40, **fields: Any) -> Sprint:
    """A planned sprint of Billing, starting next week."""
    starts: date = fields.pop("starts_on", cast.today + timedelta(days=14))
    return sprints.plan(
        fields.pop("team", cast.billing),
        name=f"Sprint {next(_numbers)}",
        goal="Invoices that add up",
        starts_on=starts,
        ends_on=starts + timedelta(days=13),
        capacity=Decimal(capacity),
        reserve=Decimal(reserve),
        by=fields.pop("by", cast.pia),
        at=clock.now(),
    )


def a_running_sprint(cast: Cast, reserve: int = 10, **fields: Any) -> Sprint:
    """The running sprint of Billing, planned and started if there is none."""
    running = Sprint.objects.filter(team=cast.billing, state="running").first()
    if running:
        return running
    sprint = a_sprint(cast, reserve, starts_on=cast.today - timedelta(days=3), **fields)
    return sprints.start(sprint.pk, by=cast.pia, at=clock.now())


def a_late_sprint(cast: Cast, reserve: int = 10, left: int = 0, **fields: Any) -> Sprint:
    """A running sprint of Billing whose working days are over, or all but the last `left` days."""
    starts = cast.today + timedelta(days=left - 14)
    made = a_sprint(cast, reserve, starts_on=starts, **fields)
    sprints.start(made.pk, by=cast.pia, at=clock.now())
    return Sprint.objects.select_related("team__calendar").get(pk=made.pk)


def an_item(cast: Cast, state: str = "proposed", **fields: Any) -> BacklogItem:
    """A backlog item of Billing in any state, reached by its verbs; `scheduled` is planned in a sprint ahead."""
    team, points = fields.pop("team", cast.billing), Decimal(fields.pop("points", 3))
    sprint = fields.pop("sprint", None)
    title = fields.pop("title", f"Retry the tax service {next(_numbers)}")
    act: dict[str, Any] = {"at": clock.now()}
    made = {"title": title, "kind": "evolution"} | fields
    item = backlog.add(team, **made, by=cast.ines, **act)
    if state == "proposed":
        return item
    if state == "declined":
        return backlog.decline(item.pk, reason="Not this year", by=cast.pia, **act)
    backlog.accept(item.pk, by=cast.pia, **act)
    item = backlog.estimate(item.pk, points=points, by=cast.ines, **act)
    if state == "accepted":
        return item
    if sprint is None:
        sprint = a_sprint(cast) if state == "scheduled" else a_running_sprint(cast)
    item = backlog.schedule(item.pk, sprint_id=sprint.pk, by=cast.pia, **act)
    if state == "scheduled":
        return item
    item = backlog.start(item.pk, by=cast.ines, **act)
    if state == "in_progress":
        return item
    assert state == "finished", state
    return backlog.finish(item.pk, by=cast.ines, **act)


def closed(cast: Cast, sprint: Sprint, goal_met: bool = True, **act: Any) -> Sprint:
    """The sprint closed, with a reason for everything that it leaves unfinished."""
    act = {"by": cast.pia, "at": clock.now(), **act}
    reasons = {piece.reference: "It took longer" for piece in unfinished(sprint.pk)}
    said = goal_met if sprint.goal else None
    return sprints.close(sprint.pk, reasons=reasons, goal_met=said, **act)


def a_record(cast: Cast, sprints_closed: int, done: int = 8) -> None:
    """Closed sprints of Billing, each with so much planned work done in it. None may be running."""
    for _ in range(sprints_closed):
        sprint = a_sprint(cast, starts_on=cast.today)
        item = an_item(cast, "scheduled", sprint=sprint, points=done)
        sprints.start(sprint.pk, by=cast.pia, at=clock.now())
        backlog.finish(item.pk, by=cast.ines, at=clock.now())
        closed(cast, sprint)

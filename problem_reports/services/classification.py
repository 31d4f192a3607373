"""The only ending of a report, and how it opens again: classify, dispute, reopen."""

from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import QuerySet

from bugs import services as bugs
from bugs.lifecycle import State as BugState
from bugs.models import Bug
from bugs.querysets import visible_to as bugs_visible_to
from foundation.errors import Conflict, Invalid, NotFound, RuleBroken, need
from foundation.locking import locked_all
from foundation.references import reference
from journal.models import Text
from oncall.rules import Standing
from problem_reports import rules
from problem_reports.clocks import timers
from problem_reports.clocks.holding import hold_team_of_report
from problem_reports.clocks.models import TimerKind
from problem_reports.events import Answered, ReportClassified, ReportDisputed, ReportReopened
from problem_reports.lifecycle import Cause
from problem_reports.models import Classification, ProblemReport
from problem_reports.querysets import chain_from, visible_to
from problem_reports.services._act import ROWS, begin, finish
from problem_reports.services.evidence import NewBug, check
from sprints.lifecycle import OPEN_ITEM, ItemKind
from sprints.models import BacklogItem
from sprints.querysets import items_visible_to
from sprints.services import backlog
from teams.models import Person

LONGEST_TITLE = 200
#: What says that cause and hours are still to be told.
OWED = ("cause_due_at", "cause_nag_at")

__all__ = ["NewBug", "classify", "dispute", "open_again", "reopen"]


@transaction.atomic
def classify(
    report_id: int,
    *,
    outcome: str,
    message: str,
    hours: Decimal,
    cause: str = "",
    duplicate_of: int | None = None,
    already_fixed_in: str = "",
    bug: NewBug | None = None,
    existing_bug: int | None = None,
    item_title: str = "",
    item: int | None = None,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Close a report with its outcome and the evidence that the outcome asks for (PR-2).

    As a bug, it opens the linked bug, or links `existing_bug`, in the same act (PR-4). A duplicate
    is stored against the living end of the chain and inherits its cause when none is given. As
    evolution, it opens a backlog item called `item_title`, or joins `item`; the reporter sees its decision.
    """
    check(
        outcome, message, hours, bug, existing_bug, duplicate_of, already_fixed_in, item_title, item
    )
    wish = _lock_backlog(report_id, item_title, item)
    linked = _lock_bug(existing_bug)
    chain = chain_from(duplicate_of) if duplicate_of else []
    rows = locked_all(ROWS, [report_id, *chain])
    if report_id not in rows:
        raise NotFound("There is nothing here.")
    report, who = begin(report_id, "classify", by=by, at=at, version=version, row=rows[report_id])
    original = _original(report, duplicate_of, chain, visible_to(who)) if duplicate_of else None
    number, key = next_of(report)
    if existing_bug:
        _may_link(linked, existing_bug, report, who)
    if bug is not None:
        linked = bug_of(bug, report, opened_by=key, by=by, at=at, source=source)
    if item:
        _may_join(wish, item, report, who)
    if item_title:
        wish = _propose(item_title, report, by=by, at=at, source=source)
    if not cause:
        cause = original.living.cause if original and original.living else Cause.UNKNOWN
    said = Classification(
        id=key,
        report=report,
        number=number,
        outcome=outcome,
        cause=cause,
        hours=hours,
        bug=linked,
        duplicate_of=original,
        already_fixed_in=already_fixed_in,
        item=wish,
        by=by,
        at=at,
    )
    return conclude(report, said, message, source=source)


def conclude(
    report: ProblemReport,
    said: Classification,
    message: str,
    *,
    fact: type[ReportClassified] = ReportClassified,
    cause_due_at: datetime | None = None,
    source: str,
) -> ProblemReport:
    """Keep the classification, which closes the report, and tell. The caller moved its state.

    `cause_due_at` is when cause and hours follow, if they are still to be told.
    """
    first = timers.runs(report.pk, TimerKind.FIRST_RESPONSE)
    said.message = Text.objects.create(body=message)
    said.save(force_insert=True)
    report.living, report.closed_at, report.snoozed_until = said, said.at, None
    report.cause_due_at = report.cause_nag_at = cause_due_at
    told = fact(
        outcome=said.outcome,
        cause=said.cause,
        hours=said.hours,
        number=said.number,
        bug=said.bug.reference if said.bug else None,
        duplicate_of=said.duplicate_of.reference if said.duplicate_of else None,
        already_fixed_in=said.already_fixed_in or None,
        item=said.item.reference if said.item else None,
        first_response=first or None,
    )
    fields = ["state", "left", "living", "closed_at", "snoozed_until", "assignee", *OWED]
    finish(report, told, fields, by=said.by, at=said.at, source=source, text=said.message)
    return report


@transaction.atomic
def dispute(
    report_id: int,
    *,
    message: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """The filing team does not agree, within 14 days; the old classification stays in the history."""
    need(message=message)
    hold_team_of_report(report_id)
    report, _ = begin(report_id, "dispute", by=by, at=at, version=version)
    if report.closed_at is not None and not rules.may_still_dispute(report.closed_at, at):
        raise RuleBroken(
            f"A classification can be disputed for {rules.DISPUTE_DAYS} days; file a new report "
            f"that names {report.reference}."
        )
    open_again(report, ReportDisputed(), message, by=by, at=at, source=source)
    return report


@transaction.atomic
def reopen(
    report_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """The delivery team found that the classification was wrong."""
    need(reason=reason)
    hold_team_of_report(report_id)
    report, _ = begin(report_id, "reopen", by=by, at=at, version=version)
    open_again(report, ReportReopened(), reason, by=by, at=at, source=source)
    return report


def open_again(
    report: ProblemReport,
    fact: ReportDisputed | ReportReopened | Answered,
    text: str | Text,
    *,
    by: Person,
    at: datetime,
    source: str,
) -> None:
    """Into the queue, without anybody; the classification stays in the history. The caller moved its state."""
    report.living = report.closed_at = report.assignee = report.started_at = None
    report.cause_due_at = report.cause_nag_at = None
    fields = ["state", "left", "living", "closed_at", "assignee", "started_at", *OWED]
    finish(report, fact, fields, by=by, at=at, source=source, text=text)


def _lock_bug(key: int | None) -> Bug | None:
    """The bug to be linked, locked before the reports: its floor is below. None also when it is not there."""
    return locked_all(Bug.objects.select_related("team"), [key]).get(key) if key else None


def _lock_backlog(report_id: int, title: str, key: int | None) -> BacklogItem | None:
    """Teams, then items, are below bugs and reports: a new item waits for its place in the order here."""
    if title:
        team = ProblemReport.objects.filter(pk=report_id).values_list("team_id", flat=True).first()
        if team is not None:
            backlog.lock_order(team)
    return locked_all(backlog.ROWS, [key]).get(key) if key else None


def _may_join(wish: BacklogItem | None, named: int, report: ProblemReport, who: Standing) -> None:
    if wish is None or not items_visible_to(who).filter(pk=named).exists():
        raise RuleBroken(f"There is no backlog item {reference('BI', named)}.")
    if wish.team_id != report.team_id:
        raise RuleBroken(
            f"{wish.reference} is of the backlog of {wish.team.name}; route the report first."
        )
    if wish.state not in OPEN_ITEM:
        raise RuleBroken(f"{wish.reference} is {wish.state}; name what is wished for anew.")


def _propose(
    title: str, report: ProblemReport, *, by: Person, at: datetime, source: str
) -> BacklogItem:
    if len(title) > LONGEST_TITLE:
        raise Invalid({"item_title": [f"Say it in {LONGEST_TITLE} characters at most."]})
    return backlog.add(
        report.team,
        title=title,
        kind=ItemKind.EVOLUTION,
        rationale=f"Asked for in {report.reference}: {report.title}",
        product_area=report.product_area,
        by=by,
        at=at,
        source=source,
    )


def _may_link(linked: Bug | None, named: int, report: ProblemReport, who: Standing) -> None:
    if linked is None or not bugs_visible_to(who).filter(pk=named).exists():
        raise RuleBroken(f"There is no bug {reference('BUG', named)}.")
    if linked.state == BugState.REFUTED:
        raise RuleBroken(
            f"{linked.reference} turned out to be no defect; reopen it first when it is one after all."
        )
    if linked.team_id != report.team_id:
        raise RuleBroken(
            f"{linked.reference} is a bug of {linked.team.name}; route the report first."
        )


def bug_of(
    bug: NewBug, report: ProblemReport, *, opened_by: int, by: Person, at: datetime, source: str
) -> Bug:
    area = bug.product_area or report.product_area
    if area.team_id != report.team_id:
        raise RuleBroken(f"{area.name} belongs to another team; route the report first.")
    return bugs.open_bug(
        opened_by=opened_by,
        report=report.reference,
        title=bug.title,
        priority=bug.priority,
        how_confirmed=bug.confirmed_by_steps,
        product_area=area,
        by=by,
        at=at,
        source=source,
    )


def _original(
    report: ProblemReport, named: int, chain: list[int], visible: QuerySet[ProblemReport]
) -> ProblemReport:
    """The living end of the chain that `named` is in; refuses what is unseen, itself and cycles."""
    if not visible.filter(pk=named).exists():
        raise RuleBroken(f"There is no report {reference('PR', named)}.")
    # The chain was read before the locks; now that its rows are locked, it is read again.
    if chain_from(named) != chain:
        raise Conflict("That report was classified in this very moment; please look again.")
    if report.pk in chain:
        raise RuleBroken("A report cannot be a duplicate of itself, also not by way of others.")
    return ROWS.get(pk=chain[-1])


def next_of(report: ProblemReport) -> tuple[int, int]:
    """The number of the next classification of a report, and the key that it will get."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) + 1, nextval(pg_get_serial_sequence("
            "'problem_reports_classification', 'id')) "
            "FROM problem_reports_classification WHERE report_id = %s",
            [report.pk],
        )
        number, key = cursor.fetchone()
    return number, key

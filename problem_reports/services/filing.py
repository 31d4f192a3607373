"""What the people who file do: file, edit, attach, join, watch, resubmit."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Lower

from foundation.errors import Invalid, NotAllowed, RuleBroken, need
from journal import services as journal
from oncall.rules import Standing
from problem_reports.attachments import LIMIT_PER_REPORT, content_type_of, safe_name
from problem_reports.clocks import policies, timers
from problem_reports.clocks.holding import hold_team_of_area
from problem_reports.events import (
    CustomerJoined,
    FileAttached,
    ReportEdited,
    ReportFiled,
    ReportResubmitted,
    ReportWatched,
)
from problem_reports.models import Affected, Attachment, Customer, ProblemReport, Timer, Watch
from problem_reports.querysets import destination, viewer
from problem_reports.rules import stated_priority
from problem_reports.services._act import begin, finish
from teams.models import Person

EDITABLE = (
    "title",
    "description",
    "steps",
    "expected",
    "actual",
    "affected_version",
    "environment",
)


@transaction.atomic
def file(
    *,
    title: str,
    description: str,
    product_area: str,
    impact: str,
    urgency: str,
    customer: str = "",
    steps: str = "",
    expected: str = "",
    actual: str = "",
    affected_version: str = "",
    environment: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
    who: Standing | None = None,
) -> ProblemReport:
    """File a report into a product area (its slug): the two promises run from `at`.

    A door that has read who `by` is at this moment passes it as `who`. The report comes back with what
    else was written of it, so that it can be shown without reading it again.
    """
    who = who or viewer(by, at)
    if not who.roles:
        raise NotAllowed("You belong to no team yet; an admin invites you to one.")
    hold_team_of_area(product_area)
    found = destination(who, product_area)
    if found is None:
        raise Invalid({"product_area": [f"There is no product area called {product_area}."]})
    area = found.area
    priority = stated_priority(impact, urgency)
    version_id = found.policy_version or policies.publish_default(area.team, at=at).pk
    report = ProblemReport(
        title=title,
        description=description,
        steps=steps,
        expected=expected,
        actual=actual,
        affected_version=affected_version,
        environment=environment,
        team=area.team,
        product_area=area,
        filing_team=found.filing_team,
        filed_by=by,
        filed_at=at,
        impact=impact,
        urgency=urgency,
        stated_priority=priority,
        priority=priority,
    )
    act = timers.Act("file", at, source)
    report.promised = timers.planned(report, started_at=at, version_id=version_id, act=act)
    report.due_at = min(timer.due_at for timer in report.promised)
    report.save(force_insert=True)
    for timer in report.promised:
        timer.report_id = report.pk
    Timer.objects.bulk_create(report.promised)
    if act.of_the_past:
        timers.leave_the_past([report.pk])
    report.first_affected = []
    if customer.strip():
        known = _customer(customer)
        Affected.objects.create(report=report, customer=known, joined_at=at)
        report.first_affected = [known.name]
    fact = ReportFiled(priority=priority, product_area=area.slug)
    journal.record(fact, subject=report.pk, by=by, at=at, source=source)
    return report


@transaction.atomic
def edit(
    report_id: int,
    *,
    changes: Mapping[str, str],
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Change descriptive fields; what they said before is kept in the history."""
    report, _ = begin(report_id, "edit", by=by, at=at, version=version)
    if unknown := sorted(set(changes) - set(EDITABLE)):
        raise Invalid({name: ["This field cannot be edited."] for name in unknown})
    changed = {n: v for n, v in changes.items() if getattr(report, n) != v}
    if not changed:
        return report
    before = "\n\n".join(f"{n.replace('_', ' ')}: {getattr(report, n)}" for n in changed)
    for name, value in changed.items():
        setattr(report, name, value)
    fact = ReportEdited(fields=tuple(changed))
    finish(report, fact, list(changed), by=by, at=at, source=source, text=before)
    return report


@transaction.atomic
def attach(
    report_id: int,
    *,
    name: str,
    content: bytes,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Attachment:
    """Keep a screenshot or log with the report; its type is decided by its content."""
    report, _ = begin(report_id, "attach", by=by, at=at, version=version)
    if report.attachments.count() >= LIMIT_PER_REPORT:
        raise RuleBroken(f"A report keeps at most {LIMIT_PER_REPORT} files.")
    name = safe_name(name)
    content_type = content_type_of(name, content)
    attachment = Attachment(
        report=report,
        name=name,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        attached_by=by,
        attached_at=at,
    )
    attachment.file.save(attachment.pk.hex, ContentFile(content), save=False)
    attachment.save(force_insert=True)
    fact = FileAttached(file=name, attachment=str(attachment.pk))
    finish(report, fact, by=by, at=at, source=source)
    return attachment


@transaction.atomic
def join(
    report_id: int,
    *,
    customer: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Me too: another customer has it. Joining twice changes nothing (PR-7)."""
    need(customer=customer)
    report, _ = begin(report_id, "join", by=by, at=at, version=version)
    _, new = Affected.objects.get_or_create(
        report=report, customer=_customer(customer), defaults={"joined_at": at}
    )
    if new:
        fact = CustomerJoined(customer=customer.strip())
        finish(report, fact, by=by, at=at, source=source)
    return report


@transaction.atomic
def watch(
    report_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Hear what becomes of it."""
    report, _ = begin(report_id, "watch", by=by, at=at, version=version)
    _, new = Watch.objects.get_or_create(report=report, person=by)
    if new:
        finish(report, ReportWatched(), by=by, at=at, source=source)
    return report


@transaction.atomic
def resubmit(
    report_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """A returned report goes back to the queue; its clocks never stopped."""
    report, _ = begin(report_id, "resubmit", by=by, at=at, version=version)
    finish(report, ReportResubmitted(), ["state", "left"], by=by, at=at, source=source)
    return report


def _customer(name: str) -> Customer:
    """The customer of this name, made on first use, whatever the case of the name."""
    name = name.strip()
    Customer.objects.bulk_create([Customer(name=name)], ignore_conflicts=True)
    return Customer.objects.annotate(lower=Lower("name")).get(lower=Lower(Value(name)))

"""How customers are kept from a bug, and what is owed for it, as its page shows it: prepared rows (BUG-4)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.safestring import SafeString

from bugs.lifecycle import LoanState, MitigationKind
from bugs.models import Bug, Loan, Mitigation
from bugs.querysets import customer_workaround, mitigations_of
from foundation.moments import in_words, on_day
from foundation.references import address
from journal.rows import as_html
from sprints.models import BacklogItem


@dataclass(frozen=True)
class PaybackRow:
    name: str
    reference: str
    url: str
    words: str


@dataclass(frozen=True)
class LoanRow:
    """`late`: open, and its date has passed."""

    state: str
    late: bool
    due: str
    facts: list[tuple[str, str]]
    paybacks: list[PaybackRow]


@dataclass(frozen=True)
class MitigationRow:
    title: str
    by: str
    at: datetime
    when: str
    what: SafeString
    why: SafeString | str
    behaviour: str
    loan: LoanRow | None
    #: Support may give this text to customers.
    for_customers: bool


def customer_words(bug: Bug) -> SafeString | str:
    told = customer_workaround(bug.pk)
    return as_html(told) if told else ""


def mitigation_rows(bug: Bug, at: datetime) -> list[MitigationRow]:
    return [_row(one, at) for one in mitigations_of(bug)]


def _row(one: Mitigation, at: datetime) -> MitigationRow:
    loan = getattr(one, "loan", None)
    return MitigationRow(
        title=one.get_kind_display(),
        by=str(one.by),
        at=one.at,
        when=in_words(one.at, at, timezone.get_current_timezone()),
        what=as_html(one.what),
        why=as_html(one.why) if one.why else "",
        behaviour=one.behaviour,
        loan=loan_row(loan, at) if loan else None,
        for_customers=one.kind == MitigationKind.CUSTOMER_WORKAROUND,
    )


def loan_row(loan: Loan, at: datetime) -> LoanRow:
    """`loan` with its items and whoever agreed, repaid or wrote off."""
    today = at.astimezone(timezone.get_current_timezone()).date()
    late = loan.state == LoanState.OPEN and loan.due_on < today
    facts = []
    if agreed := ", ".join(str(p) for p in loan.agreed_by.all()):
        facts.append(("Agreed", agreed))
    elif loan.kind == MitigationKind.CODE_WORKAROUND:
        facts.append(("Agreed", "nobody yet: a P0 or P1 did not wait for it"))
    if loan.extensions:
        times = "once" if loan.extensions == 1 else f"{loan.extensions} times"
        facts.append(("Extended", f"{times}; first due {on_day(loan.first_due_on, today)}"))
    if loan.state == LoanState.OPEN and (loan.owner or loan.engineer):
        facts.append(
            ("Yes to writing it off", f"{loan.owner or loan.engineer}; one more is needed")
        )
    if loan.repaid_by:
        facts.append(("Repaid", f"{loan.repaid_by}, {on_day(loan.ended_on or today, today)}"))
    if loan.state == LoanState.WRITTEN_OFF:
        facts.append(("Written off", f"{loan.owner} and {loan.engineer}"))
    if loan.cleanup_because:
        facts.append(("Nothing to clean up", loan.cleanup_because))
    paybacks = [_payback("Proper fix", loan.fix_item)]
    if loan.cleanup_item:
        paybacks.append(_payback("Clean-up", loan.cleanup_item))
    return LoanRow(
        state="overdue" if late else loan.get_state_display().lower(),
        late=late,
        due=f"{'was due' if late else 'due'} {on_day(loan.due_on, today)}",
        facts=facts,
        paybacks=paybacks,
    )


def _payback(name: str, item: BacklogItem) -> PaybackRow:
    where = f" in {item.sprint.name}" if item.sprint else ""
    return PaybackRow(
        name, item.reference, address("BI", item.pk), f"{item.get_state_display().lower()}{where}"
    )

"""Keep customers from a defect before it is repaired, and pay back what that costs (BUG-4).

Locks: the order of the team's backlog, the sprints of the paybacks, then the bug; a loan stands behind its bug.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from bugs.events import BugExtended, BugMitigated, BugRepaid, BugWrittenOff
from bugs.lifecycle import LOANS, URGENT, MitigationKind, Reminded
from bugs.models import Bug, Loan, Mitigation
from bugs.models.loan import CODE
from bugs.querysets import open_loans, soon_due
from bugs.services._act import begin, finish
from foundation.errors import Conflict, Invalid, NotFound, RuleBroken, need
from foundation.references import reference
from journal import services as journal
from oncall.querysets import standing
from sprints.lifecycle import ItemState
from sprints.models import BacklogItem, Sprint
from sprints.rules.reserve import CENT, out_of_range
from sprints.services import backlog
from teams.lifecycle import Role
from teams.models import Person
from teams.querysets import members_of

OWE_NOTHING = "A customer workaround owes nothing: leave this empty."
CODE_ONLY = "Only a code workaround is cleaned up: leave this empty."
ONE_OF_BOTH = "Either a clean-up in a sprint, or why nothing is to be cleaned up."


@transaction.atomic
def mitigate(
    bug_id: int,
    *,
    kind: str,
    what: str,
    why: str = "",
    behaviour: str = "",
    agreed: Sequence[str] = (),
    due_on: date | None = None,
    fix_sprint: int | None = None,
    fix_points: Decimal | None = None,
    cleanup_sprint: int | None = None,
    cleanup_points: Decimal | None = None,
    cleanup_because: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """Customers are helped; the defect is still to be fixed.

    A rollback and a toggle owe the proper fix, a code workaround the clean-up too, each planned in a sprint.
    """
    terms = {
        "due_on": due_on, "fix_sprint": fix_sprint, "fix_points": fix_points,
        "cleanup_sprint": cleanup_sprint, "cleanup_points": cleanup_points,
        "cleanup_because": cleanup_because.strip(), "agreed": list(agreed),
    }  # fmt: skip
    _check_whole(kind, what, why, behaviour, terms)
    team_id = Bug.objects.filter(pk=bug_id).values_list("team_id", flat=True).first()
    named = {n: k for n, k in (("fix_sprint", fix_sprint), ("cleanup_sprint", cleanup_sprint)) if k}
    sprints = backlog.lock_for_payback(team_id, named) if team_id and named else {}
    bug = begin(bug_id, "mitigate", by=by, at=at, version=version)
    mitigation = Mitigation(
        bug=bug, kind=kind, what=what.strip(), why=why.strip(), behaviour=behaviour.strip(), by=by, at=at
    )  # fmt: skip
    if kind == MitigationKind.CUSTOMER_WORKAROUND:
        mitigation.save()
        fact = BugMitigated(way=_way(kind), kind_of_mitigation=kind)
        return finish(bug, fact, [], by=by, at=at, source=source)
    assert due_on is not None  # `_check_whole` has seen it
    if due_on < _today(bug, at):
        raise Invalid({"due_on": ["The due date has passed already."]})
    people = _agreed(bug, kind, agreed)
    mitigation.save()

    def book(title: str, sprint: Sprint, points: Decimal) -> BacklogItem:
        return backlog.book_payback(
            bug.team, sprint, title=f"{title} {bug.reference}: {bug.title}", rationale=_owed(bug, kind),
            points=points, by=by, at=at, source=source,
        )  # fmt: skip

    assert fix_points is not None
    fix_item = book("Properly fix", sprints["fix_sprint"], fix_points)
    cleanup = None
    if "cleanup_sprint" in sprints:
        assert cleanup_points is not None
        cleanup = book("Clean up after", sprints["cleanup_sprint"], cleanup_points)
    loan = Loan.objects.create(
        bug=bug, mitigation=mitigation, kind=kind, due_on=due_on, first_due_on=due_on,
        remind_at=soon_due(due_on, bug.team), fix_item=fix_item,
        cleanup_item=cleanup, cleanup_because=cleanup_because.strip(),
    )  # fmt: skip
    loan.agreed_by.set(people)
    bug.owes = True
    fact = BugMitigated(
        way=_way(kind),
        kind_of_mitigation=kind,
        loan=loan.pk,
        due_on=due_on,
        paybacks=tuple(i.reference for i in (fix_item, cleanup) if i),
    )
    return finish(bug, fact, [], by=by, at=at, source=source)


@transaction.atomic
def repay(
    bug_id: int,
    *,
    loan: int,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """The paybacks are finished: nothing is owed any more."""
    bug, owed = _begin(bug_id, "repay", loan, by=by, at=at, version=version)
    if missing := unfinished(owed):
        raise RuleBroken(f"{_and(missing)} not finished yet; the {_way(owed.kind)} is repaid then.")
    fact = _repaid(owed, bug, by, at)
    return finish(bug, fact, [], by=by, at=at, source=source)


@transaction.atomic
def extend(
    bug_id: int,
    *,
    loan: int,
    due_on: date,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """A later date, with a reason; how often is counted, and the first date stays the promise."""
    need(reason=reason)
    bug, owed = _begin(bug_id, "extend", loan, by=by, at=at, version=version)
    if due_on <= owed.due_on:
        raise Invalid({"due_on": [f"It is due on {owed.due_on:%-d %B %Y}; choose a later day."]})
    if due_on < _today(bug, at):
        raise Invalid({"due_on": ["The due date has passed already."]})
    LOANS.advance(owed, "extend")
    was, owed.due_on, owed.extensions = owed.due_on, due_on, owed.extensions + 1
    owed.remind_at, owed.reminded = soon_due(due_on, bug.team), Reminded.NOT_YET
    owed.save(update_fields=["due_on", "extensions", "remind_at", "reminded"])
    fact = BugExtended(
        loan=owed.pk, way=_way(owed.kind), due_on=due_on, was=was, extensions=owed.extensions
    )
    return finish(bug, fact, [], by=by, at=at, source=source, text=reason)


@transaction.atomic
def write_off(
    bug_id: int,
    *,
    loan: int,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """The product owner's yes, or an engineer's: the second of the two, by another person, writes it off."""
    need(reason=reason)
    bug, owed = _begin(bug_id, "write_off", loan, by=by, at=at, version=version)
    if by.pk in (owed.owner_id, owed.engineer_id):
        raise Conflict("You have said yes already; it takes somebody else's too.")
    who = standing(by, at)
    if owed.owner_id is None and who.has_role(bug.team_id, Role.PRODUCT_OWNER):
        owed.owner = by
    elif owed.engineer_id is None and who.has_role(bug.team_id, Role.DEVELOPER):
        owed.engineer = by
    else:
        other = "an engineer's" if owed.owner_id else "the product owner's"
        raise Conflict(f"That yes was said already; {other} is still needed.")
    stands = "written off"
    if owed.owner_id and owed.engineer_id:
        LOANS.advance(owed, "write_off")
        owed.ended_on, owed.remind_at = _today(bug, at), None
    else:
        stands = f"{'an engineer' if owed.owner_id else 'the product owner'} has to say yes too"
    owed.save(update_fields=["state", "owner", "engineer", "ended_on", "remind_at"])
    bug.owes = open_loans(bug).exists()
    fact = BugWrittenOff(loan=owed.pk, way=_way(owed.kind), stands=stands)
    return finish(bug, fact, [], by=by, at=at, source=source, text=reason)


def settle_loans(bug: Bug, *, by: Person, at: datetime, source: str) -> None:
    """The bug is fixed: that repays rollbacks and toggles, and code workarounds whose paybacks are finished."""
    if not bug.owes:
        return
    loans = list(open_loans(bug))
    for owed in loans:
        if owed.kind == CODE and (missing := unfinished(owed)):
            raise RuleBroken(
                f"{bug.reference} owes for a code workaround: {_and(missing)} not finished yet. Finish what pays "
                "it back, or write it off; then it can be fixed."
            )
    for owed in loans:
        fact = _repaid(owed, bug, by, at)
        journal.record(fact, subject=bug.pk, by=by, at=at, source=source)


def check_owes_nothing(bug: Bug, verb: str) -> None:
    if bug.owes:
        names = _and([f"a {_way(owed.kind)}" for owed in open_loans(bug)], be="")
        raise RuleBroken(
            f"{bug.reference} owes for {names}: repay it or write it off before it is {verb}."
        )


def unfinished(loan: Loan) -> list[str]:
    """The paybacks that are still to be done, by reference."""
    items = [i for i in (loan.fix_item, loan.cleanup_item) if i is not None]
    return [i.reference for i in items if i.state != ItemState.FINISHED]


def _begin(
    bug_id: int, verb: str, loan: int, *, by: Person, at: datetime, version: int | None
) -> tuple[Bug, Loan]:
    bug = begin(bug_id, verb, by=by, at=at, version=version)
    found = Loan.objects.filter(bug=bug, pk=loan).select_related("fix_item", "cleanup_item").first()
    if found is None:
        raise NotFound(f"{bug.reference} has no such loan.")
    if not LOANS.permits(found.state, verb):
        raise Conflict(f"That loan is {found.get_state_display().lower()} already.")
    return bug, found


def _repaid(loan: Loan, bug: Bug, by: Person, at: datetime) -> BugRepaid:
    LOANS.advance(loan, "repay")
    loan.repaid_by, loan.ended_on, loan.remind_at = by, _today(bug, at), None
    loan.save(update_fields=["state", "repaid_by", "ended_on", "remind_at"])
    bug.owes = open_loans(bug).exists()
    kept = loan.ended_on <= loan.first_due_on
    return BugRepaid(loan=loan.pk, way=_way(loan.kind), kept=kept)


def _check_whole(
    kind: str, what: str, why: str, behaviour: str, terms: Mapping[str, object]
) -> None:
    """Everything that the kind needs, and nothing that it does not have."""
    if kind not in MitigationKind.values:
        raise Invalid({"kind": ["Choose one of the four kinds."]})
    need(what=what)
    if kind == CODE:
        need(why=why, behaviour=behaviour)
    if kind == MitigationKind.CUSTOMER_WORKAROUND:
        wrong = {name: [OWE_NOTHING] for name, value in terms.items() if value}
    else:
        needed = ("due_on", "fix_sprint", "fix_points")
        wrong = {n: ["Say this too: it is owed."] for n in needed if not terms[n]}
        cleanup = ("cleanup_sprint", "cleanup_points")
        if kind != CODE:
            extra = [n for n in (*cleanup, "cleanup_because") if terms[n]]
            wrong |= {n: [CODE_ONLY] for n in extra}
        elif bool(terms["cleanup_because"]) == any(terms[n] for n in cleanup):
            wrong["cleanup_because"] = [ONE_OF_BOTH]
        elif not terms["cleanup_because"]:
            wrong |= {n: ["Say this too: it is owed."] for n in cleanup if not terms[n]}
    for name in ("fix_points", "cleanup_points"):
        points = terms[name]
        if isinstance(points, Decimal) and (refused := out_of_range(points, least=CENT)):
            wrong[name] = [refused]
    if wrong:
        raise Invalid(wrong)


def _agreed(bug: Bug, kind: str, names: Sequence[str]) -> list[Person]:
    """Who agreed, of the team. Nobody's agreement holds up a P0 or P1 (BUG-3)."""
    people = list(members_of(bug.team_id).filter(username__in=names))
    if unknown := set(names) - {p.username for p in people}:
        raise Invalid({"agreed": [f"{', '.join(sorted(unknown))}: nobody of {bug.team.name}."]})
    if kind == CODE and not people and bug.priority not in URGENT:
        raise Invalid({"agreed": ["Name who agreed; only a P0 or P1 goes ahead without."]})
    return people


def _owed(bug: Bug, kind: str) -> str:
    return f"Owed for the {_way(kind)} of {reference('BUG', bug.pk)}."


def _way(kind: str) -> str:
    return MitigationKind(kind).label.lower()


def _today(bug: Bug, at: datetime) -> date:
    return at.astimezone(ZoneInfo(bug.team.calendar.zone)).date()


def _and(names: list[str], be: str = "is") -> str:
    joined = " and ".join(names)
    return f"{joined} {'are' if len(names) > 1 else be}" if be else joined

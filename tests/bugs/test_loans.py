"""Mitigated, not fixed; and a code workaround is a loan (BUG-4)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bugs import services
from bugs.models import Bug, Loan, Mitigation
from bugs.rules import kept_promises
from foundation import clock
from foundation.errors import Conflict, Invalid, NotFound, RuleBroken
from journal.models import Event
from sprints.models import ScopeEntry
from sprints.services import backlog
from tests.bugs.acts import a_loan, perform
from tests.cast import Cast, today_there
from tests.factories import a_bug, a_running_sprint, a_sprint

ROLLED_BACK = {"kind": "rollback", "agreed": [], "cleanup_because": "", "why": "", "behaviour": ""}


def act(verb: str, cast: Cast, loan: Loan, by: str, **told: Any) -> Bug:
    who = getattr(cast, by)
    done: Bug = getattr(services, verb)(loan.bug_id, loan=loan.pk, by=who, at=clock.now(), **told)
    return done


def fix(cast: Cast, bug: Bug) -> Bug:
    links = ["https://git.example.org/billing/pull/9"]
    return services.fix(bug.pk, links=links, by=cast.ines, at=clock.now())


def test_a_mitigated_bug_is_not_fixed_and_says_when_and_how(cast: Cast) -> None:
    bug = a_bug(cast, "in_progress")
    loan = a_loan(cast, bug)
    kept = Bug.objects.get(pk=bug.pk)
    assert (kept.state, kept.owes, kept.fixed_at) == ("in_progress", True, None)
    assert loan.mitigation.at <= clock.now()
    told = Event.objects.get(name="bug.mitigated")
    assert told.data["paybacks"] == [loan.fix_item.reference]
    assert [p.username for p in loan.agreed_by.all()] == [cast.pia.username]


def test_paybacks_are_debt_of_a_workaround_in_the_named_sprints(cast: Cast) -> None:
    coming = a_sprint(cast)
    terms = {"cleanup_because": "", "cleanup_sprint": coming.pk, "cleanup_points": Decimal(1)}
    loan = a_loan(cast, a_bug(cast), **terms)
    running = a_running_sprint(cast)
    assert loan.cleanup_item is not None
    for item, sprint, points in ((loan.fix_item, running, 2), (loan.cleanup_item, coming, 1)):
        assert (item.kind, item.debt, item.state) == ("debt", "workaround", "scheduled")
        assert (item.sprint, item.estimate) == (sprint, Decimal(points))
    assert ScopeEntry.objects.filter(item=loan.fix_item, kind="entered").count() == 1
    assert not ScopeEntry.objects.filter(item=loan.cleanup_item).exists()


def test_it_is_not_fixed_before_the_code_workaround_is_paid_back(cast: Cast) -> None:
    bug = a_bug(cast, "in_progress")
    loan = a_loan(cast, bug)
    with pytest.raises(RuleBroken, match=rf"{loan.fix_item.reference} is not finished yet"):
        fix(cast, bug)
    backlog.finish(loan.fix_item_id, by=cast.ines, at=clock.now())
    done = fix(cast, bug)
    loan.refresh_from_db()
    assert (done.state, loan.state, loan.repaid_by) == ("fixed", "repaid", cast.ines)
    assert not Bug.objects.get(pk=bug.pk).owes
    assert Event.objects.get(name="bug.repaid").data["kept"] is True


def test_the_fix_itself_repays_a_rollback(cast: Cast) -> None:
    bug = a_bug(cast, "in_progress")
    loan = a_loan(cast, bug, **ROLLED_BACK)
    assert fix(cast, bug).state == "fixed"
    loan.refresh_from_db()
    assert loan.state == "repaid"


def test_a_bug_that_owes_is_not_declined(cast: Cast) -> None:
    bug = a_bug(cast)
    a_loan(cast, bug)
    with pytest.raises(RuleBroken, match="owes for a code workaround: repay it or write it off"):
        perform("decline", cast, bug)


def test_it_is_repaid_when_its_paybacks_are_finished_and_not_before(cast: Cast) -> None:
    loan = a_loan(cast, a_bug(cast))
    with pytest.raises(RuleBroken, match="is not finished yet; the code workaround is repaid then"):
        act("repay", cast, loan, "ines")
    backlog.finish(loan.fix_item_id, by=cast.ines, at=clock.now())
    assert not act("repay", cast, loan, "otto").owes
    with pytest.raises(Conflict, match="repaid already"):
        act("repay", cast, loan, "otto")


def test_a_later_date_is_counted_and_the_first_one_stays_the_promise(cast: Cast) -> None:
    loan = a_loan(cast, a_bug(cast))
    later = {"due_on": loan.due_on + timedelta(days=7), "reason": "The sprint was full"}
    act("extend", cast, loan, "pia", **later)
    act("extend", cast, loan, "ines", **later | {"due_on": loan.due_on + timedelta(days=9)})
    kept = Loan.objects.get(pk=loan.pk)
    assert (kept.extensions, kept.first_due_on) == (2, loan.due_on)
    with pytest.raises(Invalid, match="choose a later day"):
        act("extend", cast, loan, "pia", **later)
    with pytest.raises(Invalid):
        act("extend", cast, loan, "pia", due_on=date(2099, 1, 1), reason=" ")


def test_two_different_people_write_it_off(cast: Cast) -> None:
    loan = a_loan(cast, a_bug(cast))
    why = {"reason": "The export goes away"}
    assert act("write_off", cast, loan, "pia", **why).owes
    with pytest.raises(Conflict, match="You have said yes already"):
        act("write_off", cast, loan, "pia", **why)
    assert not act("write_off", cast, loan, "otto", **why).owes
    kept = Loan.objects.get(pk=loan.pk)
    assert (kept.state, kept.owner, kept.engineer) == ("written_off", cast.pia, cast.otto)
    said = [e.data["stands"] for e in Event.objects.filter(name="bug.written_off").order_by("pk")]
    assert said == ["an engineer has to say yes too", "written off"]


def test_two_engineers_do_not_write_it_off(cast: Cast) -> None:
    loan = a_loan(cast, a_bug(cast))
    act("write_off", cast, loan, "otto", reason="Gone")
    with pytest.raises(Conflict, match="the product owner's is still needed"):
        act("write_off", cast, loan, "ines", reason="Gone")


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"kind": "prayer"}, "kind"),
        ({"what": " "}, "what"),
        ({"why": ""}, "why"),
        ({"behaviour": ""}, "behaviour"),
        ({"due_on": None}, "due_on"),
        ({"due_on": date(2001, 1, 1)}, "due_on"),
        ({"fix_sprint": None}, "fix_sprint"),
        ({"fix_sprint": 2**40}, "fix_sprint"),
        ({"fix_points": None}, "fix_points"),
        ({"fix_points": Decimal(0)}, "fix_points"),
        ({"cleanup_because": ""}, "cleanup_because"),
        ({"cleanup_points": Decimal(1)}, "cleanup_because"),
        ({"cleanup_because": "", "cleanup_points": Decimal(1)}, "cleanup_sprint"),
        ({"agreed": ["nobody-we-know"]}, "agreed"),
        ({"kind": "rollback"}, "cleanup_because"),
        ({"kind": "customer_workaround"}, "due_on"),
    ],
)
def test_what_is_missing_or_too_much_is_said_beside_its_field(
    cast: Cast, terms: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        a_loan(cast, a_bug(cast), **terms)
    assert field in refused.value.fields
    assert not Mitigation.objects.exists()


def test_a_code_workaround_names_who_agreed_but_nothing_holds_up_a_p1(cast: Cast) -> None:
    with pytest.raises(Invalid, match="only a P0 or P1 goes ahead without"):
        a_loan(cast, a_bug(cast, priority="P2"), agreed=[])
    assert a_loan(cast, a_bug(cast, priority="P1"), agreed=[]).state == "open"


def test_a_sprint_of_another_team_takes_no_payback(cast: Cast) -> None:
    theirs = a_sprint(cast, team=cast.platform, by=cast.adam)
    with pytest.raises(Invalid, match="Choose a sprint of the team"):
        a_loan(cast, a_bug(cast), fix_sprint=theirs.pk)


def test_a_loan_of_another_bug_is_not_found(cast: Cast) -> None:
    loan, other = a_loan(cast, a_bug(cast)), a_loan(cast, a_bug(cast))
    with pytest.raises(NotFound):
        services.repay(other.bug_id, loan=loan.pk, by=cast.ines, at=clock.now())


def test_support_reads_what_customers_may_be_told_on_bug_and_report(
    cast: Cast, client: Any
) -> None:
    bug = a_bug(cast)
    told = {"kind": "customer_workaround", "what": "Print from the *preview* for now."}
    services.mitigate(bug.pk, **told, by=cast.ines, at=clock.now())
    assert not Bug.objects.get(pk=bug.pk).owes
    client.force_login(cast.lena)
    report = bug.classifications.get().report
    for address in (f"/bugs/{bug.reference}/", f"/problem-reports/{report.reference}/"):
        page = client.get(address).content.decode()
        assert "for now." in page
        assert "tell customers" in page


def test_the_page_mitigates_and_shows_what_is_owed(cast: Cast, client: Any) -> None:
    bug, sprint = a_bug(cast), a_running_sprint(cast)
    client.force_login(cast.ines)
    sent = {
        "kind": "code_workaround", "what": "Rounded twice", "why": "Tonight", "behaviour": "Slower",
        "agreed": [cast.pia.username], "due_on": "2098-01-02", "fix_sprint": sprint.reference,
        "fix_points": "2", "version": bug.version,
    }  # fmt: skip
    refused = client.post(f"/bugs/{bug.reference}/mitigate/", sent)
    assert refused.status_code == 400
    page = refused.content.decode()
    assert "Either a clean-up in a sprint, or why nothing is to be cleaned up." in page
    assert "Rounded twice" in page, "what was typed is kept"
    sent["cleanup_because"] = "The fix replaces it"
    done = client.post(f"/bugs/{bug.reference}/mitigate/", sent)
    assert done.status_code == 302
    page = client.get(f"/bugs/{bug.reference}/").content.decode()
    loan = Loan.objects.get(bug=bug)
    assert "mitigated, not fixed" in page
    assert loan.fix_item.reference in page
    assert "The fix replaces it" in page


def test_the_page_of_loans_says_what_is_overdue_and_how_often_promises_are_kept(
    cast: Cast, client: Any
) -> None:
    late, kept = a_loan(cast, a_bug(cast)), a_loan(cast, a_bug(cast), finished=True)
    act("repay", cast, kept, "ines")
    passed = today_there() - timedelta(days=3)
    Loan.objects.filter(pk=late.pk).update(due_on=passed, first_due_on=passed)
    client.force_login(cast.pia)
    page = client.get("/bugs/loans/").content.decode()
    assert "1 of 2 kept (50 %)" in page
    overdue, _, settled = page.partition('id="settled-title"')
    assert late.bug.reference in overdue.partition('id="overdue-title"')[2]
    assert kept.bug.reference in settled
    assert "overdue, was due" in client.get(f"/bugs/{late.bug.reference}/").content.decode()


DAYS = st.integers(1, 400).map(date.fromordinal)
LOANS = st.lists(st.tuples(DAYS, st.none() | DAYS, st.booleans()), max_size=8)


@given(LOANS, DAYS)
def test_extending_or_writing_off_never_keeps_a_promise(
    loans: list[tuple[date, date | None, bool]], today: date
) -> None:
    rate = kept_promises(loans, today)
    assert 0 <= rate.kept <= rate.n <= len(loans)
    never = kept_promises([(first, ended, False) for first, ended, _ in loans], today)
    assert (never.kept, never.n) == (0, rate.n)

"""The clock speaks of a loan once when it is soon due, and once when it is overdue (BUG-4)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from bugs import services
from bugs.models import Loan
from bugs.services.tending import tend
from channels import services as channels
from channels.models import Notice
from foundation import clock
from journal.models import Event
from tests.bugs.acts import a_loan
from tests.cast import Cast
from tests.factories import a_bug


def lent(cast: Cast, days: int) -> Loan:
    """A loan that is due so many days from now."""
    return a_loan(cast, a_bug(cast), due_on=today(cast) + timedelta(days=days))


def today(cast: Cast) -> date:
    return clock.now().astimezone(ZoneInfo(cast.billing.calendar.zone)).date()


def begins(cast: Cast, days: int) -> datetime:
    """The beginning of a day where the team works."""
    day = today(cast) + timedelta(days=days)
    return datetime.combine(day, time(0), ZoneInfo(cast.billing.calendar.zone)).astimezone(UTC)


def stage(loan: Loan) -> str:
    return Loan.objects.get(pk=loan.pk).reminded


def due(loan: Loan) -> datetime | None:
    return Loan.objects.get(pk=loan.pk).remind_at


def backdated(cast: Cast, loan: Loan, days: int) -> None:
    """As if it had been lent for a day that has passed: the clock of a test cannot run ahead."""
    day = today(cast) - timedelta(days=days)
    Loan.objects.filter(pk=loan.pk).update(due_on=day, first_due_on=day, remind_at=clock.now())


def test_two_days_before_it_is_soon_due_where_the_team_works(cast: Cast) -> None:
    assert due(lent(cast, 30)) == begins(cast, 28)


def test_it_says_soon_once_and_then_waits_for_the_day_after(cast: Cast) -> None:
    loan = lent(cast, 1)
    assert tend(at=clock.now()) == 1
    assert (stage(loan), due(loan)) == ("soon", begins(cast, 2))
    assert tend(at=clock.now()) == 0
    assert Event.objects.get(name="bug.loan_reminded").data["said"] == "due soon, on"


def test_it_says_overdue_once_and_never_again(cast: Cast) -> None:
    loan = lent(cast, 1)
    tend(at=clock.now())
    backdated(cast, loan, 1)
    assert tend(at=clock.now()) == 1
    assert (stage(loan), due(loan)) == ("overdue", None)
    assert tend(at=clock.now()) == 0
    told = Event.objects.filter(name="bug.loan_reminded").order_by("pk")
    assert [one.data["stage"] for one in told] == ["soon", "overdue"]


def test_due_today_is_not_late(cast: Cast) -> None:
    loan = lent(cast, 0)
    tend(at=clock.now())
    assert stage(loan) == "soon"


def test_who_mitigated_and_the_product_owner_hear_what_to_do(cast: Cast) -> None:
    loan = lent(cast, 1)
    tend(at=clock.now())
    backdated(cast, loan, 1)
    tend(at=clock.now())
    channels.fan_out()
    got = Notice.objects.filter(event__name="bug.loan_reminded", channel="in_app")
    for person in (cast.ines, cast.pia):
        soon, late = got.filter(person=person).order_by("pk")
        assert soon.subject == f"Soon due: what {loan.bug.reference} owes"
        assert late.subject == f"Overdue: what {loan.bug.reference} owes"
        assert "was due on" in late.body
        assert "extend it with a reason" in late.body
    assert set(got.values_list("person__username", flat=True)) == {"ines", "pia"}


def test_extended_it_begins_anew(cast: Cast) -> None:
    loan = lent(cast, 1)
    tend(at=clock.now())
    services.extend(
        loan.bug_id, loan=loan.pk, due_on=today(cast) + timedelta(days=40), reason="Full",
        by=cast.pia, at=clock.now(),
    )  # fmt: skip
    assert (stage(loan), due(loan)) == ("", begins(cast, 38))


@pytest.mark.parametrize("ending", ["repay", "write_off"])
def test_of_what_is_settled_nobody_is_reminded(cast: Cast, ending: str) -> None:
    bug = a_bug(cast)
    loan = a_loan(cast, bug, finished=ending == "repay", due_on=today(cast))
    act = {"loan": loan.pk, "at": clock.now()}
    if ending == "repay":
        services.repay(bug.pk, by=cast.ines, **act)
    else:
        for person in (cast.pia, cast.ines):
            services.write_off(bug.pk, reason="It goes away", by=person, **act)
    assert due(loan) is None
    assert tend(at=clock.now()) == 0


def test_a_loan_that_somebody_holds_waits_for_the_next_round(cast: Cast) -> None:
    loan = lent(cast, 1)
    Loan.objects.filter(pk=loan.pk).update(remind_at=clock.now() + timedelta(hours=1))
    assert tend(at=clock.now()) == 0
    assert stage(loan) == ""


def test_overdue_loans_stand_on_the_desk(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.rhea)
    loan = lent(cast, 3)
    desk = "/desk/?team=billing"
    assert "overdue" not in browser.get(desk).content.decode()
    backdated(cast, loan, 1)
    page = browser.get(desk).content.decode()
    assert '<b>1</b> <a href="/bugs/loans/?team=billing#overdue-title">loan overdue</a>' in page

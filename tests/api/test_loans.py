"""What is owed, as a list; and the words for customers, as L1 reads them over REST (BUG-4)."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bugs import services
from bugs.models import Bug, Loan
from foundation import clock
from tests.bugs.acts import a_loan
from tests.cast import Cast, today_there
from tests.factories import a_bug

TOLD = "Use the preview until it is fixed."


def told(cast: Cast, bug: Bug, what: str = TOLD) -> None:
    kind = "customer_workaround"
    services.mitigate(bug.pk, kind=kind, what=what, by=cast.ines, at=clock.now())


def asked(caller: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert caller.get("loans/").status_code == 200
    return len(queries)


def test_loans_are_listed_with_their_bug_and_filtered(cast: Cast, api: Any) -> None:
    late, kept = a_loan(cast, a_bug(cast)), a_loan(cast, a_bug(cast), finished=True)
    day = today_there() - timedelta(days=3)
    Loan.objects.filter(pk=late.pk).update(due_on=day, first_due_on=day)
    services.repay(kept.bug_id, loan=kept.pk, by=cast.ines, at=clock.now())
    ines = api(cast.ines)

    def listed(query: str) -> list[int]:
        return [one["loan"] for one in ines.get(f"loans/?{query}").json()["results"]]

    assert listed("") == listed("team=billing") == [kept.pk, late.pk]
    assert listed("overdue=true") == listed("state=open") == [late.pk]
    assert listed("overdue=false") == listed("state=repaid") == [kept.pk]
    assert listed("team=platform") == []
    one = ines.get("loans/?overdue=true").json()["results"][0]
    assert (one["bug"], one["team"], one["kind"]) == (
        late.bug.reference,
        "billing",
        "code_workaround",
    )
    assert one["agreed"] == ["pia"]


def test_what_a_team_owes_is_not_told_outside_delivery(cast: Cast, api: Any) -> None:
    a_loan(cast, a_bug(cast))
    assert api(cast.lena).get("loans/").json()["results"] == []
    assert api(cast.sami).get("loans/?team=billing").json()["results"] == []


def test_the_list_asks_no_more_for_many_than_for_few(cast: Cast, api: Any) -> None:
    a_loan(cast, a_bug(cast))
    ines = api(cast.ines)
    few = asked(ines)
    for _ in range(3):
        a_loan(cast, a_bug(cast))
    assert asked(ines) == few


def test_l1_reads_what_customers_may_be_told_and_the_last_word_counts(cast: Cast, api: Any) -> None:
    bug = a_bug(cast, "in_progress")
    report = bug.classifications.get().report.reference
    lena = api(cast.lena)

    def read() -> list[str | None]:
        return [
            lena.get(f"bugs/{bug.reference}/").json()["workaround"],
            lena.get("bugs/").json()["results"][0]["workaround"],
            lena.get(f"problem-reports/{report}/").json()["bug"]["workaround"],
            lena.get("problem-reports/").json()["results"][0]["bug"]["workaround"],
        ]

    assert read() == [None] * 4
    told(cast, bug, "Reload the page.")
    told(cast, bug)
    assert read() == [TOLD] * 4
    services.fix(bug.pk, links=["https://git.example.org/9"], by=cast.ines, at=clock.now())
    assert read() == [None] * 4, "nobody needs it any more"

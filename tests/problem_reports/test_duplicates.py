"""A duplicate is stored against the living end of the chain; itself and cycles are refused (PR-7)."""

from decimal import Decimal
from typing import Any

import pytest

from bugs.models import Bug
from foundation import clock
from foundation.errors import Conflict, RuleBroken
from problem_reports import services
from problem_reports.models import ProblemReport
from problem_reports.querysets import answered_by, chain_from
from problem_reports.services import classification
from problem_reports.services.classification import NewBug
from tests.cast import Cast
from tests.factories import a_report


def repeats(cast: Cast, report: ProblemReport, original: ProblemReport | int, **told: Any) -> Any:
    key = original if isinstance(original, int) else original.pk
    said = {"hours": Decimal(0), "by": cast.rhea, "at": clock.now(), **told}
    return services.classify(
        report.pk, outcome="duplicate", message="We know it.", duplicate_of=key, **said
    )


def original_of(report: ProblemReport) -> ProblemReport | None:
    report = ProblemReport.objects.get(pk=report.pk)
    assert report.living is not None
    return report.living.duplicate_of


def test_it_names_the_original(cast: Cast) -> None:
    first, second = a_report(cast), a_report(cast)
    repeats(cast, second, first)
    assert original_of(second) == first


def test_it_is_stored_against_the_living_end_of_the_chain(cast: Cast) -> None:
    first, second, third = a_report(cast), a_report(cast), a_report(cast)
    repeats(cast, second, first)
    repeats(cast, third, second)
    assert original_of(third) == first


def test_an_original_that_becomes_a_duplicate_takes_its_own_along(cast: Cast) -> None:
    first, second, third = a_report(cast), a_report(cast), a_report(cast)
    repeats(cast, third, second)
    repeats(cast, second, first)
    assert chain_from(third.pk) == [third.pk, second.pk, first.pk]
    services.classify(
        first.pk,
        outcome="bug",
        message="Found.",
        hours=Decimal(1),
        bug=NewBug("Rounding", "P2", "Seen."),
        by=cast.rhea,
        at=clock.now(),
    )
    assert set(answered_by(Bug.objects.get().pk)) == {first.pk, second.pk, third.pk}


def test_a_report_is_no_duplicate_of_itself(cast: Cast) -> None:
    report = a_report(cast)
    with pytest.raises(RuleBroken, match="of itself"):
        repeats(cast, report, report)


def test_a_cycle_is_refused_however_long(cast: Cast) -> None:
    first, second, third = a_report(cast), a_report(cast), a_report(cast)
    repeats(cast, third, second)
    repeats(cast, second, first)
    with pytest.raises(RuleBroken, match="of itself"):
        repeats(cast, first, third)
    assert ProblemReport.objects.get(pk=first.pk).state == "to_be_investigated"


def test_after_a_dispute_the_chain_ends_earlier(cast: Cast) -> None:
    first, second, third = a_report(cast), a_report(cast), a_report(cast)
    repeats(cast, second, first)
    services.dispute(second.pk, message="It is another.", by=cast.lena, at=clock.now())
    repeats(cast, third, second)
    assert original_of(third) == second
    repeats(cast, first, second)
    assert original_of(first) == second


def test_a_report_that_one_may_not_see_is_unknown(cast: Cast) -> None:
    secret, report = a_report(cast), a_report(cast, product_area="login")
    for key in (secret.pk, 2**62):
        with pytest.raises(RuleBroken, match=f"There is no report PR-{key}"):
            repeats(cast, report, key, by=cast.sami)


def test_it_inherits_the_cause_when_none_is_given(cast: Cast) -> None:
    first, second, third = a_report(cast, "closed"), a_report(cast), a_report(cast)
    assert repeats(cast, second, first).living.cause == "knowledge"
    assert repeats(cast, third, first, cause="data").living.cause == "data"


def test_of_an_open_original_there_is_no_cause_yet(cast: Cast) -> None:
    assert repeats(cast, a_report(cast), a_report(cast)).living.cause == "unknown"


def test_a_chain_that_grew_while_we_waited_is_looked_at_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = a_report(cast), a_report(cast), a_report(cast)
    lock = classification.locked_all

    def meanwhile(rows: Any, keys: Any) -> Any:
        if second.pk in keys and third.pk in keys:  # read before the lock, changed by another
            monkeypatch.undo()
            repeats(cast, second, first)
        return lock(rows, keys)

    monkeypatch.setattr(classification, "locked_all", meanwhile)
    with pytest.raises(Conflict, match="very moment"):
        repeats(cast, third, second)

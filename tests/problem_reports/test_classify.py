"""Classifying: each outcome with its own evidence; as a bug, report and bug in one act (PR-2, PR-4)."""

from decimal import Decimal
from typing import Any

import pytest

from bugs.models import Bug
from foundation import clock
from foundation.errors import Invalid, NotAllowed, NotFound, RuleBroken, Stale
from journal.models import Event
from problem_reports import services
from problem_reports.lifecycle import Outcome
from problem_reports.models import Classification, ProblemReport
from problem_reports.services.classification import NewBug
from sprints.models import BacklogItem
from sprints.services import backlog
from tests.cast import Cast
from tests.factories import a_bug, a_report, an_item
from tests.problem_reports.acts import everything_about

ROUNDING = NewBug("Rounding of totals", "P1", "Seen in the export of invoice 7.")


def classify(cast: Cast, report: ProblemReport, **told: Any) -> ProblemReport:
    said = {
        "message": "We know what it is.",
        "cause": "code",
        "hours": Decimal("1.25"),
        "by": cast.ines,
        "at": clock.now(),
    }
    return services.classify(report.pk, **{**said, **told})


def bug_of(report: ProblemReport) -> Bug:
    assert report.living is not None
    assert report.living.bug is not None
    return Bug.objects.get(pk=report.living.bug.pk)


def test_it_closes_with_outcome_message_cause_and_hours(cast: Cast) -> None:
    report, at = a_report(cast, "investigating"), clock.now()
    classify(cast, report, outcome="limitation", at=at)
    report = ProblemReport.objects.get(pk=report.pk)
    living = report.living
    assert living is not None
    assert (report.state, report.closed_at, report.due_at) == ("closed", at, None)
    assert (living.number, living.outcome, living.cause) == (1, "limitation", "code")
    assert (living.hours, living.by, living.at) == (Decimal("1.25"), cast.ines, at)
    assert living.message.body == "We know what it is."


def test_the_message_is_kept_once_so_that_one_redaction_takes_it_away(cast: Cast) -> None:
    report = classify(cast, a_report(cast, "investigating"), outcome="limitation")
    event = Event.objects.get(name="problem_report.classified")
    assert report.living is not None
    assert event.text_id == report.living.message_id


PLAIN = [o for o in Outcome.values if o not in ("bug", "duplicate", "already_fixed", "evolution")]


@pytest.mark.parametrize("outcome", PLAIN)
def test_an_outcome_without_evidence_closes(cast: Cast, outcome: str) -> None:
    report = classify(cast, a_report(cast, "investigating"), outcome=outcome)
    assert report.living is not None
    assert (report.state, report.living.outcome) == ("closed", outcome)


@pytest.mark.parametrize("outcome", PLAIN)
def test_the_evidence_of_another_outcome_is_refused(cast: Cast, outcome: str) -> None:
    report = a_report(cast, "investigating")
    given = {
        "bug": ROUNDING,
        "existing_bug": 1,
        "duplicate_of": a_report(cast).pk,
        "already_fixed_in": "4.2",
    }
    for field, value in given.items():
        before = everything_about(report)
        with pytest.raises(Invalid) as refused:
            classify(cast, report, outcome=outcome, **{field: value})
        assert list(refused.value.fields) == [field]
        assert everything_about(report) == before


@pytest.mark.parametrize(
    ("outcome", "given", "field"),
    [
        ("bug", {}, "bug"),
        ("bug", {"bug": ROUNDING, "existing_bug": 1}, "existing_bug"),
        ("bug", {"bug": NewBug(" ", "P1", "Seen.")}, "bug"),
        ("bug", {"bug": NewBug("Rounding", "P1", "")}, "bug"),
        ("duplicate", {}, "duplicate_of"),
        ("already_fixed", {}, "already_fixed_in"),
        ("already_fixed", {"already_fixed_in": "  "}, "already_fixed_in"),
        ("how_to", {"message": " \n"}, "message"),
        ("how_to", {"hours": Decimal("-0.01")}, "hours"),
        ("how_to", {"hours": Decimal("0.001")}, "hours"),
        ("how_to", {"hours": Decimal("NaN")}, "hours"),
        ("how_to", {"hours": Decimal("1e9")}, "hours"),
    ],
)
def test_what_is_missing_is_named_by_field(
    cast: Cast, outcome: str, given: dict[str, Any], field: str
) -> None:
    report = a_report(cast, "investigating")
    with pytest.raises(Invalid) as refused:
        classify(cast, report, outcome=outcome, **given)
    assert list(refused.value.fields) == [field]
    assert ProblemReport.objects.get(pk=report.pk).state == "investigating"


def test_already_fixed_names_the_version(cast: Cast) -> None:
    report = classify(
        cast, a_report(cast, "investigating"), outcome="already_fixed", already_fixed_in="4.2"
    )
    assert report.living is not None
    assert report.living.already_fixed_in == "4.2"


def test_a_report_that_is_not_there_is_not_found(cast: Cast) -> None:
    report = a_report(cast, "investigating")
    report.pk = 2**62
    with pytest.raises(NotFound):
        classify(cast, report, outcome="how_to")


def test_an_old_version_is_stale(cast: Cast) -> None:
    report = a_report(cast, "investigating")
    with pytest.raises(Stale):
        classify(cast, report, outcome="how_to", version=report.version - 1)


# As a bug


def test_a_confirmed_defect_becomes_a_linked_bug_in_the_same_act(cast: Cast) -> None:
    report = classify(cast, a_report(cast, "investigating"), outcome="bug", bug=ROUNDING)
    bug = bug_of(report)
    assert report.living is not None
    assert (bug.state, bug.priority, bug.title) == ("to_be_scheduled", "P1", "Rounding of totals")
    assert (bug.team, bug.product_area) == (cast.billing, cast.invoicing)
    assert bug.how_confirmed == "Seen in the export of invoice 7."
    assert (bug.opened_by, bug.opened_at) == (report.living.pk, report.closed_at)
    opened = Event.objects.get(name="bug.opened", subject=bug.pk)
    closed = Event.objects.get(name="problem_report.classified")
    assert opened.at == closed.at
    assert opened.data["report"] == report.reference
    assert closed.data["bug"] == bug.reference


def test_the_bug_may_belong_to_another_area_of_the_team_only(cast: Cast) -> None:
    report = a_report(cast, "investigating")
    elsewhere = NewBug("Login fails", "P1", "Seen.", product_area=cast.login)
    with pytest.raises(RuleBroken, match="route the report first"):
        classify(cast, report, outcome="bug", bug=elsewhere)
    here = NewBug("Payment fails", "P1", "Seen.", product_area=cast.payments)
    assert bug_of(classify(cast, report, outcome="bug", bug=here)).product_area == cast.payments


@pytest.mark.parametrize("broken", ["finish", "timers.follow"])
def test_when_the_act_fails_after_the_bug_was_opened_neither_is_there(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    report = a_report(cast, "investigating")
    before = everything_about(report)

    def fail(*_: object, **__: object) -> None:
        assert Bug.objects.exists(), "it fails after the bug was opened"
        raise OSError("the machine died")

    monkeypatch.setattr(f"problem_reports.services.classification.{broken}", fail)
    with pytest.raises(OSError, match="died"):
        classify(cast, report, outcome="bug", bug=ROUNDING)
    assert everything_about(report) == before


def test_many_reports_have_one_bug(cast: Cast) -> None:
    bug = a_bug(cast)
    report = classify(cast, a_report(cast, "investigating"), outcome="bug", existing_bug=bug.pk)
    assert bug_of(report) == bug
    assert Bug.objects.count() == 1
    assert bug.classifications.count() == 2


def test_a_bug_that_is_not_there_or_not_to_be_seen_is_unknown(cast: Cast) -> None:
    secret = a_bug(cast)
    report = a_report(cast, product_area="login")
    told = {"outcome": "bug", "by": cast.sami}
    for key in (secret.pk, 2**62):
        with pytest.raises(RuleBroken, match=f"There is no bug BUG-{key}"):
            classify(cast, report, existing_bug=key, **told)


def test_a_bug_of_another_team_is_not_linked(cast: Cast) -> None:
    theirs = classify(
        cast, a_report(cast, product_area="login"), outcome="bug", bug=ROUNDING, by=cast.sami
    )
    with pytest.raises(RuleBroken, match="is a bug of Platform"):
        classify(
            cast,
            a_report(cast, "investigating"),
            outcome="bug",
            existing_bug=bug_of(theirs).pk,
        )


def test_others_of_the_team_do_not_classify(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        classify(cast, a_report(cast, "investigating"), outcome="how_to", by=cast.otto)


def test_a_second_classification_has_the_next_number_and_the_first_stays(cast: Cast) -> None:
    report = classify(cast, a_report(cast, "investigating"), outcome="bug", bug=ROUNDING)
    services.dispute(report.pk, message="It differs.", by=cast.lena, at=clock.now())
    report = classify(cast, report, outcome="configuration", by=cast.rhea)
    assert [c.outcome for c in Classification.objects.order_by("number")] == [
        "bug",
        "configuration",
    ]
    assert report.living is not None
    assert report.living.number == 2
    assert Bug.objects.count() == 1


# A wish leads to the backlog (PR-2)


def wished(cast: Cast, **said: Any) -> ProblemReport:
    return classify(cast, a_report(cast, "investigating"), outcome="evolution", **said)


def test_a_wish_opens_an_item_whose_decision_is_the_product_owners(cast: Cast) -> None:
    report = wished(cast, item_title="Export to a spreadsheet")
    assert report.living is not None
    item = report.living.item
    assert item is not None
    assert (item.title, item.kind, item.state) == (
        "Export to a spreadsheet",
        "evolution",
        "proposed",
    )
    assert (item.team, item.product_area) == (cast.billing, report.product_area)
    assert report.reference in item.rationale
    told = Event.objects.get(name="problem_report.classified", subject=report.pk)
    assert told.data["item"] == item.reference


def test_a_second_wish_joins_the_item_that_is_there(cast: Cast) -> None:
    item = an_item(cast)
    for _ in range(2):
        wished(cast, item=item.pk)
    assert item.classifications.count() == 2
    assert BacklogItem.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({}, "item_title", "Name what is wished for"),
        ({"item_title": "  "}, "item_title", "Name what is wished for"),
        ({"item_title": "Export", "item": 1}, "item", "not both"),
        ({"item_title": "x" * 201}, "item_title", "200 characters"),
    ],
)
def test_a_wish_needs_one_item(cast: Cast, said: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        wished(cast, **said)
    assert words in refused.value.fields[field][0]
    assert not BacklogItem.objects.exists()


def test_another_outcome_names_no_item(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        classify(cast, a_report(cast, "investigating"), outcome="how_to", item_title="Export")
    assert "item_title" in refused.value.fields


def test_a_wish_joins_no_item_of_another_team_and_none_that_is_decided(cast: Cast) -> None:
    theirs = backlog.add(
        cast.platform, title="Keys", kind="evolution", by=cast.sami, at=clock.now()
    )
    with pytest.raises(RuleBroken, match="of the backlog of Platform"):
        wished(cast, item=theirs.pk)
    with pytest.raises(RuleBroken, match="is declined"):
        wished(cast, item=an_item(cast, "declined").pk)
    with pytest.raises(RuleBroken, match="There is no backlog item BI-"):
        wished(cast, item=2**40)

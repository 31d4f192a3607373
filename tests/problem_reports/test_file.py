"""What the people who file do: customers, edits, files, watching."""

import pytest

from foundation import clock
from foundation.errors import Invalid, RuleBroken, Stale
from journal.models import Event
from problem_reports import services
from problem_reports.models import Attachment, Customer, ProblemReport
from tests.cast import Cast
from tests.factories import a_report

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


pytestmark = pytest.mark.usefixtures("files_in_a_folder_of_the_test")


def join(cast: Cast, report: ProblemReport, customer: str) -> ProblemReport:
    return services.join(report.pk, customer=customer, by=cast.lena, at=clock.now())


def customers(report: ProblemReport) -> list[str]:
    return [a.customer.name for a in report.affected.select_related("customer").order_by("pk")]


def test_a_customer_is_made_on_first_use_whatever_the_case(cast: Cast) -> None:
    first, second = a_report(cast, customer=" Acme "), a_report(cast, customer="ACME")
    assert customers(first) == customers(second) == ["Acme"]
    assert Customer.objects.count() == 1


def test_joining_adds_a_customer_and_says_so(cast: Cast) -> None:
    report = join(cast, a_report(cast, customer="Acme"), "Globex")
    assert customers(report) == ["Acme", "Globex"]
    assert Event.objects.get(name="problem_report.joined").data == {"customer": "Globex"}


def test_joining_twice_changes_nothing(cast: Cast) -> None:
    report = join(cast, a_report(cast), "Acme")
    again = join(cast, report, " acme ")
    assert (customers(again), again.version) == (["Acme"], report.version)
    assert Event.objects.filter(name="problem_report.joined").count() == 1


def test_nobody_joins_without_a_name(cast: Cast) -> None:
    with pytest.raises(Invalid):
        join(cast, a_report(cast), "  ")
    assert not Customer.objects.exists()


def test_an_edit_keeps_what_was_said_before(cast: Cast) -> None:
    report = a_report(cast, title="Totals differ")
    changes = {"title": "Totals differ by a cent", "description": report.description}
    services.edit(report.pk, changes=changes, by=cast.lena, at=clock.now())
    assert ProblemReport.objects.get(pk=report.pk).title == "Totals differ by a cent"
    event = Event.objects.get(name="problem_report.edited")
    assert event.data == {"fields": ["title"]}
    assert event.text is not None
    assert event.text.body == "title: Totals differ"


def test_an_edit_that_changes_nothing_is_not_told(cast: Cast) -> None:
    report = a_report(cast)
    same = services.edit(report.pk, changes={"title": report.title}, by=cast.lena, at=clock.now())
    assert same.version == report.version
    assert not Event.objects.filter(name="problem_report.edited").exists()


def test_only_what_describes_it_is_edited(cast: Cast) -> None:
    report = a_report(cast)
    with pytest.raises(Invalid) as refused:
        services.edit(report.pk, changes={"state": "closed"}, by=cast.lena, at=clock.now())
    assert list(refused.value.fields) == ["state"]


def test_an_edit_of_an_old_version_is_stale(cast: Cast) -> None:
    report = join(cast, a_report(cast), "Acme")
    with pytest.raises(Stale):
        services.edit(report.pk, changes={"title": "New"}, by=cast.lena, at=clock.now(), version=1)


def attach(cast: Cast, report: ProblemReport, name: str, content: bytes) -> Attachment:
    return services.attach(report.pk, name=name, content=content, by=cast.lena, at=clock.now())


def test_a_file_is_kept_with_its_type_by_content(cast: Cast) -> None:
    kept = attach(cast, a_report(cast), "../../etc/Screen.png", PNG)
    assert (kept.name, kept.content_type, kept.size) == ("Screen.png", "image/png", len(PNG))
    assert kept.file.read() == PNG
    assert "Screen" not in kept.file.name
    assert Event.objects.get(name="problem_report.attached").data["file"] == "Screen.png"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("screen.png", b"<svg onload=alert(1)>"),
        ("log.txt", b"\x00\x01"),
        ("data.json", b"{"),
        ("empty.txt", b""),
        ("big.txt", b"a" * (10 * 1024 * 1024 + 1)),
        ("noending", b"words"),
    ],
)
def test_what_is_not_what_it_says_is_refused(cast: Cast, name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        attach(cast, a_report(cast), name, content)
    assert list(refused.value.fields) == ["file"]
    assert not Attachment.objects.exists()


def test_ten_files_are_enough(cast: Cast) -> None:
    report = a_report(cast)
    for n in range(10):
        attach(cast, report, f"{n}.txt", b"words")
    with pytest.raises(RuleBroken, match="at most 10"):
        attach(cast, report, "11.txt", b"words")


def test_watching_twice_is_watching(cast: Cast) -> None:
    report = a_report(cast)
    for _ in range(2):
        services.watch(report.pk, by=cast.pia, at=clock.now())
    assert report.watches.get().person == cast.pia
    assert Event.objects.filter(name="problem_report.watched").count() == 1


def test_a_returned_report_is_filed_again_and_its_clock_goes_on_where_it_stopped(
    cast: Cast,
) -> None:
    report = a_report(cast, "returned")
    assert report.assignee is None
    promised = report.timers.get(kind="classification")
    assert promised.paused_since is not None
    report = services.resubmit(report.pk, by=cast.leo, at=clock.now())
    assert report.state == "to_be_investigated"
    again = report.timers.get(kind="classification")
    assert (again.epoch, again.started_at) == (promised.epoch, promised.started_at)
    assert again.paused_since is None
    assert again.due_at >= promised.due_at

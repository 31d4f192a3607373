"""Every verb's form: it acts once, refuses in words, and keeps what was typed."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from foundation import clock
from journal.models import Event
from problem_reports import services as reports
from problem_reports.models import ProblemReport
from tests import budgets
from tests.cast import Cast
from tests.factories import ReportFactory, a_report
from tests.pages.conftest import SignIn

#: verb, the state it starts from, who does it, what they type, and the state that it leads to
ACTS: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("assign", "to_be_investigated", "rhea", {"assignee": "ines"}, "assigned"),
    ("take", "prioritised", "ines", {}, "assigned"),
    ("start", "assigned", "ines", {}, "investigating"),
    ("respond", "investigating", "ines", {"message": "We look at it."}, "investigating"),
    ("ask", "investigating", "ines", {"message": "Which invoice?"}, "waiting"),
    ("answer", "waiting", "leo", {"message": "Invoice 7."}, "investigating"),
    ("note", "investigating", "otto", {"message": "Rounding?"}, "investigating"),
    ("prioritise", "to_be_investigated", "rhea", {"priority": "P2"}, "to_be_investigated"),
    ("return", "to_be_investigated", "rhea", {"reason": "Which invoice?"}, "returned"),
    ("resubmit", "returned", "lena", {}, "to_be_investigated"),
    ("hand-back", "assigned", "ines", {}, "to_be_investigated"),
    ("snooze", "assigned", "rhea", {"reason": "Later", "until": "2031-05-02"}, "snoozed"),
    ("wake", "snoozed", "rhea", {}, "investigating"),
    ("route", "to_be_investigated", "rhea", {"product_area": "payments"}, "to_be_investigated"),
    ("join", "assigned", "lena", {"customer": "Acme"}, "assigned"),
    ("watch", "assigned", "lena", {}, "assigned"),
    ("dispute", "closed", "lena", {"message": "It is still so."}, "to_be_investigated"),
    ("reopen", "closed", "otto", {"reason": "Seen again"}, "to_be_investigated"),
]
#: Everybody who sees a report may join and watch it.
GUARDED = [act for act in ACTS if act[0] not in ("join", "watch")]
NAMES = [verb for verb, *_ in ACTS]


def given(cast: Cast, state: str) -> ProblemReport:
    if state != "prioritised":
        return a_report(cast, state)
    report = ReportFactory(cast=cast)
    return reports.prioritise(report.pk, priority="P2", by=cast.rhea, at=clock.now())


def address(report: ProblemReport, verb: str) -> str:
    return f"/problem-reports/{report.reference}/{verb}/"


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def events(report: ProblemReport) -> int:
    return Event.objects.filter(kind="problem_report", subject=report.pk).count()


@pytest.mark.parametrize(("verb", "state", "name", "typed", "after"), ACTS, ids=NAMES)
def test_each_form_does_its_verb_and_says_so(
    cast: Cast, sign_in: SignIn, verb: str, state: str, name: str, typed: Any, after: str
) -> None:
    report = given(cast, state)
    before = events(report)
    answer = sign_in(cast.everybody[name]).post(address(report, verb), typed, follow=True)
    report.refresh_from_db()
    assert answer.redirect_chain[0][0] == f"/problem-reports/{report.reference}/"
    assert report.state == after
    assert events(report) == before + 1
    assert "flash--success" in answer.text


@pytest.mark.parametrize(("verb", "state", "name", "typed", "after"), ACTS, ids=NAMES)
def test_each_form_sent_twice_acts_once(
    cast: Cast, sign_in: SignIn, verb: str, state: str, name: str, typed: Any, after: str
) -> None:
    report = given(cast, state)
    browser = sign_in(cast.everybody[name])
    before = events(report)
    first, second = (
        browser.post(address(report, verb), {**typed, "idempotency_key": "k"}) for _ in range(2)
    )
    assert first["Location"] == second["Location"]
    assert events(report) == before + 1


@pytest.mark.parametrize(("verb", "state", "name", "typed", "after"), GUARDED)
def test_each_verb_refuses_who_may_not_and_says_why(
    cast: Cast, sign_in: SignIn, verb: str, state: str, name: str, typed: Any, after: str
) -> None:
    report = given(cast, state)
    other = "pia" if verb not in ("note", "reopen") else "lena"
    answer = sign_in(cast.everybody[other]).post(address(report, verb), typed)
    assert answer.status_code == 403
    assert "Only" in words_of(answer.text)
    assert ProblemReport.objects.get(pk=report.pk).state == report.state


@pytest.mark.parametrize(
    ("verb", "name", "typed", "field"),
    [
        ("assign", "rhea", {"assignee": "nobody"}, ""),
        ("respond", "rhea", {"message": " "}, ""),
        ("ask", "rhea", {"message": ""}, ""),
        ("return", "rhea", {"reason": ""}, "reason"),
        ("snooze", "rhea", {"reason": "Kept words", "until": "tomorrow"}, "Kept words"),
        ("snooze", "rhea", {"reason": "Kept words", "until": "9999-12-31"}, "Kept words"),
        ("prioritise", "rhea", {"priority": "P9", "reason": "Kept words"}, "Kept words"),
        ("prioritise", "rhea", {"priority": "P0", "reason": ""}, "Say why the priority changes"),
        ("route", "rhea", {"product_area": "nowhere"}, ""),
        ("join", "lena", {"customer": "x" * 121}, "x" * 121),
        ("note", "rhea", {"message": "a\0b"}, ""),
        ("attach", "lena", {}, ""),
    ],
)
def test_what_has_the_wrong_shape_comes_back_with_what_was_typed(
    cast: Cast, sign_in: SignIn, verb: str, name: str, typed: Any, field: str
) -> None:
    report = a_report(cast)
    answer = sign_in(cast.everybody[name]).post(address(report, verb), typed)
    assert answer.status_code == 400
    assert field in answer.text
    assert report.title in answer.text


def test_a_message_refused_by_the_state_stays_in_the_composer(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast, "returned")
    answer = sign_in(cast.rhea).post(address(report, "ask"), {"message": "Which invoice?"})
    assert answer.status_code == 409
    assert "to ask is not possible from there" in words_of(answer.text)
    assert re.search(r"<textarea[^>]*>\s*Which invoice\?</textarea>", answer.text)


def test_the_second_of_two_assignments_is_told_who_won(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast, "assigned")
    answer = sign_in(cast.rhea).post(address(report, "assign"), {"assignee": "otto"})
    assert answer.status_code == 409
    assert "Ines has it already." in words_of(answer.text)


def test_a_rule_of_the_product_refuses_beside_its_form_with_the_words_kept(
    cast: Cast, sign_in: SignIn
) -> None:
    report = a_report(cast)
    typed = {"reason": "After the release", "until": "2020-01-01"}
    answer = sign_in(cast.rhea).post(address(report, "snooze"), typed)
    assert answer.status_code == 422
    assert "The wake moment is in the future." in words_of(answer.text)
    form = re.search(r'<details class="more" id="snooze"[^>]*>.*?</details>', answer.text, re.S)
    assert form
    assert " open>" in form[0][:120]
    assert "After the release" in form[0]


def test_a_form_that_was_refused_can_be_sent_again(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast)
    rhea = sign_in(cast.rhea)
    typed = {"reason": "After the release", "until": "2020-01-01", "idempotency_key": "k"}
    rhea.post(address(report, "snooze"), typed)
    assert rhea.post(address(report, "snooze"), typed | {"until": "2031-01-01"}).status_code == 302


def test_the_address_of_a_verb_opens_its_form(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast)
    html = sign_in(cast.rhea).get(address(report, "snooze")).text
    assert re.search(r'<details class="more" id="snooze"[^>]* open>', html)


def test_the_address_of_a_verb_says_why_one_may_not(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.lena).get(address(a_report(cast), "snooze"))
    assert answer.status_code == 403
    assert "Only the release manager of Billing does this." in answer.text


def test_snoozing_until_a_day_wakes_it_that_morning_in_the_readers_zone(
    cast: Cast, sign_in: SignIn
) -> None:
    report = a_report(cast)
    typed = {"reason": "After the release", "until": "2031-07-01"}
    sign_in(cast.rhea).post(address(report, "snooze"), typed)
    report.refresh_from_db()
    assert report.snoozed_until is not None
    assert report.snoozed_until.isoformat() == "2031-07-01T06:00:00+00:00"


def test_a_file_is_attached_and_offered_as_a_download(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast)
    lena = sign_in(cast.lena)
    sent = {"file": SimpleUploadedFile("trace.txt", b"seen at 9:40")}
    answer = lena.post(address(report, "attach"), sent, follow=True)
    found = re.search(r'href="(/attachments/[^"]+)"', answer.text)
    assert found
    assert "trace.txt" in answer.text
    assert b"".join(lena.get(found[1]).streaming_content) == b"seen at 9:40"


def test_a_file_that_is_not_what_it_is_named_is_refused_in_words(
    cast: Cast, sign_in: SignIn
) -> None:
    sent = {"file": SimpleUploadedFile("photo.png", b"<script>alert(1)</script>")}
    answer = sign_in(cast.lena).post(address(a_report(cast), "attach"), sent)
    assert answer.status_code == 400
    assert "Attach png, jpeg, gif, pdf" in answer.text


def test_two_files_from_one_form_are_both_kept(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast)
    lena = sign_in(cast.lena)
    for name in ("one.txt", "two.txt"):
        sent = {"file": SimpleUploadedFile(name, name.encode()), "idempotency_key": name}
        lena.post(address(report, "attach"), sent)
    assert sorted(report.attachments.values_list("name", flat=True)) == ["one.txt", "two.txt"]


def test_a_report_that_was_routed_out_of_sight_leads_home(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast, product_area="login")
    cast.billing.readers = "restricted"
    cast.billing.save(update_fields=["readers"])
    cast.sami.memberships.create(team=cast.partners, role="reporter")
    answer = sign_in(cast.sami).post(address(report, "route"), {"product_area": "invoicing"})
    assert answer["Location"] == "/"
    report.refresh_from_db()
    assert report.team == cast.billing


def test_a_verb_that_does_not_exist_is_404(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast)
    for verb in ("explode", "hand_back", "return_", "file"):
        assert sign_in(cast.rhea).post(address(report, verb)).status_code == 404


def test_a_form_without_its_token_is_refused(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.rhea)
    assert browser.post(address(a_report(cast), "watch")).status_code == 403


def test_assigning_has_a_budget(cast: Cast, sign_in: SignIn) -> None:
    rhea = sign_in(cast.rhea)
    report = a_report(cast)
    rhea.get("/desk/")
    budgets.holds(
        "POST /problem-reports/PR-1/assign/",
        lambda: rhea.post(address(report, "assign"), {"assignee": "ines", "idempotency_key": "k"}),
        status=302,
        warm=False,
    )

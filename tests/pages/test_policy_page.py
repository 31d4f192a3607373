"""The settings' page of what a team promises: look first, then publish for new reports or for open ones too."""

import re
from typing import Any

import pytest
from django.test import Client

from problem_reports.clocks import policies
from problem_reports.clocks.models import PolicyVersion
from problem_reports.models import ProblemReport, Timer
from teams.lifecycle import Readers
from teams.models import Membership
from tests import budgets
from tests.cast import Cast
from tests.clocks.test_explained import filed, then
from tests.factories import a_report
from tests.pages.conftest import SignIn
from triage.team_settings.policy_form import PolicyForm

__all__ = ["then"]
ADDRESS = "/settings/billing/policy/"


@pytest.fixture
def adam(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.adam)


def typed(**changes: Any) -> dict[str, str]:
    """The present values as a browser would send them, with changes; a box that is not ticked is not sent."""
    values = PolicyForm.first_values(policies.default()) | {"version": 1} | changes
    return {
        name: "on" if value is True else str(value)
        for name, value in values.items()
        if value is not False
    }


def stamp_of(page: str) -> str:
    (found,) = re.findall(r'name="previewed" value="(\w+)"', page)
    return found


def publish(browser: Client, applies: str = "new", **changes: Any) -> Any:
    sent = typed(**changes)
    stamp = stamp_of(browser.post(ADDRESS, sent).text)
    return browser.post(
        ADDRESS, sent | {"previewed": stamp, "publish": "1", "applies": applies}, follow=True
    )


def test_it_shows_the_present_values(adam: Client) -> None:
    page = adam.get(ADDRESS).text
    for name, value in (("first_response_P1", 4), ("timebox", 8), ("next_update_P0", 2)):
        assert re.search(rf'name="{name}" value="{value}"', page), name
    assert re.search(r'name="first_response_P0_always"[^>]* checked', page)
    assert "Version 1, in force" in page
    assert "as a team begins" in page


def test_looking_publishes_nothing_and_says_what_would_be_late(cast: Cast, adam: Client) -> None:
    report = a_report(cast, impact="everyone", urgency="critical", source="web")
    page = adam.post(ADDRESS, typed(first_response_P0=0, first_response_P0_minutes=30))
    assert page.status_code == 200
    assert "<b>0</b> of 1 open report would be late at once" in page.text
    assert "the deadlines of 1 would move" in page.text
    assert f">{report.reference}</a></td><td>{report.title}</td>" in page.text
    assert PolicyVersion.objects.filter(team=cast.billing).count() == 1
    assert Timer.objects.filter(report=report, epoch=2).count() == 0


def test_a_report_that_would_be_late_at_once_is_named_with_both_moments(
    then: Cast, sign_in: SignIn
) -> None:
    report = filed(then, "P1", "03-10 09:00")
    # As if it had been filed now: what is late already is not counted.
    later = {"due_at": "2099-01-01T10:00:00Z", "warn_at": "2099-01-01T09:00:00Z"}
    Timer.objects.filter(report=report).update(
        state="armed", stage=0, escalate_at="2099-01-02T10:00:00Z", **later
    )
    page = sign_in(then.adam).post(ADDRESS, typed(first_response_P1=1)).text
    assert "<b>1</b> of 1 open report would be late at once" in page
    row = page.split(f">{report.reference}</a>")[1].split("</tr>")[0]
    assert "<td>First answer P1</td><td>Thu 1 Jan 11:00</td><td>Mon 10 Mar 10:00</td>" in row
    assert 'class="late">late at once' in row


def test_published_for_new_reports_it_leaves_open_ones_alone(cast: Cast, adam: Client) -> None:
    report = a_report(cast)
    page = publish(adam, "new", first_response_P1=2).text
    assert "Version 2 is published; it counts for what is filed from now on." in page
    assert "Version 2, in force" in page
    assert "Adam" in page.split("Version 2, in force")[1].split("</summary>")[0]
    assert not Timer.objects.filter(report=report, epoch=2).exists()


def test_published_for_open_reports_too_it_moves_them(cast: Cast, adam: Client) -> None:
    report = a_report(cast)
    page = publish(adam, "open", first_response_P2=2, first_response_P1=2).text
    assert "Version 2 is published; the open reports are promised anew." in page
    assert Timer.objects.filter(report=report, epoch=2, armed_because="policy").exists()
    assert ProblemReport.objects.get(pk=report.pk).version == report.version + 1


def test_what_was_changed_since_it_was_looked_at_is_looked_at_first(
    cast: Cast, adam: Client
) -> None:
    sent = typed(first_response_P1=2)
    stamp = stamp_of(adam.post(ADDRESS, sent).text)
    other = typed(first_response_P1=3, previewed=stamp, publish="1", applies="open")
    answer = adam.post(ADDRESS, other)
    assert answer.status_code == 400
    assert "You changed the targets: below is what they would do now." in answer.text
    assert PolicyVersion.objects.filter(team=cast.billing).count() == 1
    assert stamp_of(answer.text) != stamp


def test_to_which_reports_it_applies_must_be_said(cast: Cast, adam: Client) -> None:
    sent = typed(first_response_P1=2)
    stamp = stamp_of(adam.post(ADDRESS, sent).text)
    answer = adam.post(ADDRESS, sent | {"previewed": stamp, "publish": "1"})
    assert answer.status_code == 400
    assert "Say to which reports it applies." in answer.text


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"first_response_P1": 0}, "More than nothing, and at most 2000 hours."),
        ({"first_response_P1": "soon"}, "Enter a whole number."),
        ({"timebox": -3}, "Ensure this value is greater than or equal to 0."),
        ({"timebox_minutes": 75}, "Ensure this value is less than or equal to 59."),
        ({"classification_P3": 9_999_999_999}, "Ensure this value is less than or equal to 2000."),
        ({"warn_percent": 100}, "Ensure this value is less than or equal to 99."),
        ({"escalate_percent": ""}, "This field is required."),
        ({"applies": "all"}, "Select a valid choice."),
    ],
)
def test_what_makes_no_sense_is_said_by_field_and_what_was_typed_is_kept(
    cast: Cast, adam: Client, wrong: dict[str, Any], why: str
) -> None:
    answer = adam.post(ADDRESS, typed(next_update_P3=47) | {k: str(v) for k, v in wrong.items()})
    assert answer.status_code == 400
    assert why in answer.text
    assert 'name="next_update_P3" value="47"' in answer.text
    ((name, value),) = wrong.items()
    if name != "applies":
        assert f'name="{name}" value="{value}"' in answer.text or value == ""
    assert PolicyVersion.objects.filter(team=cast.billing).count() == 1


def test_a_second_version_from_the_same_page_is_refused_with_412(cast: Cast, adam: Client) -> None:
    assert publish(adam).status_code == 200
    sent = typed()
    stamp = stamp_of(adam.post(ADDRESS, sent).text)
    answer = adam.post(ADDRESS, sent | {"previewed": stamp, "publish": "1", "applies": "new"})
    assert answer.status_code == 412
    assert "Somebody published another version" in answer.text


def test_a_lead_publishes_and_a_developer_only_reads(cast: Cast, sign_in: SignIn) -> None:
    assert "Version 2 is published" in publish(sign_in(cast.rhea)).text
    ines = sign_in(cast.ines)
    page = ines.get(ADDRESS).text
    assert "Only a lead or an admin of Billing changes what it promises." in page
    assert 'name="first_response_P1"' not in page
    assert "Version 2, in force" in page
    assert ines.post(ADDRESS, typed()).status_code == 403


def test_a_support_team_promises_nothing(cast: Cast, adam: Client) -> None:
    assert adam.get("/settings/services/policy/").status_code == 404
    assert "/settings/services/policy/" not in adam.get("/settings/services/calendars/").text


def test_of_reports_that_an_admin_may_not_read_nothing_is_told_not_even_how_many(
    cast: Cast, adam: Client, sign_in: SignIn
) -> None:
    cast.billing.readers, cast.billing.reading_roles = Readers.RESTRICTED, ["developer"]
    cast.billing.save()
    Membership.objects.filter(person=cast.adam, role="developer").delete()
    a_report(cast, title="Salaries of everybody")
    sent = typed(first_response_P1=1, first_response_P2=1)
    page = adam.post(ADDRESS, sent).text
    assert "<b>0</b> of 0 open reports" in page
    assert "the deadlines of 0 would move" in page
    assert "Salaries" not in page
    assert "0 open reports count by these hours" in adam.get("/settings/billing/calendars/").text
    page = sign_in(cast.rhea).post(ADDRESS, sent).text  # her team's
    assert "the deadlines of 1 would move" in page
    assert "Salaries" in page


def test_the_preview_takes_as_many_queries_for_40_reports_as_for_20(
    cast: Cast, adam: Client
) -> None:
    sent = typed(first_response_P1=1, first_response_P2=1)
    budgets.holds(
        "POST /settings/billing/policy/ (preview)",
        lambda: adam.post(ADDRESS, sent),
        grow=lambda: a_report(cast),
    )
    budgets.holds("page settings policy", lambda: adam.get(ADDRESS))

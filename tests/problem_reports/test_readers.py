"""Who knows that a report, or its bug, exists: the setting of the team, the support team that filed, the duty."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bugs.policy import sees_inside as sees_inside_bug
from bugs.querysets import visible_to as bugs_visible_to
from foundation import clock
from foundation.errors import Invalid, NotAllowed
from oncall.models import Duty
from problem_reports import policy, services
from problem_reports.models import ProblemReport
from problem_reports.querysets import areas_visible_to, history, viewer, visible_to
from teams.lifecycle import Readers, Role
from teams.models import Membership, Person, Team
from tests.cast import Cast
from tests.factories import a_bug, a_report


def readers(cast: Cast, report: ProblemReport) -> set[str]:
    return {
        name
        for name, person in cast.everybody.items()
        if visible_to(viewer(person, clock.now())).filter(pk=report.pk).exists()
    }


def read_by(team: Team, setting: str, *roles: str) -> None:
    team.readers, team.reading_roles = setting, list(roles)
    team.save()


FILED = {"lena", "leo", "adam"}
BILLING = {"rhea", "otto", "ines", "pia", "adam", "robot"}


def test_a_team_that_reads_for_itself_shares_with_who_filed(cast: Cast) -> None:
    assert readers(cast, a_report(cast)) == FILED | BILLING


def test_what_the_company_reads_all_delivery_teams_read_but_no_other_support_team(
    cast: Cast,
) -> None:
    report = a_report(cast, product_area="login")
    assert readers(cast, report) == FILED | BILLING | {"sami"}


def test_a_restricted_report_is_for_named_roles_the_duty_holders_and_who_filed(cast: Cast) -> None:
    read_by(cast.billing, Readers.RESTRICTED, Role.PRODUCT_OWNER)
    assert readers(cast, a_report(cast)) == {"lena", "pia", "rhea", "otto"}


def test_the_lead_of_a_support_team_is_no_developer(cast: Cast) -> None:
    Membership.objects.create(person=cast.stranger, team=cast.partners, role=Role.LEAD)
    report = a_report(cast, product_area="login")
    assert "stranger" not in readers(cast, report)
    bug = a_bug(cast)
    assert not bugs_visible_to(viewer(cast.stranger, clock.now())).filter(pk=bug.pk).exists()


def test_who_holds_the_duty_is_of_the_team_for_as_long_as_it_lasts(cast: Cast) -> None:
    bug, report = a_bug(cast), a_report(cast)
    duty = Duty.objects.get(team=cast.billing, duty="release_manager")
    duty.person = cast.stranger  # without any role
    duty.save()
    now, after = viewer(cast.stranger, clock.now()), viewer(cast.stranger, duty.during.upper)
    assert visible_to(now).filter(pk=report.pk).exists()
    assert bugs_visible_to(now).filter(pk=bug.pk).exists()
    assert policy.sees_inside(now, report)
    assert sees_inside_bug(now, bug)
    assert not visible_to(after).exists()
    assert not bugs_visible_to(after).exists()


@pytest.mark.parametrize(
    ("name", "areas"),
    [
        ("lena", {"invoicing", "payments", "login"}),  # support files into every team
        ("ines", {"invoicing", "payments", "login"}),  # Platform is read by the company
        ("sami", {"login"}),  # Billing is not
        ("stranger", set()),
    ],
)
def test_one_files_into_the_areas_that_one_may_see(cast: Cast, name: str, areas: set[str]) -> None:
    who = viewer(getattr(cast, name), clock.now())
    assert {area.slug for area in areas_visible_to(who)} == areas


def test_ones_own_areas_come_first(cast: Cast) -> None:
    slugs = [area.slug for area in areas_visible_to(viewer(cast.ines, clock.now()))]
    assert slugs == ["invoicing", "payments", "login"]


def test_the_reporter_knows_of_the_bug_and_sees_nothing_inside(cast: Cast) -> None:
    bug = a_bug(cast)
    lena = viewer(cast.lena, clock.now())
    assert bugs_visible_to(lena).filter(pk=bug.pk).exists()
    assert not sees_inside_bug(lena, bug)
    paul = viewer(cast.paul, clock.now())
    assert not bugs_visible_to(paul).exists()


def verbs_read_by(person: Person, report: ProblemReport) -> list[str]:
    inside = policy.sees_inside(viewer(person, clock.now()), report)
    return [item.verb for item in history(report, inside=inside)]


def test_the_reporter_reads_no_notes(cast: Cast) -> None:
    report = a_report(cast, "investigating")
    services.note(report.pk, message="Smells of rounding.", by=cast.otto, at=clock.now())
    assert verbs_read_by(cast.lena, report) == ["filed", "assigned", "started"]
    assert verbs_read_by(cast.pia, report) == ["filed", "assigned", "started", "noted"]


def test_of_the_bug_the_reporter_reads_what_the_promise_is_made_of(cast: Cast) -> None:
    bug = a_bug(cast, "verified")
    report = ProblemReport.objects.get(living__bug=bug)
    assert verbs_read_by(cast.lena, report) == [
        *("filed", "assigned", "started", "opened", "classified"),
        *("injected", "fixed", "verified"),
    ]
    assert "estimated" in verbs_read_by(cast.pia, report)


def test_no_reporter_reads_the_reference_of_another_teams_report(cast: Cast) -> None:
    bug = a_bug(cast)
    first = ProblemReport.objects.get(living__bug=bug)
    second = a_report(cast, "assigned", by=cast.paul)
    services.classify(
        second.pk,
        outcome="bug",
        message="We know it.",
        hours=Decimal(1),
        existing_bug=bug.pk,
        by=cast.ines,
        at=clock.now(),
    )
    told = history(second, inside=False)
    assert "opened" in [item.verb for item in told]
    assert not [item for item in told if first.reference in f"{item.words} {item.data}"]


def test_a_bug_known_by_a_restricted_report_is_known_to_who_filed_it_alone(cast: Cast) -> None:
    bug = a_bug(cast)
    read_by(cast.billing, Readers.RESTRICTED)
    assert bugs_visible_to(viewer(cast.lena, clock.now())).filter(pk=bug.pk).exists()
    assert not bugs_visible_to(viewer(cast.leo, clock.now())).filter(pk=bug.pk).exists()


def test_a_person_without_a_team_files_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="no team"):
        a_report(cast, by=cast.stranger)


def test_an_area_that_is_not_there_is_a_field_error(cast: Cast) -> None:
    for slug, by in (("nowhere", cast.lena), ("invoicing", cast.sami)):
        with pytest.raises(Invalid) as refused:
            a_report(cast, product_area=slug, by=by)
        assert list(refused.value.fields) == ["product_area"]


def test_the_filing_team_is_the_support_team_of_who_files(cast: Cast) -> None:
    assert a_report(cast, by=cast.leo).filing_team == cast.services
    assert a_report(cast, by=cast.adam).filing_team == cast.services
    assert a_report(cast, by=cast.ines).filing_team == cast.billing


def test_a_past_duty_shows_nothing_before_it_began(cast: Cast) -> None:
    before = viewer(cast.sami, cast.now - timedelta(days=401))
    assert not before.duties
    assert before.works_in_delivery  # by role

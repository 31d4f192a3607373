"""Who investigates: given by the release manager, or taken below the team's limit (PR-9)."""

import pytest

from foundation import clock
from foundation.errors import Conflict, NotAllowed, RuleBroken, Stale
from journal.models import Event
from problem_reports import services
from problem_reports.models import ProblemReport
from problem_reports.querysets import candidates
from teams.models import Membership, Person
from tests.cast import Cast
from tests.factories import a_report
from tests.problem_reports.acts import perform


def assign(cast: Cast, report: ProblemReport, assignee: Person) -> ProblemReport:
    return services.assign(report.pk, assignee=assignee, by=cast.rhea, at=clock.now())


def take(cast: Cast, report: ProblemReport, by: Person) -> ProblemReport:
    return services.take(report.pk, by=by, at=clock.now())


def prioritised(cast: Cast) -> ProblemReport:
    return services.prioritise(a_report(cast).pk, priority="P2", by=cast.rhea, at=clock.now())


def test_it_is_theirs_and_the_history_says_so(cast: Cast) -> None:
    report = assign(cast, a_report(cast), cast.ines)
    assert ProblemReport.objects.get(pk=report.pk).assignee == cast.ines
    event = Event.objects.get(name="problem_report.assigned")
    assert (event.by, event.data) == (cast.rhea, {"assignee": "ines"})


@pytest.mark.parametrize("second", ["otto", "ines"])
def test_a_second_assignment_is_told_who_has_it_also_when_it_is_the_same_person(
    cast: Cast, second: str
) -> None:
    report = assign(cast, a_report(cast), cast.ines)
    with pytest.raises(Conflict, match="Ines has it already") as refused:
        assign(cast, report, getattr(cast, second))
    assert refused.value.extra == {"assigned_to": "ines"}


def test_of_a_closed_report_nobody_is_named_as_its_holder(cast: Cast) -> None:
    report = a_report(cast, "closed")
    with pytest.raises(Conflict, match="It is closed") as refused:
        assign(cast, report, cast.otto)
    assert refused.value.extra == {}


@pytest.mark.parametrize("name", ["pia", "lena", "sami", "stranger", "adam"])
def test_only_developers_of_the_team_investigate(cast: Cast, name: str) -> None:
    report = a_report(cast)
    with pytest.raises(RuleBroken, match="not a developer of Billing"):
        assign(cast, report, getattr(cast, name))
    assert ProblemReport.objects.get(pk=report.pk).assignee is None


def test_who_has_left_is_not_assigned(cast: Cast) -> None:
    Person.objects.filter(pk=cast.otto.pk).update(is_active=False)
    with pytest.raises(RuleBroken):
        assign(cast, a_report(cast), cast.otto)


def test_an_old_version_is_stale_and_none_is_asked_for(cast: Cast) -> None:
    report = prioritised(cast)
    with pytest.raises(Stale):
        services.assign(
            report.pk, assignee=cast.ines, by=cast.rhea, at=clock.now(), version=report.version - 1
        )
    assign(cast, report, cast.ines)


def test_a_developer_takes_what_was_prioritised(cast: Cast) -> None:
    report = take(cast, prioritised(cast), cast.otto)
    assert (report.assignee, report.state) == (cast.otto, "assigned")


def test_what_nobody_has_prioritised_is_not_taken(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="prioritises it first"):
        take(cast, a_report(cast), cast.otto)


def test_at_the_limit_nothing_more_is_taken(cast: Cast) -> None:
    first, second = prioritised(cast), prioritised(cast)
    take(cast, first, cast.otto)
    with pytest.raises(NotAllowed, match="You hold 1 of 1"):
        take(cast, second, cast.otto)
    take(cast, second, cast.ines)  # the limit is each developer's own


def test_the_limit_is_the_teams(cast: Cast) -> None:
    cast.billing.investigation_limit = 2
    cast.billing.save()
    for _ in range(2):
        take(cast, prioritised(cast), cast.otto)
    with pytest.raises(NotAllowed, match="2 of 2"):
        take(cast, prioritised(cast), cast.otto)


@pytest.mark.parametrize("verb", ["classify", "hand_back", "ask"])
def test_room_is_made_by_what_ends_or_rests(cast: Cast, verb: str) -> None:
    report = take(cast, prioritised(cast), cast.otto)
    perform(verb, cast, report)
    assert take(cast, prioritised(cast), cast.otto).assignee == cast.otto


def test_an_investigation_of_another_team_does_not_count(cast: Cast) -> None:
    Membership.objects.create(person=cast.otto, team=cast.platform, role="developer")
    there = a_report(cast, product_area="login")
    services.assign(there.pk, assignee=cast.otto, by=cast.sami, at=clock.now())
    take(cast, prioritised(cast), cast.otto)


def test_the_release_manager_sees_load_expertise_and_duty_of_each(cast: Cast) -> None:
    assign(cast, a_report(cast), cast.otto)
    a_report(cast, "closed")  # by Ines, in Invoicing
    shown = {
        p.username: (p.open_investigations, p.knows_area, p.is_expert, p.is_on_call)  # type: ignore[attr-defined]
        for p in candidates(a_report(cast), clock.now())
    }
    assert shown["otto"] == (1, 0, False, True)
    assert shown["ines"] == (0, 1, True, False)
    assert set(shown) == {"ines", "otto", "rhea", "robot"}
    assert next(iter(shown)) == "ines", "who knows the area comes first"


def test_a_report_handed_back_is_nobodys(cast: Cast) -> None:
    report = a_report(cast, "investigating")
    services.hand_back(report.pk, by=cast.ines, at=clock.now())
    report = ProblemReport.objects.get(pk=report.pk)
    assert (report.state, report.assignee, report.started_at) == ("to_be_investigated", None, None)


def test_the_hours_count_from_the_start(cast: Cast) -> None:
    at = clock.now()
    report = services.start(a_report(cast, "assigned").pk, by=cast.ines, at=at)
    assert report.started_at == at

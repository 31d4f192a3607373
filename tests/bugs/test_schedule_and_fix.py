"""From a decision to the verified fix: schedule, postpone, decline, fix, verify, reopen (BUG-1, BUG-5, BUG-6)."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bugs import services
from bugs.models import Bug, BugLink
from foundation import clock
from foundation.errors import Invalid, NotAllowed, RuleBroken
from journal.models import Event
from sprints import services as sprints
from sprints.models import Sprint
from tests.bugs.acts import perform
from tests.bugs.test_inject import ledger, reserve
from tests.cast import Cast, today_there
from tests.factories import a_bug, a_running_sprint, a_sprint


def test_scheduling_needs_the_developers_estimate(cast: Cast) -> None:
    bug, sprint = a_bug(cast), a_sprint(cast)
    with pytest.raises(RuleBroken, match="estimate comes first"):
        services.schedule(bug.pk, sprint_id=sprint.pk, by=cast.rhea, at=clock.now())
    perform("estimate", cast, bug)
    bug = services.schedule(bug.pk, sprint_id=sprint.pk, by=cast.rhea, at=clock.now())
    assert (bug.state, bug.sprint, bug.was_injected) == ("scheduled", sprint, False)
    event = Event.objects.get(name="bug.scheduled")
    assert event.data == {"sprint": sprint.reference, "ends_on": sprint.ends_on.isoformat()}


def test_a_bug_is_scheduled_into_a_sprint_that_has_not_started(cast: Cast) -> None:
    bug = a_bug(cast)
    perform("estimate", cast, bug)
    with pytest.raises(RuleBroken, match="has not started"):
        perform("schedule", cast, bug, sprint_id=a_running_sprint(cast).pk)
    theirs = a_sprint(cast, team=cast.platform, by=cast.adam)
    with pytest.raises(RuleBroken, match="of Platform"):
        perform("schedule", cast, bug, sprint_id=theirs.pk)


def test_the_review_of_a_postponed_bug_is_in_the_future(cast: Cast) -> None:
    bug, today = a_bug(cast, "scheduled"), today_there()
    with pytest.raises(RuleBroken, match="future"):
        perform("postpone", cast, bug, until=today)
    bug = perform("postpone", cast, bug, until=today + timedelta(days=1))
    assert (bug.sprint, bug.review_on) == (None, today + timedelta(days=1))
    assert perform("decline", cast, bug).review_on is None


@pytest.mark.parametrize("verb", ["postpone", "decline"])
def test_a_decision_against_says_why(cast: Cast, verb: str) -> None:
    with pytest.raises(Invalid):
        perform(verb, cast, a_bug(cast), reason=" ")


def test_a_fix_names_its_code_and_spends_what_was_held(cast: Cast) -> None:
    sprint, bug = a_running_sprint(cast), a_bug(cast, "in_progress", points=4)
    at = clock.now()
    urls = ["https://git.example.org/pull/9", "https://git.example.org/commit/abc"]
    bug = services.fix(bug.pk, links=[*urls, urls[0]], by=cast.ines, at=at)
    assert (bug.state, bug.fixed_by, bug.fixed_at) == ("fixed", cast.ines, at)
    assert [link.url for link in BugLink.objects.order_by("pk")] == urls
    assert ledger(sprint)[-1] == ("debit", Decimal(4), bug.pk)
    assert reserve(sprint) == {"size": 10, "held": 0, "spent": 4, "overdraft": 0, "available": 6}


def test_a_fix_without_a_link_is_none(cast: Cast) -> None:
    bug = a_bug(cast, "in_progress")
    with pytest.raises(RuleBroken, match="at least one link"):
        services.fix(bug.pk, links=[], by=cast.ines, at=clock.now())
    assert Bug.objects.get(pk=bug.pk).state == "in_progress"


def test_planned_work_draws_nothing_from_the_reserve(cast: Cast) -> None:
    bug = a_bug(cast, "scheduled")
    sprint = Sprint.objects.get(pk=bug.sprint_id)
    sprints.start(sprint.pk, by=cast.pia, at=clock.now())
    perform("start", cast, bug)
    perform("fix", cast, bug)
    assert len(ledger(sprint)) == 1
    assert reserve(sprint)["spent"] == 0


def test_who_fixed_it_does_not_verify_it(cast: Cast) -> None:
    bug = a_bug(cast, "fixed")
    with pytest.raises(NotAllowed, match="other than who fixed it"):
        services.verify(bug.pk, by=cast.ines, at=clock.now())
    at = clock.now()
    bug = services.verify(bug.pk, by=cast.pia, at=at)
    assert (bug.state, bug.verified_at) == ("verified", at)


@pytest.mark.parametrize("state", ["fixed", "verified", "declined"])
def test_what_comes_back_is_scheduled_again_and_what_was_spent_stays_spent(
    cast: Cast, state: str
) -> None:
    bug = a_bug(cast, state, points=4)
    bug = perform("reopen", cast, bug)
    assert bug.state == "to_be_scheduled"
    assert (bug.sprint, bug.injected_at_price) == (None, None)
    assert (bug.fixed_by, bug.fixed_at, bug.verified_at) == (None, None, None)
    if state != "declined":
        assert reserve(a_running_sprint(cast))["spent"] == 4
        assert bug.links.count() == 1, "what was tried stays known"


def test_reopening_says_why(cast: Cast) -> None:
    with pytest.raises(Invalid):
        perform("reopen", cast, a_bug(cast, "verified"), reason="")


def test_another_priority_keeps_its_reason_for_the_team(cast: Cast) -> None:
    perform("prioritise", cast, a_bug(cast), priority="P2", reason="One customer")
    event = Event.objects.get(name="bug.prioritised")
    assert (event.data, event.text and event.text.body) == (
        {"priority": "P2", "was": "P1"},
        "One customer",
    )


def test_a_review_date_is_ahead_where_the_team_works(cast: Cast) -> None:
    """Half an hour into a day of Brussels it is still yesterday in UTC: today is no date ahead (BUG-2)."""
    brussels = ZoneInfo("Europe/Brussels")
    today = cast.now.astimezone(brussels).date()
    early = datetime(today.year, today.month, today.day, 0, 30, tzinfo=brussels)
    for until in (today, today - timedelta(days=1)):
        with pytest.raises(RuleBroken, match="review date is in the future"):
            services.postpone(a_bug(cast).pk, until=until, reason="Rare", by=cast.rhea, at=early)

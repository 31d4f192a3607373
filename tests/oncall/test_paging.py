"""A page tells whom its policy names, step by step, once each, until somebody answers (ONC-6)."""

from datetime import timedelta
from typing import Any

import pytest

from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed, RuleBroken, Stale
from journal.models import Event, Pending
from oncall import services
from oncall.lifecycle import PageState
from oncall.models import Duty, EscalationPolicy, Page, PageStep
from oncall.rules import ON_CALL, RELEASE_MANAGER
from oncall.rules.escalation import Step
from oncall.services import paging
from teams.models import Membership, Person
from tests.cast import Cast
from tests.factories import a_report


def a_page(cast: Cast, priority: str = "P0", **told: Any) -> Page:
    report = told.pop("report", None) or a_report(cast)
    said = {"by": cast.ines, "at": clock.now(), "area": cast.invoicing, "reason": "Nothing prints"}
    return paging.page(cast.billing, priority=priority, report=report.pk, **{**said, **told})


def later(page: Page) -> Page:
    """The page's next moment has come, and the clock looks."""
    Page.objects.filter(pk=page.pk, state="paging").update(next_at=clock.now())
    paging.sweep()
    return Page.objects.get(pk=page.pk)


def whom(page: Page) -> list[tuple[int, str]]:
    return list(page.told.order_by("pk").values_list("step", "person__username"))


def make_lead(cast: Cast, person: Person) -> None:
    Membership.objects.create(person=person, team=cast.billing, role="lead")


def names(page: Page) -> list[str]:
    rows = Event.objects.filter(kind="page", subject=page.pk).order_by("pk")
    return list(rows.values_list("name", flat=True))


def test_a_p0_tells_who_is_on_call_and_an_expert_at_once(cast: Cast) -> None:
    page = a_page(cast)
    assert whom(page) == [(1, "otto"), (1, "ines")]
    assert page.next_at is not None
    assert page.next_at - page.at == timedelta(minutes=5)
    assert names(page) == ["page.paged", "page.told"]
    told = Event.objects.get(name="page.told")
    assert told.data == {"step": 1, "people": ["otto", "ines"]}
    assert Pending.objects.filter(event=told).exists()


def test_a_p1_tells_who_is_on_call_alone(cast: Cast) -> None:
    assert whom(a_page(cast, "P1")) == [(1, "otto")]


def test_nobody_is_told_before_it_starts(cast: Cast) -> None:
    page = a_page(cast, "P1", starts_at=clock.now() + timedelta(hours=9))
    paging.sweep()
    assert whom(page) == []
    assert whom(later(page)) == [(1, "otto")]


def test_it_escalates_step_by_step_until_all_are_told_and_then_gives_up(cast: Cast) -> None:
    page = later(a_page(cast, "P1"))
    assert whom(page) == [(1, "otto"), (2, "rhea")]
    page = later(page)
    assert whom(page) == [(1, "otto"), (2, "rhea"), (3, "rhea")]
    assert later(page).state == PageState.EXHAUSTED
    assert names(page)[-1] == "page.exhausted"
    assert paging.sweep() == 0


def test_what_is_not_due_is_left_alone(cast: Cast) -> None:
    page = a_page(cast)
    assert paging.sweep() == 0
    assert Page.objects.get(pk=page.pk).step == 1


def test_a_step_that_reaches_nobody_is_passed_at_once(cast: Cast) -> None:
    policy(cast, Step(0, ("person:pia",)), Step(5, (ON_CALL,)))
    cast.pia.is_active = False
    cast.pia.save()
    page = a_page(cast, "P1")
    paging.sweep()
    assert whom(page) == [(2, "otto")]


def test_a_gap_falls_to_the_lead(cast: Cast) -> None:
    Duty.objects.filter(team=cast.billing, duty=ON_CALL).delete()
    assert whom(a_page(cast, "P1")) == [(1, "rhea")]


def test_a_gap_in_the_release_manager_s_duty_falls_to_the_lead_too(cast: Cast) -> None:
    page = a_page(cast, "P1")
    Duty.objects.filter(team=cast.billing, duty=RELEASE_MANAGER).delete()
    make_lead(cast, cast.pia)
    assert [name for step, name in whom(later(page)) if step == 2] == ["rhea", "pia"]


def test_who_is_away_is_not_woken_as_an_expert_nor_as_one_of_several_leads(cast: Cast) -> None:
    Duty.objects.filter(team=cast.billing, duty=ON_CALL).delete()
    make_lead(cast, cast.pia)
    for person in (cast.ines, cast.rhea):
        span = {"start": clock.now(), "end": clock.now() + timedelta(days=1)}
        services.record_absence(person, **span, by=person, at=clock.now())
    assert whom(a_page(cast)) == [(1, "pia")]


def test_when_every_lead_is_away_they_are_told_all_the_same(cast: Cast) -> None:
    Duty.objects.filter(team=cast.billing, duty=ON_CALL).delete()
    span = {"start": clock.now(), "end": clock.now() + timedelta(days=1)}
    services.record_absence(cast.rhea, **span, by=cast.rhea, at=clock.now())
    assert whom(a_page(cast, "P1")) == [(1, "rhea")]


def test_who_is_told_is_who_holds_the_duty_at_that_moment(cast: Cast) -> None:
    page = a_page(cast, "P1")
    Duty.objects.filter(team=cast.billing, duty="release_manager").update(person=cast.pia)
    assert whom(later(page))[-1] == (2, "pia")


def test_after_an_outage_each_still_has_their_minutes(cast: Cast) -> None:
    page = a_page(cast, "P1")
    long_ago = (clock.now() - timedelta(hours=6)).isoformat()
    steps = [{**row, "at": long_ago} for row in page.steps]
    Page.objects.filter(pk=page.pk).update(steps=steps, next_at=clock.now() - timedelta(hours=5))
    paging.sweep()
    page.refresh_from_db()
    assert page.step == 2
    assert page.next_at is not None
    assert page.next_at > clock.now() + timedelta(minutes=9)


def test_one_page_at_a_time_for_a_report(cast: Cast) -> None:
    page = a_page(cast)
    with pytest.raises(Conflict, match=f"being paged for PR-{page.report} already"):
        paging.page(cast.billing, priority="P0", report=page.report, by=cast.rhea, at=clock.now())
    paging.acknowledge(page.pk, by=cast.otto, at=clock.now())
    again = paging.page(
        cast.billing, priority="P0", report=page.report, by=cast.rhea, at=clock.now()
    )
    assert again.pk != page.pk


def test_who_files_for_l1_does_not_page(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="a P0 pages by itself"):
        a_page(cast, by=cast.lena)
    with pytest.raises(NotAllowed, match="Only people of a delivery team"):
        a_page(cast, by=cast.robot)


# Acknowledge


def test_who_acknowledges_ends_the_paging(cast: Cast) -> None:
    page = paging.acknowledge(a_page(cast).pk, by=cast.otto, at=clock.now())
    assert (page.state, page.acknowledged_by, page.next_at) == ("acknowledged", cast.otto, None)
    assert paging.sweep() == 0
    assert names(page)[-1] == "page.acknowledged"


def test_acknowledging_twice_is_once_and_another_is_told_who_was_first(cast: Cast) -> None:
    page = a_page(cast)
    for _ in range(2):
        paging.acknowledge(page.pk, by=cast.otto, at=clock.now())
    assert names(page).count("page.acknowledged") == 1
    with pytest.raises(Conflict, match="Otto has acknowledged it already"):
        paging.acknowledge(page.pk, by=cast.rhea, at=clock.now())


def test_a_late_answer_still_counts(cast: Cast) -> None:
    page = a_page(cast)
    while page.state == "paging":
        page = later(page)
    assert paging.acknowledge(page.pk, by=cast.pia, at=clock.now()).state == "acknowledged"


def test_who_was_told_answers_also_from_another_team(cast: Cast) -> None:
    page = a_page(cast)
    with pytest.raises(NotAllowed, match="and who was paged, answer this page"):
        paging.acknowledge(page.pk, by=cast.sami, at=clock.now())
    duty = Duty.objects.get(team=cast.billing, duty="release_manager")
    Duty.objects.filter(pk=duty.pk).update(person=cast.sami)
    later(page)
    Duty.objects.filter(pk=duty.pk).update(person=cast.rhea)
    assert paging.acknowledge(page.pk, by=cast.sami, at=clock.now()).acknowledged_by == cast.sami


def test_an_old_version_does_not_acknowledge(cast: Cast) -> None:
    page = a_page(cast)
    with pytest.raises(Stale):
        paging.acknowledge(page.pk, by=cast.otto, at=clock.now(), version=1)


# Escalate


def test_escalating_tells_the_next_step_now(cast: Cast) -> None:
    page = paging.escalate(a_page(cast, "P1").pk, by=cast.otto, at=clock.now())
    assert whom(page) == [(1, "otto"), (2, "rhea")]
    assert names(page)[-2:] == ["page.escalated", "page.told"]


def test_who_cannot_help_after_all_hands_it_on(cast: Cast) -> None:
    page = a_page(cast, "P1")
    paging.acknowledge(page.pk, by=cast.otto, at=clock.now())
    page = paging.escalate(page.pk, by=cast.otto, at=clock.now())
    assert (page.state, page.acknowledged_by) == ("paging", None)
    assert whom(page)[-1] == (2, "rhea")


def test_beyond_the_last_step_there_is_nobody(cast: Cast) -> None:
    page = later(later(a_page(cast)))
    with pytest.raises(RuleBroken, match="Every step was told"):
        paging.escalate(page.pk, by=cast.otto, at=clock.now())


# Stop, and priorities


def test_who_decides_stops_it_with_a_reason(cast: Cast) -> None:
    page = a_page(cast)
    with pytest.raises(Invalid):
        paging.stop(page.pk, reason=" ", by=cast.rhea, at=clock.now())
    with pytest.raises(NotAllowed, match="Only the release manager, the lead"):
        paging.stop(page.pk, reason="A drill", by=cast.ines, at=clock.now())
    assert paging.stop(page.pk, reason="A drill", by=cast.rhea, at=clock.now()).state == "stopped"
    with pytest.raises(Conflict, match="This page is stopped"):
        paging.acknowledge(page.pk, by=cast.otto, at=clock.now())
    assert paging.sweep() == 0


def test_a_p1_that_becomes_a_p0_waits_for_no_hours(cast: Cast) -> None:
    page = a_page(cast, "P1", as_stated=True, starts_at=clock.now() + timedelta(hours=9))
    act = {"by": paging.automatic(paging.CLOCK), "at": clock.now()}
    page = paging.prioritise(page.pk, priority="P0", **act)
    assert (page.as_stated, page.priority) == (False, "P0")
    paging.sweep()
    assert whom(page) == [(1, "otto"), (1, "ines")]


# The policy


def policy(cast: Cast, *steps: Step, **told: Any) -> EscalationPolicy:
    said = {"gives_up_after": 20, "p1": "any_hour", "by": cast.adam, "at": clock.now(), **told}
    return services.publish_escalation_policy(cast.billing.pk, steps=steps, **said)


def test_a_page_keeps_the_version_that_it_began_with(cast: Cast) -> None:
    page = a_page(cast, "P1")
    made = policy(cast, Step(0, ("person:pia",)), Step(7, ("lead",)))
    assert made.number == 2
    assert whom(later(page)) == [(1, "otto"), (2, "rhea")]
    fresh = a_page(cast, "P1")
    assert (fresh.policy_number, whom(fresh)) == (2, [(1, "pia")])
    assert page.policy_number == 1


def test_a_policy_that_reaches_nobody_is_refused_and_a_stranger_publishes_none(cast: Cast) -> None:
    with pytest.raises(Invalid, match="Step 1 names sami, who is not in the team"):
        policy(cast, Step(0, ("person:sami",)))
    with pytest.raises(NotAllowed, match="Only a lead or an admin"):
        policy(cast, Step(0, (ON_CALL,)), by=cast.otto)
    policy(cast, Step(0, (ON_CALL,)), version=1)
    with pytest.raises(Stale):
        policy(cast, Step(0, (ON_CALL,)), version=1)


def test_no_row_tells_twice(cast: Cast) -> None:
    page = a_page(cast)
    assert PageStep.objects.filter(page=page).count() == 2
    assert len({(r.step, r.person_id) for r in PageStep.objects.filter(page=page)}) == 2

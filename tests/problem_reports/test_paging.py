"""What happens to a report begins and ends a page; its letter says what burns and how to answer (ONC-6)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from channels.models import Mail, Notice, NoticePreference, ReadingHours
from channels.services import fan_out
from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed
from journal.models import Event
from oncall import services as oncall
from oncall.models import Page
from oncall.rules.escalation import DEFAULT
from oncall.services import paging
from problem_reports import services as reports
from problem_reports.clocks import rules
from problem_reports.clocks.policies import calendar
from problem_reports.models import ProblemReport
from tests.cast import Cast
from tests.factories import a_report

P0 = {"impact": "everyone", "urgency": "critical"}
P1 = {"impact": "many_users", "urgency": "critical"}


def a_p0(cast: Cast, **more: Any) -> ProblemReport:
    return a_report(cast, **{**P0, **more})


def page_of(report: ProblemReport) -> Page:
    return Page.objects.filter(report=report.pk).order_by("-pk")[0]


def act(person: Any) -> dict[str, Any]:
    return {"by": person, "at": clock.now()}


def told(page: Page) -> list[str]:
    return list(page.told.order_by("pk").values_list("person__username", flat=True))


def test_a_p0_is_paged_as_stated_the_moment_it_is_filed(cast: Cast) -> None:
    page = page_of(a_p0(cast))
    assert (page.priority, page.as_stated, page.state) == ("P0", True, "paging")
    assert told(page) == ["otto", "ines"]


def test_a_p2_and_an_import_page_nobody(cast: Cast) -> None:
    a_report(cast)
    a_p0(cast, source="import", at=clock.now() - timedelta(days=3))
    assert not Page.objects.exists()


def policy(cast: Cast, p1: str) -> None:
    told = {"steps": DEFAULT.steps, "gives_up_after": 15, "p1": p1}
    oncall.publish_escalation_policy(cast.billing.pk, **told, **act(cast.adam))  # type: ignore[arg-type]


def test_a_p1_waits_for_the_support_hours_and_its_minutes_count_in_them(cast: Cast) -> None:
    policy(cast, "support_hours")
    report = a_report(cast, **P1)
    page, hours = page_of(report), calendar(cast.office.pk, cast.office.version)
    first, second = (row["at"] for row in page.steps[:2])
    opens = page.at if page.told.exists() else page.next_at
    assert opens is not None
    assert rules.between(hours, page.at, opens) == timedelta(0)
    assert rules.add(hours, opens, timedelta(minutes=5)).isoformat() == second
    assert opens.isoformat() == first


def test_a_team_may_leave_p1s_alone(cast: Cast) -> None:
    policy(cast, "never")
    a_report(cast, **P1)
    assert not Page.objects.exists()
    a_p0(cast)
    assert Page.objects.exists()


def test_prioritising_says_that_somebody_looked_and_goes_on(cast: Cast) -> None:
    report = a_p0(cast)
    reports.prioritise(report.pk, priority="P0", **act(cast.rhea))
    page = page_of(report)
    assert (page.as_stated, page.state) == (False, "paging")


def test_lowering_the_priority_stops_it_and_says_who(cast: Cast) -> None:
    report = a_p0(cast)
    reports.prioritise(report.pk, priority="P2", reason="One customer", **act(cast.rhea))
    assert page_of(report).state == "stopped"
    stopped = Event.objects.get(name="page.stopped")
    assert stopped.text is not None
    assert stopped.text.body == "Rhea prioritised it as P2."


def test_raising_it_pages_and_a_p1_that_becomes_a_p0_gets_its_expert(cast: Cast) -> None:
    report = a_report(cast)
    reports.prioritise(report.pk, priority="P1", reason="Payday", **act(cast.rhea))
    assert told(page_of(report)) == ["otto"]
    reports.prioritise(report.pk, priority="P0", reason="All of them", **act(cast.rhea))
    assert page_of(report).priority == "P0"


def test_who_answered_is_not_paged_again_when_it_is_raised(cast: Cast) -> None:
    report = a_report(cast, **P1)
    paging.acknowledge(page_of(report).pk, **act(cast.otto))
    reports.prioritise(report.pk, priority="P0", reason="All of them", **act(cast.rhea))
    assert Page.objects.count() == 1


@pytest.mark.parametrize("verb", ["classify", "return_", "snooze"])
def test_what_can_wait_stops_it(cast: Cast, verb: str) -> None:
    report = a_p0(cast)
    given = {
        "classify": {
            "outcome": "how_to",
            "message": "Turn it on.",
            "cause": "knowledge",
            "hours": Decimal(1),
        },
        "return_": {"reason": "Which one?"},
        "snooze": {"reason": "At night", "until": clock.now() + timedelta(hours=9)},
    }[verb]
    getattr(reports, verb)(report.pk, **given, **act(cast.rhea))
    assert page_of(report).state == "stopped"


def test_who_starts_it_has_answered(cast: Cast) -> None:
    report = a_p0(cast)
    reports.assign(report.pk, assignee=cast.ines, **act(cast.rhea))
    assert page_of(report).state == "paging"
    reports.start(report.pk, **act(cast.ines))
    page = page_of(report)
    assert (page.state, page.acknowledged_by) == ("acknowledged", cast.ines)


def test_routing_pages_the_other_team(cast: Cast) -> None:
    report = a_p0(cast)
    reports.route(report.pk, product_area=cast.login, **act(cast.rhea))
    states = Page.objects.filter(report=report.pk).order_by("pk").values_list("team__slug", "state")
    assert list(states) == [("billing", "stopped"), ("platform", "paging")]


# By hand


def test_anybody_of_delivery_pages_by_hand_with_a_reason(cast: Cast) -> None:
    report = a_report(cast)
    with pytest.raises(Invalid):
        reports.page(report.pk, reason=" ", **act(cast.pia))
    with pytest.raises(NotAllowed, match="a P0 pages by itself"):
        reports.page(report.pk, reason="Please", **act(cast.lena))
    reports.page(report.pk, reason="Payday is today", **act(cast.pia))
    assert told(page_of(report)) == ["otto"]
    with pytest.raises(Conflict, match="being paged for"):
        reports.page(report.pk, reason="Again", **act(cast.ines))


# The letter


def test_the_letter_says_as_stated_and_leads_to_the_answer(cast: Cast) -> None:
    a_p0(cast, title="Nothing prints")
    fan_out()
    letters = Notice.objects.filter(topic="page", channel="in_app").order_by("person__username")
    assert [n.person for n in letters] == [cast.ines, cast.otto]
    assert letters[0].subject.startswith("P0 as stated: PR-")
    assert letters[0].subject.endswith("Nothing prints")
    assert letters[0].url.startswith("/pages/")
    assert not Notice.objects.filter(person=cast.otto, topic="queue").exists()


def test_quiet_hours_and_choices_do_not_hold_up_a_page(cast: Cast, settings: Any) -> None:
    settings.NOTICES_BY_EMAIL = True
    ReadingHours.objects.create(person=cast.otto, quiet_from="00:00", quiet_until="23:59")
    NoticePreference.objects.create(person=cast.otto, topic="page", channel="email", how="never")
    a_p0(cast)
    fan_out()
    mail = Mail.objects.get(person=cast.otto)
    assert (mail.kind, mail.due_at <= clock.now()) == ("single", True)


def test_who_may_not_read_the_report_reads_its_number_alone(cast: Cast) -> None:
    page = page_of(a_p0(cast, title="Secret of Acme"))
    cast.billing.readers, cast.billing.reading_roles = "restricted", ["product_owner"]
    cast.billing.save()
    fan_out()
    ines = Notice.objects.get(person=cast.ines, topic="page", channel="in_app")
    assert "Acme" not in ines.subject + ines.body
    assert ines.subject == f"P0 as stated: PR-{page.report} in Invoicing"
    assert ines.quotes is False


def test_when_nobody_answers_the_lead_hears(cast: Cast) -> None:
    page = page_of(a_p0(cast))
    for _ in range(4):
        Page.objects.filter(pk=page.pk, state="paging").update(next_at=clock.now())
        paging.sweep()
    fan_out()
    last = Notice.objects.filter(person=cast.rhea, topic="page", channel="in_app").latest("pk")
    assert last.subject.startswith("Nobody answered the page for PR-")

"""While no release manager is on duty, whoever is on call decides about a P0, and the next one looks at it (ONC-6)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from psycopg2.extras import DateTimeTZRange

from bugs import services as bugs
from foundation import clock
from foundation.errors import NotAllowed
from journal.models import Event
from oncall.models import Duty, StandInAct
from oncall.services import standing_in
from problem_reports import services as reports
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_running_sprint

P0 = {"impact": "everyone", "urgency": "critical"}


def act(person: Any) -> dict[str, Any]:
    return {"by": person, "at": clock.now()}


def nobody_decides(cast: Cast) -> None:
    Duty.objects.filter(team=cast.billing, duty="release_manager").delete()


def rhea_is_back(cast: Cast) -> None:
    span = DateTimeTZRange(
        clock.now() - timedelta(minutes=1), clock.now() + timedelta(days=2), "[)"
    )
    Duty.objects.create(team=cast.billing, duty="release_manager", person=cast.rhea, during=span)


def test_who_is_on_call_prioritises_assigns_and_injects_a_p0(cast: Cast) -> None:
    bug = a_bug(cast, priority="P0")
    bugs.estimate(bug.pk, points=Decimal(2), **act(cast.ines))
    sprint, report = a_running_sprint(cast), a_report(cast, **P0)
    nobody_decides(cast)
    reports.prioritise(report.pk, priority="P0", **act(cast.otto))
    reports.assign(report.pk, assignee=cast.otto, **act(cast.otto))
    bugs.inject(bug.pk, sprint_id=sprint.pk, points=Decimal(2), reason="It bites", **act(cast.otto))
    rows = StandInAct.objects.order_by("pk").values_list("verb", "report", "bug")
    assert list(rows) == [
        ("prioritise", report.pk, None),
        ("assign", report.pk, None),
        ("inject", None, bug.pk),
    ]


def test_of_anything_less_or_beside_a_release_manager_they_decide_nothing(cast: Cast) -> None:
    calm, burning = a_report(cast), a_report(cast, **P0)
    with pytest.raises(NotAllowed, match="Only the release manager of Billing"):
        reports.prioritise(burning.pk, priority="P0", **act(cast.otto))
    nobody_decides(cast)
    with pytest.raises(NotAllowed, match="Only the release manager of Billing"):
        reports.prioritise(calm.pk, priority="P0", reason="I say so", **act(cast.otto))
    with pytest.raises(NotAllowed):
        reports.assign(burning.pk, assignee=cast.ines, **act(cast.ines))
    assert not StandInAct.objects.exists()


def test_what_a_release_manager_does_is_not_to_be_reviewed(cast: Cast) -> None:
    reports.prioritise(a_report(cast, **P0).pk, priority="P0", **act(cast.rhea))
    assert not StandInAct.objects.exists()


def test_the_next_release_manager_sees_it_on_the_desk_and_says_reviewed(cast: Cast) -> None:
    report = a_report(cast, **P0)
    nobody_decides(cast)
    reports.prioritise(report.pk, priority="P0", **act(cast.otto))
    rhea_is_back(cast)
    client = Client()
    client.force_login(cast.rhea)
    desk = client.get("/desk/mine/").content.decode()
    assert "Otto: prioritise" in desk
    page = client.get("/on-call/pages/").content.decode()
    assert "while no release manager was on duty" in page
    key = StandInAct.objects.get().pk
    client.post(f"/on-call/reviews/{key}/")
    assert "To review" not in client.get("/on-call/pages/").content.decode()
    reviewed = Event.objects.get(name="stand_in.reviewed")
    assert (reviewed.by, reviewed.data["about"]) == (cast.rhea, report.reference)


def test_others_do_not_review(cast: Cast) -> None:
    nobody_decides(cast)
    reports.prioritise(a_report(cast, **P0).pk, priority="P0", **act(cast.otto))
    key = StandInAct.objects.get().pk
    with pytest.raises(NotAllowed, match="the lead of Billing reviews this"):
        standing_in.review(key, **act(cast.ines))
    standing_in.review(key, **act(cast.rhea))
    standing_in.review(key, **act(cast.rhea))
    assert Event.objects.filter(name="stand_in.reviewed").count() == 1
    client = Client()
    client.force_login(cast.sami)
    assert client.post(f"/on-call/reviews/{key}/").status_code == 404

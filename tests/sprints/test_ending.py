"""A sprint ends: with a reason for what it leaves and a word on its goal, or is cancelled (SPR-7, SPR-11)."""

from typing import Any

import pytest

from bugs.models import Bug
from channels import services as channels
from channels.models import Notice
from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken
from journal.models import Event
from sprints import services
from sprints.models import BacklogItem, Carried, Improvement, Sprint
from tests.cast import Cast
from tests.factories import a_bug, a_running_sprint, a_sprint, an_item, closed


def act(by: Any) -> dict[str, Any]:
    return {"by": by, "at": clock.now()}


def test_each_unfinished_piece_is_carried_with_its_reason(cast: Cast) -> None:
    sprint, bug = a_running_sprint(cast), a_bug(cast, "in_progress", points=4)
    item = an_item(cast, "in_progress", sprint=sprint, points=5)
    reasons = {bug.reference: "The bank is late", item.reference: "Too big"}
    services.close(sprint.pk, reasons=reasons, goal_met=False, **act(cast.pia))
    rows = Carried.objects.order_by("-points").values_list(
        "item", "bug", "track", "points", "reason__body"
    )
    assert list(rows) == [
        (item.pk, None, "planned", 5, "Too big"),
        (None, bug.pk, "unplanned", 4, "The bank is late"),
    ]
    back = BacklogItem.objects.get(pk=item.pk)
    assert (back.state, back.sprint, back.worked_on_by) == ("accepted", None, None)
    assert Bug.objects.get(pk=bug.pk).state == "to_be_scheduled"


def test_an_items_history_says_that_it_was_carried_and_why(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    item = an_item(cast, "in_progress", sprint=sprint)
    reasons = {item.reference: "Too big for one sprint"}
    services.close(sprint.pk, reasons=reasons, goal_met=False, **act(cast.pia))
    event = Event.objects.get(name="backlog_item.carried")
    assert (event.subject, event.data["sprint"]) == (item.pk, sprint.reference)
    assert event.text == Carried.objects.get().reason, "one redaction takes both away"


def test_a_piece_without_a_reason_is_refused_by_name(cast: Cast) -> None:
    sprint, bug = a_running_sprint(cast), a_bug(cast, "in_progress")
    for said in ({}, {bug.reference: "  "}):
        with pytest.raises(Invalid, match=f"Say why {bug.reference} is carried"):
            services.close(sprint.pk, reasons=said, goal_met=True, **act(cast.pia))
    assert not Carried.objects.exists()


def test_a_reason_for_what_is_not_there_is_refused(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    with pytest.raises(RuleBroken, match="BUG-999 is not unfinished in"):
        services.close(sprint.pk, reasons={"BUG-999": "x"}, goal_met=True, **act(cast.pia))


def test_a_goal_asks_for_a_word_and_none_for_none(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    with pytest.raises(Invalid, match="Say whether the goal was met"):
        services.close(sprint.pk, reasons={}, **act(cast.pia))
    Sprint.objects.filter(pk=sprint.pk).update(goal="")
    with pytest.raises(Invalid, match="has no goal"):
        services.close(sprint.pk, reasons={}, goal_met=True, **act(cast.pia))
    with pytest.raises(RuleBroken, match="has no goal that could be at risk"):
        services.flag_goal_risk(sprint.pk, reason="Late", **act(cast.ines))


def test_a_risk_is_seen_once_and_anew_when_it_is_said_anew(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    with pytest.raises(RuleBroken, match="Nobody said"):
        services.see_goal_risk(sprint.pk, **act(cast.pia))
    services.flag_goal_risk(sprint.pk, reason="Late", **act(cast.ines))
    services.see_goal_risk(sprint.pk, **act(cast.pia))
    with pytest.raises(RuleBroken, match="seen already"):
        services.see_goal_risk(sprint.pk, **act(cast.pia))
    again = services.flag_goal_risk(sprint.pk, reason="Later still", **act(cast.otto))
    assert again.risk_seen_at is None


def test_the_product_owner_hears_of_a_risk_in_its_words(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    channels.fan_out()
    services.flag_goal_risk(sprint.pk, reason="The bank is late", **act(cast.ines))
    channels.fan_out()
    told = Notice.objects.filter(event__name="sprint.goal_risk_flagged", channel="in_app")
    assert [notice.person for notice in told] == [cast.pia]
    assert "its goal is at risk" in told.get().subject


def test_one_reason_stands_beside_everything_that_a_cancelled_sprint_leaves(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    bug, item = a_bug(cast, "in_progress"), an_item(cast, "scheduled", sprint=sprint)
    services.cancel(sprint.pk, reason="The law changed", **act(cast.pia))
    reasons = Carried.objects.values_list("reason__body", flat=True)
    assert list(reasons) == ["The law changed"] * 2
    assert Bug.objects.get(pk=bug.pk).state == "to_be_scheduled"
    assert BacklogItem.objects.get(pk=item.pk).state == "accepted"


def test_what_is_tried_is_judged_after_a_later_sprint_of_the_team(cast: Cast) -> None:
    first = closed(cast, a_running_sprint(cast))
    tried = services.add_improvement(first.pk, text="Pair on invoices", **act(cast.ines))
    judge: dict[str, Any] = {"helped": "too_early", **act(cast.ines)}
    with pytest.raises(RuleBroken, match="after a later sprint"):
        services.judge_improvement(tried.pk, sprint_id=first.pk, **judge)
    second = a_sprint(cast)
    with pytest.raises(Conflict, match="comes when it is over"):
        services.judge_improvement(tried.pk, sprint_id=second.pk, **judge)
    services.start(second.pk, **act(cast.pia))
    closed(cast, second)
    services.judge_improvement(tried.pk, sprint_id=second.pk, **judge)
    services.judge_improvement(tried.pk, sprint_id=second.pk, **judge | {"helped": "yes"})
    assert Improvement.objects.get().helped == "yes"
    with pytest.raises(Conflict, match="said already"):
        services.judge_improvement(tried.pk, sprint_id=second.pk, **judge)
    with pytest.raises(Invalid, match="Say one of"):
        services.judge_improvement(tried.pk, sprint_id=second.pk, **judge | {"helped": "?"})


def test_only_the_team_says_what_it_tries_and_only_when_the_sprint_is_over(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    with pytest.raises(NotAllowed, match="what it tries next"):
        services.add_improvement(sprint.pk, text="Pair", **act(cast.lena))
    with pytest.raises(Conflict, match="comes when it is over"):
        services.add_improvement(sprint.pk, text="Pair", **act(cast.ines))
    closed(cast, sprint)
    for _ in range(10):
        services.add_improvement(sprint.pk, text="Pair", **act(cast.ines))
    with pytest.raises(RuleBroken, match="more than a sprint can hold"):
        services.add_improvement(sprint.pk, text="Pair", **act(cast.ines))


def test_an_improvement_of_another_team_is_not_there(cast: Cast) -> None:
    mine = closed(cast, a_running_sprint(cast))
    theirs = a_sprint(cast, team=cast.platform, by=cast.adam)
    services.start(theirs.pk, **act(cast.adam))
    services.close(theirs.pk, reasons={}, goal_met=True, **act(cast.adam))
    tried = services.add_improvement(theirs.pk, text="Pair", **act(cast.adam))
    with pytest.raises(NotFound):
        services.judge_improvement(tried.pk, helped="yes", sprint_id=mine.pk, **act(cast.ines))

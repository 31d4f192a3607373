"""The backlog: proposed by the team, decided and ordered by the product owner, estimated by developers (SPR-9)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken, Stale
from journal.models import Event
from sprints.models import BacklogItem, ScopeEntry
from sprints.rules.ordering import STEP, Move, between, moves
from sprints.services import backlog
from teams.models import ProductArea
from tests.cast import Cast
from tests.factories import a_running_sprint, a_sprint, an_item, closed

POSITIONS = st.decimals("-999", "999", places=10)


def now(by: Any) -> dict[str, Any]:
    return {"by": by, "at": clock.now()}


def titles(cast: Cast) -> list[str]:
    rows = BacklogItem.objects.filter(team=cast.billing).order_by("position")
    return list(rows.values_list("title", flat=True))


@given(POSITIONS, POSITIONS)
def test_a_place_lies_between_its_neighbours_or_there_is_no_room(a: Decimal, b: Decimal) -> None:
    low, high = sorted((a, b))
    place = between(low, high)
    if high - low > STEP:
        assert place is not None
        assert low < place < high
        assert place == place.quantize(STEP)
    else:
        assert place is None


@given(POSITIONS)
def test_there_is_always_room_at_the_ends(a: Decimal) -> None:
    assert between(a, None) > a > between(None, a)


def test_what_is_added_is_proposed_and_stands_last(cast: Cast) -> None:
    an_item(cast, title="First")
    item = an_item(cast, title="Second")
    assert (item.state, titles(cast)) == ("proposed", ["First", "Second"])
    told = Event.objects.get(kind="backlog_item", subject=item.pk)
    assert (told.name, told.by) == ("backlog_item.added", cast.ines)


def test_a_key_of_a_tracker_is_added_once(cast: Cast) -> None:
    first = an_item(cast, key="PAY-118", url="https://tracker.example.org/PAY-118")
    again = an_item(cast, key="PAY-118", title="Another title")
    assert again.pk == first.pk
    assert BacklogItem.objects.count() == Event.objects.filter(kind="backlog_item").count() == 1


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"kind": "debt"}, "debt", "what kind of debt"),
        ({"kind": "evolution", "debt": "monitoring_gap"}, "debt", "Only debt"),
        ({"kind": "prevention"}, "rationale", "Say why"),
        ({"kind": "debt", "debt": "monitoring_gap", "rationale": "  "}, "rationale", "Say why"),
        ({"title": "  "}, "title", "Write something"),
        ({"kind": "chore"}, "kind", "Choose one of the kinds"),
    ],
)
def test_what_it_lacks_is_said_beside_its_field(
    cast: Cast, given: dict[str, str], field: str, words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        an_item(cast, **given)
    assert words in refused.value.fields[field][0]
    assert not BacklogItem.objects.exists()


def test_an_area_of_another_team_is_refused(cast: Cast) -> None:
    login = ProductArea.objects.get(slug="login")
    with pytest.raises(Invalid, match="not an area of Billing"):
        an_item(cast, product_area=login)


def test_only_people_of_the_team_add(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="Only people of the team"):
        backlog.add(cast.billing, title="Faster", kind="evolution", **now(cast.lena))


def test_the_product_owner_moves_an_item_anywhere(cast: Cast) -> None:
    a, b, c = (an_item(cast, title=name) for name in "abc")
    backlog.order(c.pk, after=None, **now(cast.pia))
    assert titles(cast) == ["c", "a", "b"]
    backlog.order(c.pk, after=a.pk, **now(cast.pia))
    assert titles(cast) == ["a", "c", "b"]
    backlog.order(a.pk, after=b.pk, **now(cast.pia))
    assert titles(cast) == ["c", "b", "a"]


def test_when_there_is_no_room_between_two_the_order_stays_and_is_numbered_anew(cast: Cast) -> None:
    a, b, c = (an_item(cast, title=name) for name in "abc")
    BacklogItem.objects.filter(pk=b.pk).update(position=a.position + STEP)
    backlog.order(c.pk, after=a.pk, **now(cast.pia))
    assert titles(cast) == ["a", "c", "b"]


def test_an_item_of_another_team_is_no_neighbour(cast: Cast) -> None:
    item = an_item(cast)
    other = backlog.add(cast.platform, title="Keys", kind="evolution", **now(cast.sami))
    with pytest.raises(RuleBroken, match="is not in the backlog of Billing"):
        backlog.order(item.pk, after=other.pk, **now(cast.pia))
    with pytest.raises(RuleBroken, match="behind itself"):
        backlog.order(item.pk, after=item.pk, **now(cast.pia))


@pytest.mark.parametrize(
    ("verb", "who", "said", "words"),
    [
        ("order", "ines", {"after": None}, "product owner of Billing"),
        ("accept", "ines", {}, "product owner of Billing"),
        ("decline", "rhea", {"reason": "No"}, "product owner of Billing"),
        ("estimate", "pia", {"points": Decimal(2)}, "Only developers of Billing"),
        ("start", "pia", {}, "Only developers of Billing"),
        ("finish", "pia", {}, "Only developers of Billing"),
        ("schedule", "ines", {"sprint_id": 0}, "plans its sprints"),
        ("take_out", "ines", {}, "plans its sprints"),
        ("mark", "ines", {"swappable": True, "serves_goal": True}, "plans its sprints"),
        ("edit", "otto", {"changes": {"title": "Mine"}}, "product owner of Billing edits it"),
    ],
)
def test_who_may_not_is_told_who_does(
    cast: Cast, verb: str, who: str, said: dict[str, Any], words: str
) -> None:
    item = an_item(cast)
    with pytest.raises(NotAllowed, match=words):
        getattr(backlog, verb)(item.pk, **said, **now(getattr(cast, who)))


def test_who_added_it_edits_it_until_it_is_decided(cast: Cast) -> None:
    item = an_item(cast)
    edited = backlog.edit(item.pk, changes={"title": "Retry twice"}, **now(cast.ines))
    assert (edited.title, edited.version) == ("Retry twice", 2)
    backlog.accept(item.pk, **now(cast.pia))
    with pytest.raises(NotAllowed):
        backlog.edit(item.pk, changes={"title": "Thrice"}, **now(cast.ines))


def test_debt_that_becomes_a_feature_has_no_kind_of_debt_any_more(cast: Cast) -> None:
    item = an_item(cast, kind="debt", debt="monitoring_gap", rationale="Nobody sees it fail")
    edited = backlog.edit(item.pk, changes={"kind": "evolution"}, **now(cast.pia))
    assert (edited.kind, edited.debt) == ("evolution", "")


def test_an_old_version_is_refused(cast: Cast) -> None:
    item = an_item(cast)
    backlog.accept(item.pk, version=1, **now(cast.pia))
    with pytest.raises(Stale, match="Somebody changed this item"):
        backlog.decline(item.pk, reason="No", version=1, **now(cast.pia))


def test_a_declined_item_keeps_its_reason_and_can_be_accepted_after_all(cast: Cast) -> None:
    item = an_item(cast, "declined")
    told = Event.objects.get(name="backlog_item.declined", subject=item.pk)
    assert told.text.body == "Not this year"
    assert backlog.accept(item.pk, **now(cast.pia)).state == "accepted"
    with pytest.raises(Invalid, match="Write something here"):
        backlog.decline(item.pk, reason=" ", **now(cast.pia))


def test_without_an_estimate_it_is_not_planned(cast: Cast) -> None:
    item = an_item(cast)
    backlog.accept(item.pk, **now(cast.pia))
    with pytest.raises(RuleBroken, match="has no estimate yet"):
        backlog.schedule(item.pk, sprint_id=a_sprint(cast).pk, **now(cast.pia))


def test_a_proposed_item_is_not_planned(cast: Cast) -> None:
    with pytest.raises(Conflict):
        backlog.schedule(an_item(cast).pk, sprint_id=a_sprint(cast).pk, **now(cast.pia))


def test_a_sprint_of_another_team_is_none_of_its(cast: Cast) -> None:
    other = a_sprint(cast, team=cast.platform, by=cast.adam)
    item = an_item(cast, "accepted")
    with pytest.raises(NotFound, match="Billing has no such sprint"):
        backlog.schedule(item.pk, sprint_id=other.pk, **now(cast.pia))


def test_planned_in_a_running_sprint_it_is_its_scope_and_taken_out_it_left(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    item = an_item(cast, "scheduled", sprint=sprint, points=3)
    backlog.estimate(item.pk, points=Decimal(5), **now(cast.ines))
    back = backlog.take_out(item.pk, **now(cast.pia))
    lines = ScopeEntry.objects.filter(item=item).order_by("pk").values_list("kind", "amount")
    assert list(lines) == [("entered", 3), ("resized", 5), ("left", 5)]
    assert (back.state, back.sprint) == ("accepted", None)


def test_planned_ahead_it_enters_when_the_sprint_starts_and_is_done_in_it(cast: Cast) -> None:
    sprint = a_sprint(cast, starts_on=cast.today)
    item = an_item(cast, "scheduled", sprint=sprint)
    assert not ScopeEntry.objects.exists()
    with pytest.raises(RuleBroken, match="work starts when it runs"):
        backlog.start(item.pk, **now(cast.ines))
    from sprints import services as sprints

    sprints.start(sprint.pk, **now(cast.pia))
    started = backlog.start(item.pk, **now(cast.otto))
    assert started.worked_on_by == cast.otto
    done = backlog.finish(item.pk, **now(cast.otto))
    assert (done.state, done.sprint) == ("finished", sprint)
    assert done.finished_at is not None
    lines = ScopeEntry.objects.filter(item=item).order_by("pk").values_list("kind", flat=True)
    assert list(lines) == ["entered", "done"]


def test_moved_to_another_sprint_it_leaves_the_first_and_its_marks_are_of_the_first(
    cast: Cast,
) -> None:
    running = a_running_sprint(cast)
    item = an_item(cast, "scheduled", sprint=running)
    backlog.mark(item.pk, swappable=True, serves_goal=True, **now(cast.pia))
    later = a_sprint(cast)
    moved = backlog.schedule(item.pk, sprint_id=later.pk, **now(cast.pia))
    assert (moved.sprint, moved.swappable, moved.serves_goal) == (later, False, False)
    assert ScopeEntry.objects.filter(item=item).latest("pk").kind == "left"
    with pytest.raises(RuleBroken, match="already"):
        backlog.schedule(item.pk, sprint_id=later.pk, **now(cast.pia))


def test_a_closed_sprint_takes_nothing(cast: Cast) -> None:
    running = a_running_sprint(cast)
    closed(cast, running)
    item = an_item(cast, "accepted")
    with pytest.raises(RuleBroken, match="is closed; choose one"):
        backlog.schedule(item.pk, sprint_id=running.pk, **now(cast.pia))


@given(st.integers(1, 8).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_each_button_moves_a_row_by_what_it_says(where: tuple[int, int]) -> None:
    many, n = where
    order = [(f"BI-{k}", f"Title {k}") for k in range(many)]
    names = [name for name, _ in order]

    def after(move: Move) -> int:
        rest = [name for name in names if name != names[n]]
        return rest.index(move.after) + 1 if move.after else 0

    goes = {move.icon: after(move) for move in moves(order, n)}
    expected = {"chevrons-up": 0, "chevron-up": n - 1} if n else {}
    assert goes == expected | ({"chevron-down": n + 1} if n + 1 < many else {})

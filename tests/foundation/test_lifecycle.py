"""The lifecycle table on a small example: where verbs lead, also out of what one enters to wait."""

from dataclasses import dataclass, field

import pytest

from foundation.errors import Conflict
from foundation.lifecycle import BACK, STAYS, Lifecycle, step

TABLE = Lifecycle(
    {
        "begin": step({"new"}, "busy"),
        "ask": step({"new", "busy", "waiting", "snoozed"}, "waiting"),
        "answer": step({"waiting"}, BACK),
        "snooze": step({"new", "busy", "waiting", "snoozed"}, "snoozed"),
        "wake": step({"snoozed"}, BACK),
        "note": step({"new", "busy", "waiting", "snoozed", "done"}, STAYS),
        "end": step({"new", "busy", "waiting", "snoozed"}, "done"),
    },
    asides=("waiting", "snoozed"),
    resting=("new", "busy"),
)


@dataclass
class Thing:
    state: str = "new"
    left: list[str] = field(default_factory=list)

    def after(self, *verbs: str) -> str:
        for verb in verbs:
            TABLE.advance(self, verb)
        return self.state


def test_a_verb_leads_where_the_table_says() -> None:
    assert Thing().after("begin") == "busy"


def test_a_verb_from_another_state_is_a_conflict_and_nothing_moves() -> None:
    thing = Thing("busy", [])
    with pytest.raises(Conflict, match="It is busy; begin is not possible from there"):
        TABLE.advance(thing, "begin")
    assert thing == Thing("busy", [])


def test_a_verb_without_target_stays() -> None:
    assert Thing().after("begin", "note") == "busy"


@pytest.mark.parametrize(
    ("verbs", "ends"),
    [
        (("ask", "answer"), "new"),
        (("begin", "ask", "answer"), "busy"),
        (("begin", "snooze", "wake"), "busy"),
        (("begin", "snooze", "ask", "answer"), "snoozed"),
        (("begin", "snooze", "ask", "answer", "wake"), "busy"),
        (("begin", "ask", "snooze", "wake"), "waiting"),
        (("begin", "ask", "snooze", "wake", "answer"), "busy"),
        (("begin", "ask", "ask", "answer"), "busy"),
        (("begin", "snooze", "snooze", "wake"), "busy"),
        (("begin", "ask", "snooze", "ask", "answer", "wake"), "busy"),
        (("begin", "snooze", "ask", "snooze", "wake", "answer"), "busy"),
    ],
)
def test_who_waits_comes_back_to_what_was_left(verbs: tuple[str, ...], ends: str) -> None:
    assert Thing().after(*verbs) == ends


def test_no_way_back_is_kept_once_it_is_over() -> None:
    thing = Thing()
    thing.after("begin", "ask", "snooze", "end")
    assert thing == Thing("done", [])


def test_the_pairs_for_the_database_hold_every_way_back_and_no_more() -> None:
    assert TABLE.moves() == {
        ("new", "busy"),
        *((here, "waiting") for here in ("new", "busy", "snoozed")),
        *((here, "snoozed") for here in ("new", "busy", "waiting")),
        *((aside, here) for aside in ("waiting", "snoozed") for here in ("new", "busy")),
        *((here, "done") for here in ("new", "busy", "waiting", "snoozed")),
    }


def test_verbs_come_in_table_order() -> None:
    assert TABLE.verbs_from("snoozed") == ["ask", "snooze", "wake", "note", "end"]


def test_the_diagram_names_every_verb_that_moves() -> None:
    drawn = TABLE.as_mermaid()
    assert "new --> busy: begin" in drawn
    assert "waiting --> busy: answer" in drawn
    assert "note" not in drawn


def test_a_verb_may_lead_elsewhere_from_one_of_its_states() -> None:
    table = Lifecycle(
        {"ask": step({"busy"}, "waiting"), "answer": step({"waiting"}, BACK, {"done": "new"})},
        asides=("waiting",),
        resting=("busy",),
    )
    back, again = Thing("waiting", ["busy"]), Thing("done")
    table.advance(back, "answer")
    table.advance(again, "answer")
    assert (back.state, again.state, again.left) == ("busy", "new", [])
    assert table.verbs_from("done") == ["answer"]
    assert ("done", "new") in table.moves()
    assert ("done", "busy") not in table.moves()
    assert "done --> new: answer" in table.as_mermaid()

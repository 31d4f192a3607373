"""Every verb of a service records an event, is listed here, and has the one name of its lifecycle (PRODUCT §2).

A new verb fails these tests until its line, its fact and its own tests are there.
"""

import ast
import importlib
from collections import defaultdict
from collections.abc import Iterable

import pytest

from bugs.lifecycle import LIFECYCLE as BUGS
from foundation.lifecycle import Lifecycle
from journal.facts import all_facts
from oncall.lifecycle import PAGES
from postmortems.lifecycle import LIFECYCLE as POST_MORTEMS
from postmortems.lifecycle.actions import ACTIONS, OF_ITS_ITEM
from problem_reports.lifecycle import LIFECYCLE as REPORTS
from sprints.lifecycle import BACKLOG
from sprints.lifecycle import LIFECYCLE as SPRINTS
from teams.lifecycle import AGREEMENTS
from tests.house.source import FLOORS, ROOT, dotted, files, module_name, tree

VERBS = {
    "problem_reports": {
        *("file", "edit", "attach", "join", "watch", "resubmit"),
        *("assign", "take", "start", "hand_back", "snooze", "wake", "return_"),
        *("prioritise", "route", "respond", "ask", "answer", "note", "log_work", "page"),
        *("classify", "confirm", "tell_cause", "dispute", "reopen"),
        "publish_policy_version",
    },
    "bugs": {
        *("open_bug", "prioritise", "estimate", "inject", "schedule", "postpone"),
        *("decline", "refute"),
        *("start", "pair", "fix", "verify", "reopen", "log_work", "mark", "page"),
        *("release", "release_many", "bring_out"),
        "publish_p1_policy",
        *("propose_plan", "agree_plan", "object_to_plan", "override_plan"),
        *("mitigate", "repay", "extend", "write_off"),
    },
    "sprints": {
        *(
            "plan",
            "set_capacity",
            "set_reserve",
            "set_planning",
            "commit",
            "start",
            *("flag_goal_risk", "see_goal_risk"),
            *("close", "cancel", "add_improvement", "judge_improvement"),
            "log_work",
            "take_back_work",
        ),
        *("propose_swap", "let_go", "swap_out", "accept_risk", "pull_forward"),
        # of a backlog item; *start* is one of both
        *("add", "edit", "order", "estimate", "accept", "decline"),
        *("schedule", "take_out", "mark", "finish"),
    },
    "oncall": {
        *(
            "page",
            "acknowledge",
            "escalate",
            "prioritise",
            "stop",
            "publish_escalation_policy",
            "review",
        ),
        *("set_up", "revise"),  # a duty, by hand
        *("set_up_rotation", "revise_rotation", "join_rotation", "leave_rotation"),
        *("override", "take_back_override", "take_shift"),
        *("record_absence", "take_back_absence"),
        *("hand_over", "read_handoff"),
        *("set_fairness_weights", "advance", "speak", "note_incident"),
        *("pair", "take_back_pairing", "set_ladder_gate", "renew_feed", "revoke_feed"),
        *("offer_swap", "accept_swap", "decline_swap", "withdraw_swap"),
    },
    "postmortems": {
        *("propose", "propose_review", "waive", "open", "write", "keep_phrase"),
        *("add_moment", "add_factor", "link_factors", "add_barrier", "edit", "remove"),
        *("submit", "request_changes", "publish", "publish_trigger_rules", "categorise"),
        *("name_facilitator", "invite", "uninvite", "revise"),
        *(
            "agree_action",
            "answer_done",
            "ask_for_more",
            "answer",
            "extend",
            "verify",
            "send_back",
        ),  # the last five of an action
    },
    "channels": {"mark_read", "choose_how_to_hear", "replay"},
    "teams": {
        *("propose", "comment", "use", "adopt", "revise", "retire"),  # an agreement
        *("set_up_area", "rename_area", "name_expert", "remove_expert"),
        *("set_up_calendar", "edit_calendar", "choose_calendar", "issue_token"),
    },
}
#: What leaves no event, and why.
SILENT = {
    "channels.mark_read": "what a person has read is theirs, and happened to no subject",
    "channels.choose_how_to_hear": "how a person wants to hear is theirs alone",
}

#: Told who and when, but no verbs: a verb calls them, with its locks held.
WITHIN = {
    "tick",
    "start_with_the_four",
    "draw_on_reserve",
    "leave",
    "book_payback",
    "open_again",
    "settle_loans",
    "tell_of_shifts",
    "lapse_swaps",
} | {
    "tell_of_pair",
    "bug_of",
    "follow_priority",
    "somebody_is_on_it",
}

Functions = dict[str, ast.FunctionDef]


def functions_of(modules: Iterable[ast.Module]) -> Functions:
    return {
        node.name: node
        for module in modules
        for node in module.body
        if isinstance(node, ast.FunctionDef)
    }


def verbs_in(functions: Functions) -> set[str]:
    """Public functions that are told who and when."""
    return {
        name
        for name, node in functions.items()
        if (
            not name.startswith("_")
            and {"by", "at", "source"} <= {a.arg for a in node.args.kwonlyargs}
        )
        or name in ("mark_read", "choose_how_to_hear")
        if name not in WITHIN
        and not {"fact", "verb"} & {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
    }


def silent(functions: Functions) -> set[str]:
    """Verbs from which no call leads to `journal.record`."""

    def records(name: str, seen: frozenset[str] = frozenset()) -> bool:
        node = functions.get(name)
        if node is None or name in seen:
            return False
        called = {dotted(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}
        if "journal.record" in called or "record" in called:
            return True
        return any(records(c.rpartition(".")[2], seen | {name}) for c in called)

    return {name for name in verbs_in(functions) if not records(name)}


def services(floor: str) -> Functions:
    paths = (
        p for p in files(floor) if "services" in {part.removesuffix(".py") for part in p.parts}
    )
    return functions_of(tree(path) for path in paths if path.parts[0] == floor)


@pytest.mark.parametrize("floor", FLOORS)
def test_every_verb_is_listed_here(floor: str) -> None:
    assert verbs_in(services(floor)) == VERBS.get(floor, set())


@pytest.mark.parametrize("floor", VERBS)
def test_every_verb_records_an_event(floor: str) -> None:
    named = {f"{floor}.{verb}" for verb in silent(services(floor))}
    assert named == {name for name in SILENT if name.startswith(f"{floor}.")}


def test_a_verb_that_records_nothing_is_noticed() -> None:
    sample = """
def lose(report_id, *, by, at, source="web"):
    report = begin(report_id, by=by, at=at)
    report.save()

def keep(report_id, *, by, at, source="web"):
    _finish(report_id, by=by, at=at)

def _finish(report, *, by, at):
    journal.record(report, by=by, at=at)
"""
    functions = functions_of([ast.parse(sample)])
    assert verbs_in(functions) == {"lose", "keep"}
    assert silent(functions) == {"lose"}


#: floor, and the thing that has a part of its own in the rooms of services and policy.
TABLES = {
    ("problem_reports", ""): REPORTS,
    ("bugs", ""): BUGS,
    ("sprints", ""): SPRINTS,
    ("sprints", ".backlog"): BACKLOG,
    ("postmortems", ""): POST_MORTEMS,
    ("postmortems", ".actions"): ACTIONS,
    # What the clock does (`exhaust`) is told by its sweep, and is no verb of anybody.
    ("oncall", ".paging"): Lifecycle({v: s for v, s in PAGES.steps.items() if v != "exhaust"}),
}


@pytest.mark.parametrize(("floor", "part"), TABLES)
def test_every_verb_of_a_lifecycle_is_a_service_and_a_policy_of_that_name(
    floor: str, part: str
) -> None:
    module = importlib.import_module(f"{floor}.services{part}")
    policy = importlib.import_module(f"{floor}.policy{part}")
    for verb in TABLES[floor, part].steps:
        assert callable(getattr(module, "return_" if verb == "return" else verb, None)), verb
        assert callable(getattr(policy, f"may_{verb}", None)), verb


# Facts

IRREGULAR = {
    "take": "taken",
    "hand_back": "handed_back",
    "tell_cause": "cause_told",
    "wake": "woken",
    "set_capacity": "capacity_set",
    "flag_goal_risk": "goal_risk_flagged",
    "see_goal_risk": "goal_risk_seen",
    "cancel": "cancelled",
    "set_reserve": "reserve_set",
    "propose_swap": "swap_proposed",
    "let_go": "let_go",
    "swap_out": "swapped_out",
    "pull_forward": "pulled_forward",
    "accept_risk": "risk_accepted",
    "log_work": "work_logged",
    "take_out": "taken_out",
    "commit": "committed",
    "resubmit": "resubmitted",
    "propose_plan": "plan_proposed",
    "agree_plan": "plan_agreed",
    "object_to_plan": "plan_objected_to",
    "override_plan": "plan_overridden",
    "repay": "repaid",
    "write_off": "written_off",
    "open": "opened",
    "write": "written",
    "add_moment": "moment_added",
    "add_factor": "factor_added",
    "link_factors": "factors_linked",
    "add_barrier": "barrier_added",
    "agree_action": "action_agreed",
    "answer_done": "done_answered",
    "ask_for_more": "more_asked_for",
    "send_back": "sent_back",
    "edit": "edited",
    "keep_phrase": "phrase_kept",
    "submit": "submitted",
    "request_changes": "changes_requested",
    "name_facilitator": "facilitator_named",
    "stop": "stopped",
}


def past(verb: str) -> str:
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if verb.endswith("y"):
        return f"{verb[:-1]}ied"
    return verb + ("d" if verb.endswith("e") else "ed")


#: Facts of verbs that stand in no lifecycle table, and of the acts of a sprint on its bugs.
ALSO = {
    "problem_report": {"filed"},
    "bug": {
        "opened",
        "swapped_out",
        "entered_sprint",
        "carried_back",
        "pulled_forward",
        "p1_deviated",
    }
    | {"release_planned"},
    "sprint": {"planned", "swapped_out", "swap_proposed", "let_go", "risk_accepted"}
    | {"improvement_added", "improvement_judged"},
    "post_mortem": {"proposed"},
    "backlog_item": {"added", "pulled_forward", "swapped_out", "carried", "opened_again"},
    "page": {"paged"},
    "action": set(),
    "agreement": {"proposed"},
}
#: Said by the import of a log alone: what its rows tell that is no verb of ours.
OF_A_LOG = {"problem_report.logged", "problem_report.first_sign", "problem_report.bug_linked"}
#: Told by the sweep in its one statement: moments that pass, and nobody's act.
OF_THE_CLOCK = {
    *(f"problem_report.{told}" for told in ("warned", "breached", "escalated", "holder_away")),
    "problem_report.cause_reminded",
    *(
        "bug.came_back",
        "bug.nagged",
        "bug.loan_reminded",
        "sprint.overdraft_nagged",
        "sprint.pull_forward_proposed",
        "sprint.rest_kept",
    ),
    "page.told",
    "action.reminded",
}
KINDS = {
    "problem_report": REPORTS,
    "bug": BUGS,
    "sprint": SPRINTS,
    "backlog_item": BACKLOG,
    "page": PAGES,
    "agreement": AGREEMENTS,
    "action": Lifecycle({**ACTIONS.steps, **OF_ITS_ITEM.steps}),
}


def names_expected(kind: str, table: Lifecycle) -> set[str]:
    return {f"{kind}.{verb}" for verb in {past(v) for v in table.steps} | ALSO[kind]}


@pytest.fixture(scope="module", autouse=True)
def _every_fact_is_loaded() -> None:
    for path in files():
        if "events" in (path.stem, path.parent.name) or path.stem == "telling":
            importlib.import_module(module_name(path))


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_is_named_after_its_verb_in_the_past_tense(kind: str) -> None:
    facts = {fact.name for fact in all_facts() if fact.name.startswith(f"{kind}.")}
    assert facts - OF_A_LOG - OF_THE_CLOCK == names_expected(kind, KINDS[kind])


def test_no_two_facts_have_one_name() -> None:
    named = defaultdict(set)
    for fact in all_facts():
        if fact.__module__.partition(".")[0] in FLOORS:
            named[fact.name].add(f"{fact.__module__}.{fact.__name__}")
    assert {name: who for name, who in named.items() if len(who) > 1} == {}
    assert len(named) > 40


def test_every_floor_is_in_the_source() -> None:
    assert all((ROOT / floor / "__init__.py").exists() for floor in FLOORS)

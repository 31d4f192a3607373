"""No UPDATE moves a state where no verb of the lifecycle leads: the trigger is built of the same table."""

import pytest
from django.db import connection

from bugs import lifecycle as bugs
from channels import lifecycle as mails
from channels.models import Mail
from oncall import lifecycle as oncall
from oncall.lifecycle import PAGES
from postmortems import lifecycle as post_mortems
from postmortems.lifecycle.actions import ACTIONS, OF_ITS_ITEM, ActionState
from problem_reports import lifecycle as reports
from sprints import lifecycle as sprints
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_sprint
from tests.guards.stage import refusal_of
from tests.postmortems import acts
from tests.sprints.test_sprints import perform

BUG_MOVES = bugs.LIFECYCLE.moves() | bugs.SPRINT_ACTS.moves() | bugs.CLOCK_ACTS.moves()


def jumps(table: str, key: int, here: str, states: list[str], key_name: str = "id") -> set[str]:
    """The states into which a plain UPDATE gets a row past the state guard."""
    passed = set()
    for state in set(states) - {here}:
        act = f"UPDATE {table} SET state = '{state}' WHERE {key_name} = {key}"
        refusal = refusal_of(act)
        if refusal is None or "Invalid transition" not in refusal.words:
            passed.add(state)
    return passed


def ends(moves: set[tuple[str, str]], here: str) -> set[str]:
    return {end for start, end in moves if start == here}


@pytest.mark.parametrize("state", reports.State.values)
def test_a_report_moves_only_where_a_verb_leads(cast: Cast, state: str) -> None:
    report = a_report(cast, state)
    connection.check_constraints()
    passed = jumps("problem_reports_problemreport", report.pk, state, reports.State.values)
    assert passed == ends(reports.LIFECYCLE.moves(), state)


@pytest.mark.parametrize("state", bugs.State.values)
def test_a_bug_moves_only_where_a_verb_or_its_sprint_leads(cast: Cast, state: str) -> None:
    bug = a_bug(cast, state)
    connection.check_constraints()
    passed = jumps("bugs_bug", bug.pk, state, bugs.State.values)
    assert passed == ends(BUG_MOVES, state)


@pytest.mark.parametrize("state", ["proposed", "open", "in_review", "published"])
def test_a_post_mortem_moves_only_where_a_verb_leads(cast: Cast, state: str) -> None:
    thing = acts.MADE[state](cast)
    connection.check_constraints()
    passed = jumps("postmortems_postmortem", thing.pk, state, post_mortems.State.values)
    assert passed == ends(post_mortems.LIFECYCLE.moves(), state)


@pytest.mark.parametrize("state", ActionState.values)
def test_an_action_moves_only_where_a_verb_or_its_item_leads(cast: Cast, state: str) -> None:
    action = acts.action_in(cast, state)
    passed = jumps("postmortems_action", action.pk, state, ActionState.values, key_name="item_id")
    assert passed == ends(ACTIONS.moves() | OF_ITS_ITEM.moves(), state)


@pytest.mark.parametrize("verbs", [(), ("start",), ("start", "close"), ("start", "cancel")])
def test_a_sprint_moves_only_where_a_verb_leads(cast: Cast, verbs: tuple[str, ...]) -> None:
    sprint = a_sprint(cast)
    for verb in verbs:
        sprint = perform(verb, cast, sprint)
    connection.check_constraints()
    passed = jumps("sprints_sprint", sprint.pk, sprint.state, sprints.State.values)
    assert passed == ends(sprints.LIFECYCLE.moves(), sprint.state)


@pytest.mark.parametrize("state", mails.MailState.values)
def test_a_mail_moves_only_where_the_outbox_or_a_replay_leads(cast: Cast, state: str) -> None:
    sent_at = cast.now if state == "sent" else None
    mail = Mail.objects.create(
        key="a-mail",
        person=cast.lena,
        kind="single",
        state=state,
        attempts=1,
        most_attempts=5,
        due_at=cast.now,
        next_at=cast.now,
        sent_at=sent_at,
        last_error="421 later",
    )
    passed = jumps("channels_mail", mail.pk, state, mails.MailState.values)
    # A CHECK asks for the moment of sending; the state guard has let that one pass.
    assert passed == ends(mails.LIFECYCLE.moves(), state)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "moves"),
    [
        ("problem_reports_problemreport", reports.LIFECYCLE.moves()),
        ("bugs_bug", BUG_MOVES),
        ("sprints_sprint", sprints.LIFECYCLE.moves()),
        ("channels_mail", mails.LIFECYCLE.moves()),
        ("oncall_page", PAGES.moves()),
        ("oncall_swapoffer", oncall.SWAPS.moves()),
    ],
)
def test_the_trigger_in_the_database_is_the_one_of_the_table(
    table: str, moves: set[tuple[str, str]]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_functiondef(tgfoid) FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND tgname LIKE '%%state_guard%%'",
            [table],
        )
        (source,) = cursor.fetchone()
    written = source.split("ANY('{")[1].split("}'")[0].split(",")
    assert {tuple(pair.split(":")) for pair in written} == moves

"""History, texts, the ledger and judgements never change: not by UPDATE, DELETE or TRUNCATE (HOUSE, History)."""

import pytest
from django.db import connection

from foundation import clock
from journal.models import Text
from tests.guards.stage import Stage, refusal_of

pytestmark = pytest.mark.usefixtures("taken_back")

APPEND_ONLY = {
    "journal_event": "subject = subject + 1",
    "sprints_reserveentry": "amount = amount + 1",
    "sprints_worklog": "hours = hours + 1",
    "sprints_scopeentry": "amount = amount + 1",
    "bugs_p1policy": "since = since + 1",
    "sprints_carried": "points = points + 1",
    "sprints_nightrest": "hours = hours + 1",
    "bugs_plan": "revision = revision + 1",
    "bugs_agreement": "at = now()",
    "bugs_mitigation": "at = now()",
    "bugs_release": '"on" = "on" + 1',  # once it is out
    "bugs_releaseentry": "at = now()",
    "oncall_rotationversion": "since = since + interval '1 day'",
    "oncall_rotationlayer": "length = 2",
    "oncall_layerhours": "weekday = 6",
    "oncall_participant": "position = 9",
    "problem_reports_absenceseen": "at = now()",
    "problem_reports_classification": "hours = hours + 1",
    "oncall_escalationpolicy": "number = number + 1",
    "oncall_pagestep": "step = step + 1",
    "oncall_ladderstep": "at = now()",
    "oncall_laddernote": "at = now()",
    "postmortems_published": "number = number + 1",
    "postmortems_hit": "at = now()",
    "postmortems_triggerrules": "number = number + 1",
    "channels_outage": "until = until + interval '1 hour'",
    "problem_reports_signal": "stage = 3",
    "problem_reports_policyversion": "number = number + 1",
    "problem_reports_policytarget": "seconds = seconds + 1",
    "teams_agreementuse": "at = now()",
    "teams_calendarversion": "zone = 'UTC'",
    "teams_calendarshift": "ends = '20:00'",
    "teams_calendardayoff": "day = day + 1",
}


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_row_is_neither_changed_nor_deleted(stage: Stage, table: str) -> None:
    for act in (f"UPDATE {table} SET {APPEND_ONLY[table]}", f"DELETE FROM {table}"):
        refusal = refusal_of(act)
        assert refusal is not None, act
        assert refusal.constraint == f"{table}_append_only"
        assert f"{table} is append-only" in refusal.words


@pytest.mark.parametrize("table", [*APPEND_ONLY, "journal_text", "teams_agreement"])
def test_a_table_is_not_emptied(stage: Stage, table: str) -> None:
    refusal = refusal_of(f"TRUNCATE {table} CASCADE")
    assert refusal is not None
    assert refusal.code == "23000"
    assert "is append-only: TRUNCATE refused" in refusal.words


def test_an_agreement_goes_its_way_but_never_away(stage: Stage) -> None:
    """Its state moves, its words never (test_constraints.py), and no row is deleted (PM-7)."""
    refusal = refusal_of("DELETE FROM teams_agreement")
    assert refusal is not None
    assert "teams_agreement is append-only" in refusal.words


def test_no_append_only_table_is_forgotten() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE proname = 'append_only'"
        )
        guarded = {table for (table,) in cursor.fetchall()}
    assert guarded == {*APPEND_ONLY, "journal_text", "teams_agreement"}


# A text is the one exception: taken away for everybody, once, by somebody, for a reason (PR-15).

BLANK = (
    "UPDATE journal_text SET body = '', redacted_at = now(), redacted_by_id = %(rhea)s,"
    " redaction_reason = 'names a customer' WHERE id = %(text)s"
)


def test_a_text_is_blanked_with_who_when_and_why(stage: Stage) -> None:
    assert refusal_of(BLANK, stage.keys) is None


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE journal_text SET body = 'something else' WHERE id = %(text)s",
        "UPDATE journal_text SET body = '' WHERE id = %(text)s",
        BLANK.replace("body = ''", "body = 'partly'"),
        BLANK.replace("redacted_at = now(),", ""),
        BLANK.replace("redacted_by_id = %(rhea)s,", ""),
        BLANK.replace("'names a customer'", "''"),
        BLANK.replace("SET body", "SET id = 7, body"),
    ],
)
def test_a_text_is_not_changed_in_any_other_way(stage: Stage, act: str) -> None:
    refusal = refusal_of(act, stage.keys)
    assert refusal is not None
    assert refusal.constraint == "journal_text_only_blanked"


def test_a_text_is_not_deleted(stage: Stage) -> None:
    refusal = refusal_of("DELETE FROM journal_text WHERE id = %(text)s", stage.keys)
    assert refusal is not None
    assert refusal.constraint == "journal_text_append_only"


def test_who_took_a_text_away_is_not_rewritten(stage: Stage) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BLANK, stage.keys)
    for again in (BLANK.replace("%(rhea)s", "%(pia)s"), BLANK.replace("names a", "other")):
        refusal = refusal_of(again, stage.keys)
        assert refusal is not None
        assert refusal.constraint == "journal_text_only_blanked"
    text = Text.objects.get(pk=stage["text"])
    assert (text.body, text.redacted_by_id) == ("", stage["rhea"])
    assert text.redacted_at is not None
    assert text.redacted_at <= clock.now()

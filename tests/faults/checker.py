"""What must hold however often something died, asked in SQL and of the clients' logs.

Each property returns one sentence per breach; no sentence means that it holds. The sentences begin with
a word of their own (LOST, TWICE, …), so that a test can say which breach it expects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from tests.faults.client import NO_ANSWER, Attempt
from tests.faults.mailbox import Got

# Who must hear of a verified bug: whoever filed or watches a report that it explains, and the whole
# chain of their duplicates. Written again here, on purpose: the product's own query is what is tried.
OUGHT_TO_HEAR = """
    WITH RECURSIVE told (event, report) AS (
        SELECT e.id, c.report_id FROM journal_event e
        JOIN problem_reports_classification c ON c.bug_id = e.subject
        JOIN problem_reports_problemreport r ON r.living_id = c.id
        WHERE e.name = 'bug.verified' AND e.source NOT IN ('import', 'demo')
      UNION
        SELECT told.event, c.report_id FROM told
        JOIN problem_reports_classification c ON c.duplicate_of_id = told.report
        JOIN problem_reports_problemreport r ON r.living_id = c.id
    )
    SELECT told.event AS event, r.filed_by_id AS person FROM told
    JOIN problem_reports_problemreport r ON r.id = told.report
  UNION
    SELECT told.event, w.person_id FROM told
    JOIN problem_reports_watch w ON w.report_id = told.report
"""
NAMED = """
    SELECT x.event, p.username FROM ({rows}) x JOIN teams_person p ON p.id = x.person ORDER BY 1, 2
"""

Rows = list[tuple[Any, ...]]
Property = Callable[[Any, Sequence[Attempt]], list[str]]


def _rows(cursor: Any, statement: str, values: object = None) -> Rows:
    cursor.execute(statement, values)
    found: Rows = cursor.fetchall()
    return found


def nothing_waits(cursor: Any, log: Sequence[Attempt]) -> list[str]:
    """Every recorded event has been fanned out."""
    rows = _rows(cursor, "SELECT event_id FROM journal_pending ORDER BY 1")
    return [f"WAITS event {event} was recorded and nobody has been told" for (event,) in rows]


def nobody_is_missed(cursor: Any, log: Sequence[Attempt]) -> list[str]:
    """Of every event that was fanned out, everybody who ought to hear has a notice."""
    rows = f"""
        SELECT o.event, o.person FROM ({OUGHT_TO_HEAR}) o
        WHERE NOT EXISTS (SELECT 1 FROM journal_pending p WHERE p.event_id = o.event)
          AND NOT EXISTS (SELECT 1 FROM channels_notice n
                          WHERE n.event_id = o.event AND n.person_id = o.person)
    """
    missed = _rows(cursor, NAMED.format(rows=rows))
    return [f"LOST {person} will never hear of event {event}" for event, person in missed]


def nobody_hears_twice(cursor: Any, log: Sequence[Attempt]) -> list[str]:
    """One notice per event, person and channel."""
    rows = """
        SELECT event_id AS event, person_id AS person FROM channels_notice
        GROUP BY event_id, person_id, channel HAVING count(*) > 1
    """
    twice = _rows(cursor, NAMED.format(rows=rows))
    return [f"TWICE {person} heard more than once of event {event}" for event, person in twice]


def nobody_hears_of_what_is_not_theirs(cursor: Any, log: Sequence[Attempt]) -> list[str]:
    """Every notice of a verified bug has a person who ought to hear of it."""
    rows = f"""
        SELECT n.event_id AS event, n.person_id AS person
        FROM channels_notice n JOIN journal_event e ON e.id = n.event_id
        WHERE e.name = 'bug.verified'
        EXCEPT SELECT event, person FROM ({OUGHT_TO_HEAR}) o
    """
    ghosts = _rows(cursor, NAMED.format(rows=rows))
    return [f"GHOST {person} heard of event {event} for no reason" for event, person in ghosts]


def what_was_acknowledged_is_kept(cursor: Any, log: Sequence[Attempt]) -> list[str]:
    """Every 201 is a row with that number and that title: the client's log is part of the table."""
    kept = dict(_rows(cursor, "SELECT 'PR-' || id, title FROM problem_reports_problemreport"))
    broken = [a for a in log if a.reference and kept.get(a.reference) != a.title]
    return [f"FORGOTTEN {a.reference} was acknowledged as {a.title!r}" for a in broken]


def what_was_refused_is_absent(cursor: Any, log: Sequence[Attempt]) -> list[str]:
    """A report whose every attempt was refused for good (4xx) is not there."""
    outcomes: dict[str, set[int]] = defaultdict(set)
    for attempt in log:
        outcomes[attempt.title].add(attempt.answer.status // 100)
    refused = [title for title, seen in outcomes.items() if seen == {4}]
    rows = _rows(
        cursor, "SELECT title FROM problem_reports_problemreport WHERE title = ANY(%s)", [refused]
    )
    return [f"UNASKED {title!r} was refused and is there" for (title,) in rows]


def one_key_makes_one_report(cursor: Any, log: Sequence[Attempt]) -> list[str]:
    """However often a request with one key was sent: one report, and the same answer each time."""
    tried = {a.title: a.key for a in log if a.key}
    rows = _rows(
        cursor,
        "SELECT title, count(*) FROM problem_reports_problemreport WHERE title = ANY(%s) "
        "GROUP BY title HAVING count(*) > 1",
        [list(tried)],
    )
    said = [f"DOUBLED key {tried[title]} made {count} reports" for title, count in rows]
    named: dict[str, set[str]] = defaultdict(set)
    for attempt in log:
        if attempt.key and attempt.reference:
            named[attempt.key].add(attempt.reference)
    return said + [
        f"DOUBLED key {key} was answered with {sorted(refs)}"
        for key, refs in named.items()
        if len(refs) > 1
    ]


def no_report_is_half_there(cursor: Any, log: Sequence[Attempt]) -> list[str]:
    """A report has its filing in the history and both of its promises, or it does not exist."""
    rows = _rows(
        cursor,
        """
        SELECT r.id,
            (SELECT count(*) FROM journal_event e WHERE e.kind = 'problem_report'
             AND e.subject = r.id AND e.name = 'problem_report.filed'),
            (SELECT count(DISTINCT t.kind) FROM problem_reports_timer t WHERE t.report_id = r.id
             AND t.kind IN ('first_response', 'classification'))
        FROM problem_reports_problemreport r ORDER BY 1
        """,
    )
    return [
        f"HALF PR-{report} has {filed} filings in its history and {promises} promises"
        for report, filed, promises in rows
        if (filed, promises) != (1, 2)
    ]


# --- Mails: what the rows say against what the mail server wrote down -------------------------------


def mail_breaches(cursor: Any, got: Sequence[Got], *, kills: int = 0) -> list[str]:
    """Every mail is sent and was received; the same key is the same words; copies only by who was killed."""
    rows = _rows(cursor, "SELECT key, state FROM channels_mail ORDER BY id")
    keys = {one.key for one in got}
    said = [f"UNSENT {key} is {state}" for key, state in rows if state != "sent"]
    said += [f"LOST {key} is sent and was never received" for key, state in rows
             if state == "sent" and key not in keys]  # fmt: skip
    said += [f"GHOST {key} was received and is no mail" for key in keys - {key for key, _ in rows}]
    words: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in got:
        words[one.message_id].add((one.recipient, one.text))
    said += [f"CHANGED {key} said different things" for key, all_ in words.items() if len(all_) > 1]
    copies = len(got) - len(words)
    if copies > kills:
        said.append(f"COPIES {copies} of them, after {kills} kills")
    return said + [
        f"UNSENT notice {key} waits for a mail that is sent"
        for (key,) in _rows(
            cursor,
            "SELECT n.id FROM channels_notice n JOIN channels_mail m ON m.id = n.mail_id"
            " WHERE m.state = 'sent' AND n.state <> 'sent'",
        )
    ]


PROPERTIES: tuple[Property, ...] = (
    nothing_waits,
    nobody_is_missed,
    nobody_hears_twice,
    nobody_hears_of_what_is_not_theirs,
    what_was_acknowledged_is_kept,
    what_was_refused_is_absent,
    one_key_makes_one_report,
    no_report_is_half_there,
)


def breaches(cursor: Any, log: Sequence[Attempt] = ()) -> list[str]:
    """Every breach of every property, in words; empty when all is well."""
    return [said for holds in PROPERTIES for said in holds(cursor, log)]


def wrong_answers(log: Sequence[Attempt], *, may_fall: bool = False) -> list[str]:
    """Answers that no client should see: only 201, or a 503 that says when to come back.

    With `may_fall`, a connection may break without an answer (its web process was killed).
    """
    return [
        f"ANSWERED {a.answer.status} to {a.title!r}: {a.answer.text[:300]}"
        for a in log
        if not (_well_answered(a) or (may_fall and a.answer.status == NO_ANSWER))
    ]


def _well_answered(attempt: Attempt) -> bool:
    answer = attempt.answer
    if answer.status == 201:
        return True
    return (
        answer.status == 503
        and int(answer.headers.get("retry-after", 0)) > 0
        and answer.headers.get("content-type", "").startswith("application/problem+json")
        and answer.body["status"] == 503
        and "Traceback" not in answer.text
    )

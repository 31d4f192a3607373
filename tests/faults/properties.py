"""The eight properties of research/reliability.md §2.1, asked in SQL and of the mail server's log.

For every timer, once all is quiet: P1 none is lost, P2 none both met and missed, P3 each stage is told once
and everybody who ought to hear has one notice, P4 each mail was received or is dead and visible, P5 nobody
hears of what never was, P6 copies are as rare as deaths and always the same message, P7 nothing is told
early, P8 nothing is told later than a sweep's period, an outage and five seconds.

Each returns one sentence per breach, beginning with its name; no sentence means that it holds. Who ought to
hear is written again here, on purpose: the product's own query is what is tried.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.faults.mailbox import Got

PERIOD, GRACE = (
    5.0,
    5.0,
)  # seconds: between two sweeps of one clock, and what the proof allows beside it
#: Reports of the proof: what the suite raised before them has timers of other tests.
OURS = "problem_reports_problemreport r ON r.title LIKE 'Proof %%'"
STAGES = ("warned", "breached", "escalated")

Span = tuple[float, float]  # seconds since 1970, by this machine's clock, which the database shares


@dataclass
class Account:
    """What was done to the product meanwhile: what the properties may excuse, and no more."""

    deaths: int = (
        0  # of whoever may be sending a mail: killed, at a crash point, or cut off its database
    )
    outages: list[Span] = field(
        default_factory=list
    )  # nobody was there to sweep; apart from each other
    acknowledged: set[str] = field(default_factory=set)  # references whose answer got its 200


Rows = list[tuple[Any, ...]]
Property = Callable[[Any, Sequence[Got], Account], Iterable[str]]


def _rows(cursor: Any, statement: str, values: object = None) -> Rows:
    cursor.execute(statement, values)
    found: Rows = cursor.fetchall()
    return found


def _p1_nothing_is_lost(cursor: Any, got: Sequence[Got], account: Account) -> Iterable[str]:
    rows = _rows(
        cursor,
        """
        SELECT id, state FROM problem_reports_timer
        WHERE next_at < clock_timestamp() - interval '1 second'
           OR (due_at < clock_timestamp() - interval '1 second' AND state = 'armed'
               AND stopped_at IS NULL AND paused_since IS NULL)
        """,
    )
    return [f"P1 timer {timer} is due and still {state}" for timer, state in rows]


def _p2_met_or_missed(cursor: Any, got: Sequence[Got], account: Account) -> Iterable[str]:
    rows = _rows(
        cursor,
        """
        SELECT t.id, t.state FROM problem_reports_timer t
        WHERE (t.state = 'met') <> (t.stopped_at <= t.due_at) AND t.stopped_at IS NOT NULL
              AND t.state <> 'superseded'
           OR t.state = 'met' AND EXISTS (
              SELECT FROM problem_reports_signal s WHERE s.timer_id = t.id AND s.stage >= 2)
        """,
    )
    said = [f"P2 timer {timer} is {state} and should not be" for timer, state in rows]
    answered = dict(
        _rows(
            cursor,
            f"""
            SELECT 'PR-' || r.id, count(e.id) FILTER (WHERE t.stopped_at IS NOT NULL)
            FROM problem_reports_timer t JOIN {OURS} AND r.id = t.report_id
            LEFT JOIN journal_event e ON e.kind = 'problem_report' AND e.subject = r.id
                AND e.name = 'problem_report.responded'
            WHERE t.kind = 'first_response' GROUP BY r.id
            """,
            [],
        )
    )
    return said + [
        f"P2 the answer to {reference} was acknowledged and is there {answered.get(reference, 0)} times"
        for reference in account.acknowledged
        if answered.get(reference) != 1
    ]


#: Who ought to hear of the stages of our timers and of the answers, through both channels.
OUGHT = f"""
    WITH told AS (
        SELECT e.id, split_part(e.name, '.', 2) AS verb, r.id AS report, r.assignee_id, r.filed_by_id
        FROM journal_event e JOIN {OURS} AND r.id = e.subject
        WHERE e.kind = 'problem_report' AND e.name IN ('problem_report.warned',
            'problem_report.breached', 'problem_report.escalated', 'problem_report.responded')
    ), manager AS (SELECT id FROM teams_person WHERE username = 'rhea'),
    hears AS (
        SELECT told.id AS event, manager.id AS person FROM told, manager
        WHERE verb IN ('breached', 'escalated') OR (verb = 'warned' AND assignee_id IS NULL)
        UNION SELECT id, assignee_id FROM told
        WHERE verb IN ('warned', 'breached') AND assignee_id IS NOT NULL
        UNION SELECT id, filed_by_id FROM told WHERE verb = 'responded'
        UNION SELECT told.id, w.person_id FROM told
        JOIN problem_reports_watch w ON w.report_id = told.report WHERE verb = 'responded'
    ),
    ought AS (SELECT event, person, channel FROM hears, (VALUES ('in_app'), ('email')) c (channel)),
    hear AS (SELECT n.event_id AS event, n.person_id AS person, n.channel
             FROM channels_notice n JOIN told ON told.id = n.event_id)
"""


def _p3_told_once(cursor: Any, got: Sequence[Got], account: Account) -> Iterable[str]:
    for timer, stage in _rows(
        cursor,
        f"""
        SELECT t.id, t.stage FROM problem_reports_timer t JOIN {OURS} AND r.id = t.report_id
        WHERE t.stage >= 1 AND NOT EXISTS (
            SELECT FROM problem_reports_signal s JOIN journal_event e ON e.id = s.event_id
            WHERE s.timer_id = t.id AND s.stage = t.stage AND e.subject = t.report_id
                AND e.name = 'problem_report.' || (ARRAY['warned', 'breached', 'escalated'])[t.stage])
        """,
        [],
    ):
        yield f"P3 timer {timer} is {STAGES[stage - 1]} and nobody was told"
    for report, verb, times in _rows(
        cursor,
        """
        SELECT subject, name, count(*) FROM journal_event
        WHERE name = ANY (%s) GROUP BY subject, name, data->>'promise', data->>'epoch'
        HAVING count(*) > 1
        """,
        [[f"problem_report.{stage}" for stage in STAGES]],
    ):
        yield f"P3 {verb} of PR-{report} was told {times} times"
    for (event,) in _rows(cursor, "SELECT event_id FROM journal_pending"):
        yield f"P3 event {event} was recorded and nobody has been told"
    missed = f"""{OUGHT} SELECT o.event, p.username, o.channel
        FROM (TABLE ought EXCEPT ALL TABLE hear) o JOIN teams_person p ON p.id = o.person
        WHERE NOT EXISTS (SELECT FROM journal_pending w WHERE w.event_id = o.event)"""
    for event, person, channel in _rows(cursor, missed, []):
        yield f"P3 {person} will never hear of event {event} ({channel})"


def _p4_delivered(cursor: Any, got: Sequence[Got], account: Account) -> Iterable[str]:
    arrived = {one.key for one in got}
    for key, state, error in _rows(cursor, "SELECT key, state, last_error FROM channels_mail"):
        if state == "pending":
            yield f"P4 {key} still waits ({error or 'no error'})"
        elif state == "sent" and key not in arrived:
            yield f"P4 {key} is sent and was never received"
        elif state == "dead" and not error:
            yield f"P4 {key} is dead and does not say why"


def _p5_no_ghosts(cursor: Any, got: Sequence[Got], account: Account) -> Iterable[str]:
    known = {key for (key,) in _rows(cursor, "SELECT key FROM channels_mail")}
    for key in {one.key for one in got} - known:
        yield f"P5 {key} was received and is no mail"
    for (key,) in _rows(
        cursor,
        "SELECT key FROM channels_mail m WHERE NOT EXISTS "
        "(SELECT FROM channels_notice n WHERE n.mail_id = m.id)",
    ):
        yield f"P5 {key} tells nothing"
    ghosts = f"""{OUGHT} SELECT o.event, p.username, o.channel
        FROM (TABLE hear EXCEPT ALL TABLE ought) o JOIN teams_person p ON p.id = o.person"""
    for event, person, channel in _rows(cursor, ghosts, []):
        yield f"P5 {person} heard of event {event} for no reason ({channel})"
    for event, verb in _rows(
        cursor,
        """
        SELECT e.id, e.name FROM journal_event e WHERE e.name = ANY (%s) AND NOT EXISTS
            (SELECT FROM problem_reports_signal s WHERE s.event_id = e.id)
            AND e.source NOT IN ('import', 'demo')
        """,
        [[f"problem_report.{stage}" for stage in STAGES]],
    ):
        yield f"P5 event {event} ({verb}) is of no timer"


def copies(got: Sequence[Got]) -> int:
    """How many messages were received beyond the first of each."""
    return len(got) - len({one.message_id for one in got})


def _p6_copies(cursor: Any, got: Sequence[Got], account: Account) -> Iterable[str]:
    stalled = sum(one.stalled for one in got)
    if copies(got) > account.deaths + stalled:
        yield f"P6 {copies(got)} copies after {account.deaths} deaths and {stalled} timeouts"
    words: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in got:
        words[one.key].add((one.recipient, one.text))
    for key, said in words.items():
        if len(said) > 1:
            yield f"P6 {key} said different things"


#: Every stage that was told of our timers: its report, the stage, the moment it came due, and was told.
TOLD = f"""
    SELECT r.id, s.stage, extract(epoch FROM (ARRAY[t.warn_at, t.due_at, t.escalate_at])[s.stage])::float8,
        extract(epoch FROM e.recorded_at)::float8
    FROM problem_reports_signal s JOIN problem_reports_timer t ON t.id = s.timer_id
    JOIN {OURS} AND r.id = t.report_id JOIN journal_event e ON e.id = s.event_id
"""


def _p7_not_early(cursor: Any, got: Sequence[Got], account: Account) -> Iterable[str]:
    for report, stage, due, told in _rows(cursor, TOLD, []):
        if told < due:
            yield f"P7 PR-{report} was {STAGES[stage - 1]} {due - told:.1f} s early"


def _p8_not_late(cursor: Any, got: Sequence[Got], account: Account) -> Iterable[str]:
    for report, stage, due, told in _rows(cursor, TOLD, []):
        excused = sum(
            max(0.0, min(told, until) - max(due, since)) for since, until in account.outages
        )
        if told - due > PERIOD + GRACE + excused:
            yield (
                f"P8 PR-{report} was {STAGES[stage - 1]} {told - due:.1f} s late,"
                f" of which {excused:.1f} s were an outage"
            )


def both(one: Iterable[Span], other: Iterable[Span]) -> list[Span]:
    """The moments that both cover."""
    pairs = itertools.product(merged(one), merged(other))
    spans = [(max(a[0], b[0]), min(a[1], b[1])) for a, b in pairs]
    return [(since, until) for since, until in spans if since < until]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same moments, each covered once."""
    found: list[Span] = []
    for since, until in sorted(spans):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


PROPERTIES: tuple[Property, ...] = (
    _p1_nothing_is_lost,
    _p2_met_or_missed,
    _p3_told_once,
    _p4_delivered,
    _p5_no_ghosts,
    _p6_copies,
    _p7_not_early,
    _p8_not_late,
)


def breaches(cursor: Any, got: Sequence[Got], account: Account) -> list[str]:
    """Every breach of every property, in words; empty when all is well."""
    return [said for holds in PROPERTIES for said in holds(cursor, got, account)]


def in_brief(said: Sequence[str], samples: int = 3) -> str:
    """How often each property is broken, and some sentences of each."""
    counts = Counter(sentence.split()[0] for sentence in said)
    return "\n".join(
        f"{name} broken {count} times: "
        + "; ".join([s.removeprefix(f"{name} ") for s in said if s.startswith(name)][:samples])
        for name, count in sorted(counts.items())
    )


def lateness(cursor: Any, *, since: float = 0.0, until: float = float("inf")) -> list[float]:
    """Seconds from the due moment to the record, of the breaches that came due in between; smallest first."""
    return sorted(
        told - due
        for _, stage, due, told in _rows(cursor, TOLD, [])
        if stage == 2 and since <= due < until
    )

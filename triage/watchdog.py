"""Whether clocks run (SLA-7): figures in one query, a judgement in words, and the strip that says so.

Asked by `/health/timers`, `/metrics`, the page of the clocks, and in their own statements by the frame
and the desk's pulse. No Celery and no Redis: what watches must not stand on what it watches.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.urls import reverse

from channels.rules import STANDSTILL, stands_still
from channels.services import TIMERS
from foundation.moments import in_words, span
from foundation.statements import Statement

#: A letter that nobody has tried for so long has been forgotten. One that its server puts off is tried
#: again by itself: the page of deliveries shows it, and the alarm is silent.
OUTBOX_PATIENCE = timedelta(minutes=5)
#: Counted up to here: a larger number tells nobody more, and takes longer.
COUNTED = 10_000

# Each part reaches its row by an index, whatever else the tables hold.
_FIGURES = Statement(
    "watchdog",
    """
    SELECT clock_timestamp(),
        (SELECT at FROM channels_heartbeat WHERE name = %(beat)s),
        (SELECT count(*) FROM (SELECT FROM problem_reports_timer
            WHERE next_at < (SELECT clock_timestamp()) LIMIT %(counted)s) AS due),
        (SELECT next_at FROM problem_reports_timer
            WHERE next_at < (SELECT clock_timestamp()) ORDER BY next_at, id LIMIT 1),
        (SELECT e.recorded_at FROM journal_pending p JOIN journal_event e ON e.id = p.event_id
            ORDER BY p.event_id LIMIT 1),
        (SELECT next_at FROM channels_mail
            WHERE state = 'pending' AND next_at <= (SELECT clock_timestamp()) ORDER BY next_at, id LIMIT 1),
        (SELECT count(*) FROM (SELECT FROM channels_mail
            WHERE state = 'pending' AND last_error > '' LIMIT %(counted)s) AS put_off),
        (SELECT count(*) FROM (SELECT FROM channels_mail
            WHERE state = 'dead' LIMIT %(counted)s) AS dead)
    """,
    beat="text",
    counted="bigint",
)


@dataclass(frozen=True)
class Figures:
    """`beaten` is the last sweep; the oldest of each kind by the moment at which it was due to be told or tried."""

    now: datetime
    beaten: datetime | None
    due: int
    oldest_timer: datetime | None
    oldest_event: datetime | None
    oldest_mail: datetime | None
    put_off: int
    dead_letters: int

    def age(self, moment: datetime | None) -> timedelta | None:
        return None if moment is None else max(self.now - moment, timedelta(0))

    def as_numbers(self) -> dict[str, float | None]:
        """For machines: how many, and how many seconds since; None for what is not there."""
        moments = {
            "last_sweep_seconds": self.beaten,
            "oldest_timer_seconds": self.oldest_timer,
            "oldest_event_seconds": self.oldest_event,
            "oldest_mail_seconds": self.oldest_mail,
        }
        ages = {name: self.age(moment) for name, moment in moments.items()}
        seconds = {k: None if v is None else round(v.total_seconds(), 3) for k, v in ages.items()}
        counts = {"timers_due": self.due, "mails_put_off": self.put_off}
        return {**counts, "dead_letters": self.dead_letters, **seconds}


def figures() -> Figures:
    return Figures(*_FIGURES.rows(beat=TIMERS, counted=COUNTED)[0])


def reasons(found: Figures) -> Iterator[str]:
    """Why an alarm should ring, a sentence each; nothing while all is well."""
    if found.beaten is None:
        yield "Timers have never been swept."
    elif stands_still(found.beaten, found.now):
        yield f"Timers were last swept {_long(found.age(found.beaten))} ago."
    if (late := found.age(found.oldest_timer)) and late > STANDSTILL:
        yield f"The oldest timer is late by {_long(late)}."
    if (waits := found.age(found.oldest_event)) and waits > OUTBOX_PATIENCE:
        yield f"An event has waited {_long(waits)} for its notices to be written."
    if (unsent := found.age(found.oldest_mail)) and unsent > OUTBOX_PATIENCE:
        yield f"A mail ought to have been tried {_long(unsent)} ago."


def _long(stretch: timedelta | None) -> str:
    return span(stretch or timedelta(0))


# --- The strip ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Strip:
    """As `_parts/_strip.html` wants it."""

    words: str
    url: str
    link: str
    kind: str = ""
    icon: str = ""


def strips(beaten: datetime | None, now: datetime, zone: tzinfo) -> tuple[Strip, ...]:
    """What the frame says while clocks stand still; nothing while they run."""
    if not stands_still(beaten, now):
        return ()
    words = (
        f"Clocks have stood still since {since(beaten, now, zone)}."
        if beaten
        else "No clock runs yet."
    )
    return (
        Strip(
            f"{words} Promises are not watched; what comes due is told when they run again, as late.",
            reverse("clocks"),
            "What is late",
            kind="late",
            icon="timer-off",
        ),
    )


def again() -> Strip:
    """In the place of that strip on a page that is open when clocks run again."""
    return Strip(
        "Clocks run again. What came due meanwhile has been told, and says how late it is.",
        reverse("clocks"),
        "What was late",
        kind="again",
        icon="timer",
    )


def since(at: datetime, now: datetime, zone: tzinfo) -> str:
    """A past moment by the wall clock: "14:03" today, else with its day."""
    there, here = at.astimezone(zone), now.astimezone(zone)
    if there.date() == here.date():
        return f"{there:%H:%M}"
    if now - at < timedelta(hours=10):
        return f"yesterday {there:%H:%M}"
    words = in_words(at, now, zone)
    return words if ":" in words else f"{words} {there:%H:%M}"

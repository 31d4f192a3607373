"""When an e-mail leaves: at once, in a digest, after quiet hours, together after an outage; and when again. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

AT_ONCE, DIGEST, NEVER = "at_once", "digest", "never"
#: The kinds of a mail: of one notice, of a reader's slot, of what an outage held up.
SINGLE, LATE = "single", "late"

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=2)
#: Who must never stop says every few seconds that it runs; silent for so long, it stands still (SLA-7).
STANDSTILL = timedelta(seconds=60)
#: What an outage held up is told within minutes: so long a first letter waits for the others.
GATHERING = timedelta(minutes=1)


def backoff(attempt: int, share: float) -> timedelta:
    """How long to wait after the `attempt`th failure (from 1): full jitter.

    Anywhere between nothing and 30 s, doubled with every attempt, at most 2 h; `share` in [0, 1) is
    the die. Full jitter spreads what failed together better than a fixed wait with a little noise
    (Brooker, "Exponential Backoff And Jitter", AWS 2015).
    """
    doubled: timedelta = FIRST_WAIT * 2 ** min(attempt - 1, 30)
    return min(doubled, LONGEST_WAIT) * share


def stands_still(beaten: datetime | None, now: datetime) -> bool:
    """Whether something that last said at `beaten` that it runs (None: never) has stopped."""
    return beaten is None or now - beaten > STANDSTILL


@dataclass(frozen=True)
class Hours:
    """A reader's clock: when their digest comes, and between which hours no e-mail does."""

    zone: tzinfo
    digest_at: time
    quiet_from: time | None = None
    quiet_until: time | None = None


@dataclass(frozen=True)
class Slot:
    """The mail that a letter goes into: a kind, and the moment from which it leaves."""

    kind: str
    at: datetime


def slot_for(how: str, now: datetime, hours: Hours, *, late: bool) -> Slot:
    """Where a letter goes that is written at `now` for a reader who hears `how` (at_once or digest).

    `late` is what an outage held up: together with the rest of it. Quiet hours win over all: what
    falls into one night leaves as one digest when they end.
    """
    if how == DIGEST:
        at = next_digest(now, hours)
        return Slot(DIGEST, quiet_until(at, hours) or at)
    if ends := quiet_until(now, hours):
        return Slot(DIGEST, ends)
    return Slot(LATE, now + GATHERING) if late else Slot(SINGLE, now)


def next_digest(now: datetime, hours: Hours) -> datetime:
    """The first moment after `now` at which the reader's wall clock shows their digest hour.

    An hour that the clock skips counts by the offset before the change: the digest comes by so much
    later, not never. One that it shows twice counts once.
    """
    today = now.astimezone(hours.zone).date()
    days = (today + timedelta(days=n) for n in range(-1, 4))
    return next(at for day in days if (at := _moment(day, hours.digest_at, hours.zone)) > now)


def quiet_until(now: datetime, hours: Hours) -> datetime | None:
    """When the quiet hours end that `now` falls into; None when it falls into none."""
    starts, ends = hours.quiet_from, hours.quiet_until
    if starts is None or ends is None:
        return None
    today = now.astimezone(hours.zone).date()
    for day in (today - timedelta(days=1), today):
        last = day + timedelta(days=ends <= starts)  # past midnight
        end = _moment(last, ends, hours.zone)
        if _moment(day, starts, hours.zone) <= now < end:
            return end
    return None


def _moment(day: date, at: time, zone: tzinfo) -> datetime:
    # Through UTC, so that a wall-clock moment that does not exist becomes one that does.
    return datetime.combine(day, at, zone).astimezone(UTC)

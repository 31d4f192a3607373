"""When an e-mail leaves: jitter within its bounds, digests and quiet hours by a wall clock that jumps."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.rules import (
    AT_ONCE,
    DIGEST,
    FIRST_WAIT,
    LATE,
    LONGEST_WAIT,
    SINGLE,
    Hours,
    backoff,
    next_digest,
    quiet_until,
    slot_for,
)

BRUSSELS = ZoneInfo("Europe/Brussels")
NIGHT = Hours(BRUSSELS, time(8), time(22), time(7))

moments = st.integers(0, 10 * 366 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
zones = st.sampled_from(
    ["Europe/Brussels", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
).map(ZoneInfo)
clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def in_brussels(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS, fold=fold).astimezone(UTC)


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_wait_is_between_nothing_and_the_doubled_first_one_at_most_the_longest(
    attempt: int, share: float
) -> None:
    wait = backoff(attempt, share)
    assert timedelta(0) <= wait <= LONGEST_WAIT
    assert wait <= FIRST_WAIT * 2 ** min(attempt - 1, 40)


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 15), (2, 30), (3, 60), (15, 3600)])
def test_the_middle_of_the_jitter_doubles_until_it_is_an_hour(attempt: int, seconds: int) -> None:
    assert backoff(attempt, 0.5) == timedelta(seconds=seconds)


@given(moments, zones, clocks)
def test_the_next_digest_is_ahead_and_within_a_day_and_the_jump_of_the_clock(
    now: datetime, zone: ZoneInfo, at: time
) -> None:
    slot = next_digest(now, Hours(zone, at))
    assert now < slot <= now + timedelta(hours=25)
    local = slot.astimezone(zone)
    shown = local.hour * 60 + local.minute
    wanted = at.hour * 60 + at.minute
    assert shown - wanted in (0, 30, 60)  # later by the jump when the hour was skipped


@given(moments, zones, clocks)
def test_no_day_is_without_its_digest(now: datetime, zone: ZoneInfo, at: time) -> None:
    hours = Hours(zone, at)
    days = set()
    slot = next_digest(now, hours)
    for _ in range(4):
        days.add(slot.astimezone(zone).date())
        slot = next_digest(slot, hours)
    assert len(days) == 4
    assert max(days) - min(days) == timedelta(days=3)


def test_a_digest_hour_that_the_clock_skips_comes_by_so_much_later() -> None:
    hours = Hours(BRUSSELS, time(2, 30))
    slot = next_digest(in_brussels("2026-03-28T12:00"), hours)
    assert slot == in_brussels("2026-03-29T03:30")


def test_a_digest_hour_that_the_clock_shows_twice_counts_once() -> None:
    hours = Hours(BRUSSELS, time(2, 30))
    first = next_digest(in_brussels("2026-10-24T12:00"), hours)
    assert first == in_brussels("2026-10-25T02:30", fold=0)
    assert next_digest(first, hours) == in_brussels("2026-10-26T02:30")


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-11-20T21:59", None),
        ("2026-11-20T22:00", "2026-11-21T07:00"),
        ("2026-11-21T06:59", "2026-11-21T07:00"),
        ("2026-11-21T07:00", None),
        # The night of each change of the clock: it ends at seven all the same.
        ("2026-03-28T23:00", "2026-03-29T07:00"),
        ("2026-10-24T23:00", "2026-10-25T07:00"),
    ],
)
def test_quiet_hours_pass_midnight_and_end_by_the_wall_clock(now: str, ends: str | None) -> None:
    assert quiet_until(in_brussels(now), NIGHT) == (in_brussels(ends) if ends else None)


def test_the_nights_of_the_change_are_an_hour_shorter_and_longer() -> None:
    begins = in_brussels("2026-03-28T22:00")
    assert quiet_until(begins, NIGHT) == begins + timedelta(hours=8)
    begins = in_brussels("2026-10-24T22:00")
    assert quiet_until(begins, NIGHT) == begins + timedelta(hours=10)


def test_quiet_hours_of_a_day_do_not_pass_midnight() -> None:
    lunch = Hours(BRUSSELS, time(8), time(12), time(13, 30))
    assert quiet_until(in_brussels("2026-11-20T12:10"), lunch) == in_brussels("2026-11-20T13:30")
    assert quiet_until(in_brussels("2026-11-20T23:10"), lunch) is None


@given(moments, zones, clocks, clocks)
def test_whoever_is_quiet_hears_at_a_moment_that_is_not(
    now: datetime, zone: ZoneInfo, starts: time, ends: time
) -> None:
    hours = Hours(zone, time(8), starts, ends)
    if starts != ends and (end := quiet_until(now, hours)):
        assert now < end <= now + timedelta(hours=25)
        assert quiet_until(end, hours) is None or zone.key != "UTC"


def test_a_digest_whose_hour_is_quiet_waits_until_the_quiet_ends() -> None:
    early = Hours(BRUSSELS, time(6), time(22), time(7))
    slot = slot_for(DIGEST, in_brussels("2026-11-20T15:00"), early, late=False)
    assert (slot.kind, slot.at) == (DIGEST, in_brussels("2026-11-21T07:00"))


def test_what_comes_at_once_leaves_now_by_day_and_with_the_rest_of_the_night_by_night() -> None:
    by_day, by_night = in_brussels("2026-11-20T15:00"), in_brussels("2026-11-20T23:00")
    assert slot_for(AT_ONCE, by_day, NIGHT, late=False).kind == SINGLE
    assert slot_for(AT_ONCE, by_day, NIGHT, late=False).at == by_day
    quiet = slot_for(AT_ONCE, by_night, NIGHT, late=False)
    assert (quiet.kind, quiet.at) == (DIGEST, in_brussels("2026-11-21T07:00"))


def test_what_an_outage_held_up_gathers_for_a_minute_but_never_in_the_night() -> None:
    by_day, by_night = in_brussels("2026-11-20T15:00"), in_brussels("2026-11-20T23:00")
    assert slot_for(AT_ONCE, by_day, NIGHT, late=True).kind == LATE
    assert slot_for(AT_ONCE, by_day, NIGHT, late=True).at == by_day + timedelta(minutes=1)
    assert slot_for(AT_ONCE, by_night, NIGHT, late=True).kind == DIGEST
    assert slot_for(DIGEST, by_day, NIGHT, late=True).kind == DIGEST

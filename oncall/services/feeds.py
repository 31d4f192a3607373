"""Verbs on calendar feeds, and the writing down of what they tell (ONC-4)."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from psycopg2.extras import DateTimeTZRange

from foundation.errors import NotAllowed, NotFound
from foundation.locking import locked
from journal import services as journal
from oncall.events.feeds import FeedRenewed, FeedRevoked, ScheduleMoved
from oncall.models import Duty, DutyKind, Feed, FeedEntry
from oncall.policy import feeds as policy
from oncall.querysets import standing
from oncall.rules.feeds import Known, Next, Stretch, Told, joined, next_moved, told
from teams.models import Person, Team

#: Of PostgreSQL's advisory locks, those of feeds; the second number is the team.
LOCK = 4201
Shown = dict[int, Next]


@transaction.atomic
def renew_feed(
    person: Person, *, team: Team | None = None, by: Person, at: datetime, source: str = "web"
) -> tuple[Feed, str]:
    """A new secret address; the one of before, if any, ends. The secret is returned once and kept nowhere."""
    if refusal := policy.may_renew_feed(standing(by, at), person.pk, team):
        raise NotAllowed(refusal)
    # Two renewals at once: the second ends what the first has made.
    locked(Person.objects.all(), person.pk)
    living = Feed.objects.filter(person=person, team=team, revoked_at=None)
    was = living.update(revoked_at=at) > 0
    secret = secrets.token_urlsafe(32)
    feed = Feed.objects.create(person=person, team=team, secret_hash=hashed(secret), made_at=at)
    fact = FeedRenewed(team=team.slug if team else "", again=was)
    journal.record(fact, subject=feed.pk, by=by, at=at, source=source)
    return feed, secret


@transaction.atomic
def revoke_feed(feed_id: int, *, by: Person, at: datetime, source: str = "web") -> Feed:
    """The address ends: calendars that have it get no answer any more."""
    feed = locked(Feed.objects.select_related("team"), feed_id)
    if refusal := policy.may_revoke_feed(standing(by, at), feed.person_id, feed.team):
        raise NotAllowed(refusal)
    if feed.revoked_at is not None:
        raise NotFound("This address ended before.")
    feed.revoked_at = max(at, feed.made_at)
    feed.save(update_fields=["revoked_at"])
    fact = FeedRevoked(team=feed.team.slug if feed.team else "")
    journal.record(fact, subject=feed.pk, by=by, at=at, source=source)
    return feed


def hashed(secret: str) -> str:
    """Fast on purpose: a secret of 32 random bytes needs no slow hash, and a feed is asked often."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def publish_feeds(team_ids: Iterable[int], *, at: datetime) -> dict[int, dict[str, Shown]]:
    """Write down what the duties of these teams say now, so that calendars can be told what changed.

    Returns team -> duty -> person -> their next shift before and after, where it moved. Asked after every
    change, and before a feed is read: what nobody's act moved (the schedule grows by itself) is told then.
    """
    found: dict[int, dict[str, Shown]] = {}
    for team in sorted(set(team_ids)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, team])
        moved = {duty: shown for duty in DutyKind.values if (shown := _publish(team, duty, at))}
        if moved:
            found[team] = moved
    return found


def tell_of_shifts(
    team_ids: Iterable[int], *, by: Person, at: datetime, source: str = "web"
) -> None:
    """Publish, and record once per change and team whose next shift it moved: they hear of it, nobody else."""
    for team, duties in publish_feeds(team_ids, at=at).items():
        moves = tuple(
            {
                "person": person,
                "duty": duty,
                "before": _said(pair.before),
                "after": _said(pair.after),
            }
            for duty, shown in duties.items()
            for person, pair in shown.items()
        )
        journal.record(ScheduleMoved(moves=moves), subject=team, by=by, at=at, source=source)


def _said(span: tuple[datetime, datetime] | None) -> list[str]:
    return [moment.isoformat() for moment in span] if span else []


def _publish(team: int, duty: str, at: datetime) -> Shown:
    entries = FeedEntry.objects.filter(team_id=team, duty=duty)
    ahead = {e.pk: e for e in entries.filter(during__endswith__gt=at).order_by("pk")}
    # A shift that runs began before: it is seen whole, so that cutting it is no other shift.
    since = min([at, *(e.during.lower for e in ahead.values())])
    now = _stretches(team, duty, since)
    known = [
        Known(e.pk, e.person_id, e.slot, e.during.lower, e.during.upper, e.cancelled)
        for e in ahead.values()
    ]
    change = told(known, [s for s in now if s.end > at or _is_known(s, known)])
    if not change:
        return {}
    before = [Stretch(*k[1:5]) for k in known if not k.cancelled]
    _write(team, duty, change, ahead, at)
    return next_moved(before, now, at) if known else {}


def _is_known(one: Stretch, known: Iterable[Known]) -> bool:
    """What ended just now belongs to an entry that was told to end later."""
    return any(
        (k.person, k.slot) == (one.person, one.slot) and k.start < one.end and one.start < k.end
        for k in known
    )


def _stretches(team: int, duty: str, since: datetime) -> list[Stretch]:
    rows = Duty.objects.filter(team_id=team, duty=duty, during__endswith__gt=since)
    return joined(
        Stretch(row.person_id, slot_of(row), row.during.lower, row.during.upper)
        for row in rows.order_by("during", "pk")
    )


def slot_of(duty: Duty) -> str:
    """The name of its shift; what was given by hand is a shift of its own."""
    return duty.slot or f"by hand {duty.pk}"


def _write(team: int, duty: str, change: Told, ahead: dict[int, FeedEntry], at: datetime) -> None:
    changed = []
    for key, stretch in change.moved.items():
        ahead[key].during = DateTimeTZRange(stretch.start, stretch.end, "[)")
        ahead[key].cancelled = False
        changed.append(ahead[key])
    for key in change.gone:
        ahead[key].cancelled = True
        changed.append(ahead[key])
    for entry in changed:
        entry.sequence += 1
        entry.changed_at = max(at, entry.changed_at)
    FeedEntry.objects.bulk_update(changed, ["during", "cancelled", "sequence", "changed_at"])
    FeedEntry.objects.bulk_create(_entries(team, duty, change.new, at))


def _entries(team: int, duty: str, new: list[Stretch], at: datetime) -> list[FeedEntry]:
    rows = FeedEntry.objects.filter(team_id=team, duty=duty, slot__in={s.slot for s in new})
    parts: dict[tuple[int, str], int] = {}
    for person, slot, part in rows.values_list("person_id", "slot", "part"):
        parts[person, slot] = max(parts.get((person, slot), -1), part)
    found = []
    for one in new:
        part = parts[one.person, one.slot] = parts.get((one.person, one.slot), -1) + 1
        found.append(
            FeedEntry(
                team_id=team, duty=duty, person_id=one.person, slot=one.slot, part=part,
                uid=_uid(team, duty, one, part), changed_at=at,
                during=DateTimeTZRange(one.start, one.end, "[)"),
            )
        )  # fmt: skip
    return found


def _uid(team: int, duty: str, one: Stretch, part: int) -> str:
    """Says which shift, never when: a calendar keeps its entry when the shift moves."""
    named = f"{team}|{duty}|{one.person}|{one.slot}|{part}"
    return f"{hashlib.sha256(named.encode()).hexdigest()[:32]}@firebreak"

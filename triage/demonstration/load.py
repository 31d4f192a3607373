"""Raise the curtain: found the company, place every story, play, deliver the letters. All or nothing."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction

from channels.models import Channel, Notice, NoticeState
from channels.registry import letters_for
from journal.models import Event
from teams.lifecycle import PersonKind
from teams.models import Person, Team
from triage.demonstration.agreed import changes_story, p1_story
from triage.demonstration.backlog import CLINIC, committed_story, wanted_story
from triage.demonstration.bank import Telling, tellings
from triage.demonstration.cadence import calendar_of, sprint_story
from triage.demonstration.company import LEADS, founded
from triage.demonstration.duties import give_out
from triage.demonstration.ladder import climb
from triage.demonstration.pages import call_for_the_p0s
from triage.demonstration.play import ALWAYS, Play, chance
from triage.demonstration.repairs import WAYS, ways_story
from triage.demonstration.reports import ReportStory
from triage.demonstration.reviews import learn, published_story
from triage.demonstration.stage import Stage
from triage.demonstration.versions import stories

LOCK = 0x1A8F01D  # any number that nobody else locks
REMEMBERED = timedelta(days=25)
UNREAD = 2
PAUSE = timedelta(minutes=17)  # nobody tells the same before the first has told it


def is_empty() -> bool:
    """Whether nobody has settled here: no team, and no person but the automatic actors."""
    people = Person.objects.exclude(kind=PersonKind.SYSTEM)
    return not Team.objects.exists() and not people.exists()


@transaction.atomic
def load(now: datetime, *, every: int = 1) -> bool:
    """Load the demonstration as of `now` into an empty database; False when it is not empty.

    One transaction: a load that is interrupted leaves nothing. `every` takes each nth of the closed
    reports only, for tests. Two loads at once: the second waits, and finds the work done.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        # Every statement joins by key in the order in which it is written; planning other orders
        # would take several times as long as the statement, some ten thousand times.
        cursor.execute("SET LOCAL join_collapse_limit = 1")
    if not is_empty():
        return False
    now = now.replace(microsecond=0)
    company = founded(now)
    play = Play(company, Stage(now), give_out(company, now))
    climb(company, now)
    for team in ("clinic", "platform"):
        play.sprints[team] = calendar_of(play, team)
        for slot in play.sprints[team]:
            play.stage.enter(sprint_story(play, slot))
    for story, filed_at in _placed(play, every):
        play.stage.enter(story.told(filed_at))
    for nth, wanted in enumerate(CLINIC):
        play.stage.enter(wanted_story(play, nth, wanted))
    play.stage.enter(committed_story(play))
    for team in WAYS:
        play.stage.enter(ways_story(play, team))
    play.stage.enter(published_story(play))
    for team in LEADS:
        play.stage.enter(p1_story(play, team))
        play.stage.enter(changes_story(play, team))
    for story in stories(play):
        play.stage.enter(story)
    play.stage.play()
    call_for_the_p0s(play)
    learn(play)
    _deliver(now)
    return True


def _placed(play: Play, every: int) -> list[tuple[ReportStory, datetime]]:
    """Every story with the moment of its filing: the open ones by how they stand today, the closed
    ones spread over the months since the first sprint, each early enough to be closed by now."""
    told = list(tellings())
    found: list[tuple[ReportStory, datetime]] = []
    past = _mixed([t for t in told if not t.state and not t.since])
    kept = list(_thinned(past, every))
    moments = _spread(play, len(kept))
    for telling, at in zip(kept, moments, strict=True):
        found += _with_retellings(play, telling, at)
    for telling in told:
        if telling.state or telling.since:
            found += _with_retellings(play, telling, play.now)
    return found


def _mixed(told: list[Telling]) -> list[Telling]:
    """In an order in which every fortnight has its share of each area's bugs and other outcomes."""
    groups: dict[tuple[str, bool], list[Telling]] = {}
    for telling in told:
        groups.setdefault((telling.area, telling.outcome == "bug"), []).append(telling)
    placed = []
    for group in groups.values():
        chance(group[0].key).shuffle(group)
        shift = chance(f"order {group[0].key}").random()
        placed += [((nth + shift) / len(group), t.key, t) for nth, t in enumerate(group)]
    return [telling for _, _, telling in sorted(placed)]


def _thinned(told: list[Telling], every: int) -> Iterator[Telling]:
    """Each nth, and the first of every outcome."""
    seen = set()
    for nth, telling in enumerate(told):
        if nth % every == 0 or telling.outcome not in seen:
            seen.add(telling.outcome)
            yield telling


def _spread(play: Play, count: int) -> Iterator[datetime]:
    """That many moments of Customer Care's time, from before the first sprint to two days ago."""
    care = play.company.hours["care"]
    first = care.before(min(slots[0].started_at for slots in play.sprints.values()), 90)
    step = (care.between(first, play.now) - 20) / max(count, 1)
    at = care.after(first, 2)
    for nth in range(count):
        yield at
        at = care.after(at, step * chance(f"pause {nth}").uniform(0.1, 1.9))


def _with_retellings(
    play: Play, telling: Telling, wanted: datetime
) -> list[tuple[ReportStory, datetime]]:
    """The story and those of the others who told the same, which come after it."""
    story = ReportStory(play, telling)
    others = [(ReportStory(play, t), t.since or 0.5) for t in telling.again]
    latest = [_early_enough(again, since) - PAUSE for again, since in others]
    at = min(wanted, _early_enough(story, telling.since or 1), *latest)
    found = [(story, at)]
    for (again, _), last in zip(others, latest, strict=True):
        after = story.hours.after(at, again.die.uniform(2, 40))
        found.append((again, min(after, last + PAUSE)))
    return found


def _early_enough(story: ReportStory, since: float) -> datetime:
    """The latest filing after which the story's last act was `since` working hours ago."""
    at = story.hours.before(story.play.now, story.length + since)
    # Who works around the clock is still told by somebody in an office.
    return story.play.company.hours["care"].before(at, 0.01) if story.hours is ALWAYS else at


def _deliver(now: datetime) -> None:
    """The letters that reporters found in the last weeks: each has read all but the newest two."""
    events = Event.objects.filter(name="bug.verified", at__gte=now - REMEMBERED)
    unread: Counter[int] = Counter()
    for event in events.order_by("-at", "-pk"):
        for letter in letters_for(event):
            unread[letter.person_id] += 1
            seen = event.at + timedelta(minutes=50)
            Notice.objects.create(
                event=event,
                person_id=letter.person_id,
                channel=Channel.IN_APP,
                state=NoticeState.SENT,
                subject=letter.subject[:200],
                body=letter.body,
                url=letter.url,
                made_at=event.at,
                read_at=seen if unread[letter.person_id] > UNREAD and seen < now else None,
            )

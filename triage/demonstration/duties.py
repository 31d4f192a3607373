"""Both duties of both delivery teams: rotations with a year behind them, what came between, what is ahead.

Played on a stage of its own, before anything is filed: who decides about a report is who was on duty then.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from oncall import services as oncall
from oncall.models import Duty, Rotation
from oncall.rules.rota import Layer
from oncall.rules.walls import WEEK
from triage.demonstration.company import DUTIES, LEADS, Company
from triage.demonstration.stage import Stage, Story

PAST = timedelta(weeks=52)
#: Since when turns are as they are now; how long one is, in weeks.
AS_NOW = {("clinic", "release_manager"): (timedelta(0), 8)}
LATELY = (timedelta(weeks=12), 1)
HANDOFF = time(9)  # by the team's clock

Rota = dict[tuple[str, str], list[tuple[datetime, str]]]


def give_out(company: Company, now: datetime) -> Rota:
    """Set up and run the rotations until now.

    Returns for each team and duty who took over at which moment, oldest first.
    """
    stage = Stage(now)
    for team, duties in DUTIES.items():
        handoff = last_handoff(company, team, now)
        for duty in duties:
            stage.enter(_turns(company, team, duty, handoff))
    for story in (_written_on(now), *_between(company, now)):
        stage.enter(story)
    stage.play()
    rota: Rota = {}
    for held in Duty.objects.select_related("team", "person").order_by("during", "pk"):
        turns = rota.setdefault((held.team.slug, held.duty), [])
        turns.append((held.during.lower, held.person.username))
    return rota


def joined(nth: int) -> timedelta:
    """How long ago the nth of a rotation's order began to take turns: two from its start, then one by one."""
    return PAST if nth < 2 else timedelta(weeks=50 - 9 * nth)


def last_handoff(company: Company, team: str, now: datetime) -> datetime:
    """On the last working day before today: whoever signs in finds a turn that began and has days to go."""
    today = now.astimezone(company.zone(team)).date()
    ago = {6: 2, 0: 3}.get(today.weekday(), 1)
    return datetime.combine(today - timedelta(days=ago), HANDOFF, company.zone(team))


def _turns(company: Company, team: str, duty: str, handoff: datetime) -> Story:
    """Two of them begin; the others join; at last the order and the length that hold today."""
    turns, hours = DUTIES[team][duty], company.hours[team]
    people = [company.people[name] for name in turns]
    act = {"by": company.people[LEADS[team]], "source": "demo"}
    since = handoff - PAST
    at = yield hours.before(since, 12)
    first = _layer(handoff, *(p.pk for p in people[:2]))
    rotation = oncall.set_up_rotation(
        company.teams[team], duty, layers=[first], since=since, at=at, **act
    )
    for nth, person in enumerate(people[2:], 2):
        since = handoff - joined(nth)
        at = yield hours.before(since, 12)
        oncall.join_rotation(rotation.pk, person=person, since=since, at=at, **act)
    before, weeks = AS_NOW.get((team, duty), LATELY)
    at = yield hours.before(handoff - before, 12)
    layer = _layer(handoff, *(p.pk for p in people), weeks=weeks)
    oncall.revise_rotation(rotation.pk, layers=[layer], since=handoff - before, at=at, **act)


def _layer(handoff: datetime, *people: int, weeks: int = 1) -> Layer:
    """Turns counted from the last handoff, backwards too: it was to the first one named."""
    assert isinstance(handoff.tzinfo, ZoneInfo)
    return Layer("Turns", handoff.tzinfo, handoff.date(), HANDOFF, WEEK, weeks, participants=people)


def _written_on(now: datetime) -> Story:
    """The clock, which writes a rotation's schedule on while nobody changes it."""
    for weeks in range(50, -1, -10):
        at = yield now - timedelta(weeks=weeks)
        oncall.publish_ahead(at=at)


def _between(company: Company, now: datetime) -> Iterator[Story]:
    yield _a_night_covered(company, now)
    yield _a_swap(company, now)
    yield _an_offer(company, now)
    yield _away(company, now)


def _a_night_covered(company: Company, now: datetime) -> Story:
    """Ines has one night of Yuki's coming turn, by the lead's hand."""
    turn = last_handoff(company, "clinic", now) + timedelta(weeks=1)
    start = datetime.combine(turn.date() + timedelta(days=2), time(18), turn.tzinfo)
    at = yield company.hours["clinic"].before(now, 9)
    oncall.override(
        _rotation("clinic").pk, person=company.people["ines"], start=start,
        end=start + timedelta(hours=15), by=company.people["maud"], at=at, source="demo",
    )  # fmt: skip


def _a_swap(company: Company, now: datetime) -> Story:
    """Otto takes the turn of Ines after that, and gives her the one that follows."""
    turn = last_handoff(company, "clinic", now) + timedelta(weeks=2)
    at = yield company.hours["clinic"].before(now, 8)
    ines, otto = company.people["ines"], company.people["otto"]
    offer = oncall.offer_swap(
        _rotation("clinic").pk, slot=_slot("clinic", turn), to=otto,
        in_return=_slot("clinic", turn + timedelta(weeks=1)), by=ines, at=at, source="demo",
    )  # fmt: skip
    at = yield company.hours["clinic"].after(at, 2)
    oncall.accept_swap(offer.pk, by=otto, at=at, source="demo")


def _an_offer(company: Company, now: datetime) -> Story:
    """Sami would give his next turn to anybody of Platform."""
    turn = last_handoff(company, "platform", now) + timedelta(weeks=2)
    at = yield company.hours["platform"].before(now, 5)
    oncall.offer_swap(
        _rotation("platform").pk, slot=_slot("platform", turn), by=company.people["sami"],
        at=at, source="demo",
    )  # fmt: skip


def _away(company: Company, now: datetime) -> Story:
    """Yuki is away for three days of a turn of hers, and nobody has them yet."""
    turn = last_handoff(company, "clinic", now) + timedelta(weeks=4)
    at = yield company.hours["clinic"].before(now, 4)
    oncall.record_absence(
        company.people["yuki"], start=turn + timedelta(days=1), end=turn + timedelta(days=4),
        by=company.people["yuki"], at=at, source="demo",
    )  # fmt: skip


def _rotation(team: str) -> Rotation:
    return Rotation.objects.get(team__slug=team, duty="on_call")


def _slot(team: str, turn: datetime) -> str:
    held = Duty.objects.get(team__slug=team, duty="on_call", during__startswith=turn)
    return held.slot

"""Who stands where on a team's ladder, and what they have seen since (ONC-7)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from oncall.models import Duty, LadderGate, LadderNote, LadderStep, NoteKind, Pairing
from oncall.rules.ladder import GATES, MENTOR, QUALIFIED, STAGES, Gate, Seen, following, missing
from oncall.rules.ladder import qualified_over as count
from teams.models import Person, Team

MONTHS = 12


@dataclass(frozen=True)
class Place:
    """Somebody on the ladder: since when at which stage, what comes next, and what is missing for it."""

    person: Person
    stage: str
    since: datetime
    next: str | None
    missing: list[str]


def gates_of(team_id: int) -> dict[str, Gate]:
    """stage -> what the team asks for before it."""
    rows = LadderGate.objects.filter(team=team_id)
    own = {g.stage: Gate(g.shifts, tuple(g.incidents), g.mentor_word, g.own_word) for g in rows}
    return {**GATES, **own}


def steps_of(team_id: int, duty: str, person_id: int | None = None) -> dict[int, LadderStep]:
    """person -> their last step."""
    rows = LadderStep.objects.filter(team=team_id, duty=duty).select_related("person")
    if person_id is not None:
        rows = rows.filter(person=person_id)
    return {row.person_id: row for row in sorted(rows, key=lambda r: STAGES.index(r.stage))}


def is_mentor(team_id: int, duty: str, person_id: int) -> bool:
    return LadderStep.objects.filter(
        team=team_id, duty=duty, person=person_id, stage=MENTOR
    ).exists()


def ladder_of(team_id: int, duty: str, at: datetime) -> list[Place]:
    """Everybody on the ladder to a duty, by name."""
    steps, gates = steps_of(team_id, duty), gates_of(team_id)
    seen = seen_since(team_id, duty, steps, at)
    found = []
    for key, step in steps.items():
        after = following(step.stage)
        left = missing(gates[after], seen[key]) if after else []
        found.append(Place(step.person, step.stage, step.at, after, left))
    return sorted(found, key=lambda p: (str(p.person), p.person.pk))


def seen_since(
    team_id: int, duty: str, steps: dict[int, LadderStep], at: datetime
) -> dict[int, Seen]:
    """person -> what they have behind them in their present stage."""
    notes: dict[int, list[LadderNote]] = defaultdict(list)
    for note in LadderNote.objects.filter(team=team_id, duty=duty, person__in=steps):
        if note.stage == steps[note.person_id].stage:
            notes[note.person_id].append(note)
    shifts = _accompanied(team_id, duty, steps, at)
    return {
        key: Seen(
            shifts=shifts[key],
            incidents=frozenset(n.incident for n in notes[key] if n.kind == NoteKind.INCIDENT),
            mentor_word=any(n.kind == NoteKind.MENTOR_WORD for n in notes[key]),
            own_word=any(n.kind == NoteKind.OWN_WORD for n in notes[key]),
        )
        for key in steps
    }


def _accompanied(
    team_id: int, duty: str, steps: dict[int, LadderStep], at: datetime
) -> dict[int, int]:
    """person -> shifts that they have gone along with in this stage, to the end, and that its mentor did serve."""
    over = Pairing.objects.filter(
        team=team_id, duty=duty, trainee__in=steps, taken_back_at=None, during__endswith__lte=at
    )
    pairings = [p for p in over if p.during.upper > steps[p.trainee_id].at]
    found = dict.fromkeys(steps, 0)
    if not pairings:
        return found
    first = min(p.during.lower for p in pairings)
    held = list(
        Duty.objects.filter(team=team_id, duty=duty, during__endswith__gt=first).values_list(
            "person_id", "during"
        )
    )
    for p in pairings:
        found[p.trainee_id] += any(
            who == p.mentor_id and d.lower < p.during.upper and p.during.lower < d.upper
            for who, d in held
        )
    return found


def trainees_among(team_id: int, duty: str, people: Iterable[int]) -> list[Person]:
    """Those who are on the ladder and do not take turns alone yet; who is on none is nobody's trainee."""
    steps = steps_of(team_id, duty)
    found = [steps[p].person for p in set(people) & steps.keys() if steps[p].stage not in QUALIFIED]
    return sorted(found, key=lambda p: p.pk)


def learning(person_id: int) -> set[tuple[int, str]]:
    """(team, duty) of every ladder that this person is on without taking turns alone yet."""
    steps = LadderStep.objects.filter(person=person_id).values_list("team_id", "duty", "stage")
    found = list(steps)
    alone = {(team, duty) for team, duty, stage in found if stage in QUALIFIED}
    return {(team, duty) for team, duty, _ in found} - alone


def qualified_by_month(team: Team, duty: str, at: datetime) -> list[tuple[date, int]]:
    """The last day of each of the last months, today last, and how many could take turns alone by then."""
    zone = ZoneInfo(team.calendar.zone)
    today = at.astimezone(zone).date()
    days, day = [today], today.replace(day=1)
    for _ in range(MONTHS - 1):
        days.append(day - timedelta(days=1))
        day = (day - timedelta(days=1)).replace(day=1)
    steps = LadderStep.objects.filter(team=team, duty=duty).values_list("person_id", "stage", "at")
    return count(
        [(person, stage, moment.astimezone(zone).date()) for person, stage, moment in steps],
        days[::-1],
    )


def accompanied_shifts(team_id: int, first: datetime, last: datetime) -> Counter[int]:
    """Person -> how many of their shifts of [first, last), by when each begins, a trainee goes along on."""
    rows = Pairing.objects.filter(
        team=team_id,
        taken_back_at=None,
        during__startswith__gte=first,
        during__startswith__lt=last,
    )
    return Counter(rows.values_list("mentor_id", flat=True))


def pairings_ahead(team_id: int, duty: str, at: datetime) -> list[Pairing]:
    """Who goes along with whom from now on."""
    ahead = Pairing.objects.filter(
        team=team_id, duty=duty, taken_back_at=None, during__endswith__gt=at
    )
    return list(ahead.select_related("trainee", "mentor").order_by("during", "pk"))

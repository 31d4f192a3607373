"""Verbs of the ladder: advance, speak, note an incident, pair on a shift, and a team's gates (ONC-7)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from foundation.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken, need
from foundation.locking import locked
from journal import services as journal
from journal.models import Text
from oncall.events.ladder import (
    LadderAdvanced,
    LadderIncidentSeen,
    LadderPaired,
    LadderPairingTakenBack,
    LadderSpoken,
    TeamLadderGateSet,
)
from oncall.models import (
    Duty,
    DutyKind,
    LadderGate,
    LadderNote,
    LadderStep,
    NoteKind,
    Pairing,
    Stage,
)
from oncall.policy import ladder as policy
from oncall.querysets import standing
from oncall.querysets.ladder import gates_of, is_mentor, seen_since, steps_of
from oncall.rules.ladder import BEGINS, INCIDENTS, OBSERVE, Gate, Seen, following, missing
from teams.models import Person, Team
from teams.querysets import members_of

MOST_SHIFTS = 50


@transaction.atomic
def advance(
    team: Team,
    duty: str,
    *,
    person: Person,
    evidence: str,
    stage: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
) -> LadderStep:
    """To the next stage, when its gate is open. Who is new begins at *observe*, or with `stage` where they are known
    to be: the evidence says why."""
    _check_duty(duty)
    if refusal := policy.may_advance(
        standing(by, at), team, person.pk, mentor=is_mentor(team.pk, duty, by.pk)
    ):
        raise NotAllowed(refusal)
    need(evidence=evidence)
    # Two who vouch at once: the second sees the step of the first.
    locked(Person.objects.all(), person.pk)
    _check_member(team, person)
    steps = steps_of(team.pk, duty, person.pk)
    if person.pk in steps:
        reached = _next(team, duty, steps, person, stage, at)
    else:
        reached = _begin(team, duty, person, stage, at)
    words = Text.objects.create(body=evidence.strip())
    step = LadderStep.objects.create(
        team=team, duty=duty, person=person, stage=reached, evidence=words, vouched_by=by, at=at
    )
    fact = LadderAdvanced(team=team.slug, duty=duty, stage=reached)
    journal.record(fact, subject=person.pk, by=by, at=at, source=source, text=words)
    return step


def _begin(team: Team, duty: str, person: Person, stage: str, at: datetime) -> str:
    stage = stage or OBSERVE
    if stage not in BEGINS:
        raise Invalid({"stage": ["Begin by observing; who is known to take turns begins there."]})
    turns = Duty.objects.filter(team=team, duty=duty, person=person, during__endswith__gt=at)
    if stage == OBSERVE and turns.exists():
        raise RuleBroken(f"{person} takes turns already: let them begin at “{Stage.SOLO.label}”.")
    return stage


def _next(
    team: Team, duty: str, steps: dict[int, LadderStep], person: Person, stage: str, at: datetime
) -> str:
    reached = following(steps[person.pk].stage)
    if reached is None:
        raise Conflict(f"{person} mentors already: there is no stage after that.")
    if stage and stage != reached:
        raise Conflict(
            f"{person} is at “{Stage(steps[person.pk].stage).label}”: one stage follows the other."
        )
    left = missing(gates_of(team.pk)[reached], seen_since(team.pk, duty, steps, at)[person.pk])
    if left:
        raise RuleBroken(
            f"Before “{Stage(reached).label}” there {_is(left)} still missing: {', '.join(left)}."
        )
    return reached


def _is(left: Sequence[str]) -> str:
    return "is" if len(left) == 1 else "are"


@transaction.atomic
def speak(
    team: Team,
    duty: str,
    *,
    person: Person,
    text: str,
    by: Person,
    at: datetime,
    source: str = "web",
) -> LadderNote:
    """One's own word (about oneself), or a mentor's: what went well, what is still to be practised."""
    _check_duty(duty)
    if refusal := policy.may_speak(
        standing(by, at), team, person.pk, mentor=is_mentor(team.pk, duty, by.pk)
    ):
        raise NotAllowed(refusal)
    need(text=text)
    kind = NoteKind.OWN_WORD if by.pk == person.pk else NoteKind.MENTOR_WORD
    note = _note(team, duty, person, kind, text, by=by, at=at)
    fact = LadderSpoken(team=team.slug, duty=duty, word=kind.label)
    journal.record(fact, subject=person.pk, by=by, at=at, source=source, text=note.text)
    return note


@transaction.atomic
def note_incident(
    team: Team,
    duty: str,
    *,
    person: Person,
    incident: str,
    text: str,
    by: Person,
    at: datetime,
    source: str = "web",
) -> LadderNote:
    """They were there when an incident of this class was handled; `text` says which, and what they did."""
    _check_duty(duty)
    if refusal := policy.may_note_incident(
        standing(by, at), team, person.pk, mentor=is_mentor(team.pk, duty, by.pk)
    ):
        raise NotAllowed(refusal)
    if incident not in INCIDENTS:
        raise Invalid({"incident": [f"Say one of {', '.join(INCIDENTS)}."]})
    need(text=text)
    note = _note(team, duty, person, NoteKind.INCIDENT, text, by=by, at=at, incident=incident)
    fact = LadderIncidentSeen(team=team.slug, duty=duty, incident=incident)
    journal.record(fact, subject=person.pk, by=by, at=at, source=source, text=note.text)
    return note


def _note(
    team: Team, duty: str, person: Person, kind: NoteKind, text: str, *, by: Person, at: datetime,
    incident: str = "",
) -> LadderNote:  # fmt: skip
    step = steps_of(team.pk, duty, person.pk).get(person.pk)
    if step is None:
        raise RuleBroken(
            f"{person} is not on the ladder of this duty yet: they begin by observing."
        )
    words = Text.objects.create(body=text.strip())
    return LadderNote.objects.create(
        team=team, duty=duty, person=person, stage=step.stage, kind=kind, incident=incident,
        text=words, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def pair(
    duty_id: int, *, trainee: Person, by: Person, at: datetime, source: str = "web"
) -> Pairing:
    """They go along on this shift; whoever holds it stays responsible. One trainee a shift."""
    shift = Duty.objects.select_related("team", "person").filter(pk=duty_id).first()
    if shift is None:
        raise NotFound("There is no such shift.")
    team = shift.team
    if refusal := policy.may_pair(standing(by, at), team, trainee.pk, shift.person_id):
        raise NotAllowed(refusal)
    _check_member(team, trainee)
    if shift.during.upper <= at:
        raise RuleBroken("That shift is over: go along with one that is ahead.")
    if trainee.pk == shift.person_id:
        raise RuleBroken("It is their own shift: somebody else's is gone along with.")
    if trainee.pk not in steps_of(team.pk, shift.duty, trainee.pk):
        raise RuleBroken(
            f"{trainee} is not on the ladder of this duty yet: they begin by observing."
        )
    try:
        with transaction.atomic():
            made = Pairing.objects.create(
                team=team, duty=shift.duty, trainee=trainee, mentor=shift.person,
                during=shift.during, made_by=by, made_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        if "pairing_one_trainee_a_shift" not in str(error):
            raise
        raise Conflict("Somebody goes along on that shift already: one trainee a shift.") from error
    _tell(made, LadderPaired, by=by, at=at, source=source)
    return made


@transaction.atomic
def take_back_pairing(pairing_id: int, *, by: Person, at: datetime, source: str = "web") -> Pairing:
    """They do not go along; of a shift that is over, that they did stays."""
    row = locked(Pairing.objects.select_related("team", "mentor", "trainee"), pairing_id)
    if refusal := policy.may_take_back_pairing(
        standing(by, at), row.team, row.trainee_id, row.mentor_id
    ):
        raise NotAllowed(refusal)
    if row.taken_back_at is not None:
        raise Conflict("It was taken back already.")
    if row.during.upper <= at:
        raise Conflict("That shift is over: who went along is a record.")
    row.taken_back_by, row.taken_back_at = by, at
    row.save(update_fields=["taken_back_by", "taken_back_at"])
    _tell(row, LadderPairingTakenBack, by=by, at=at, source=source)
    return row


def _tell(
    row: Pairing, kind: type[LadderPaired] | type[LadderPairingTakenBack], *, by: Person,
    at: datetime, source: str,
) -> None:  # fmt: skip
    fact = kind(
        team=row.team.slug,
        duty=row.duty,
        mentor=row.mentor.username,
        start=row.during.lower,
        end=row.during.upper,
    )
    journal.record(fact, subject=row.trainee_id, by=by, at=at, source=source)


@transaction.atomic
def set_ladder_gate(
    team_id: int, stage: str, *, gate: Gate, by: Person, at: datetime, source: str = "web"
) -> LadderGate:
    """What has to be seen before a stage, from now on; who has passed stays."""
    team = locked(Team.objects.all(), team_id)
    if refusal := policy.may_set_ladder_gate(standing(by, at), team):
        raise NotAllowed(refusal)
    wrong: dict[str, list[str]] = {}
    if stage not in Stage.values or stage == OBSERVE:
        wrong["stage"] = ["Observing needs nothing; choose a later stage."]
    if not 0 <= gate.shifts <= MOST_SHIFTS:
        wrong["shifts"] = [f"From 0 to {MOST_SHIFTS}."]
    if set(gate.incidents) - set(INCIDENTS):
        wrong["incidents"] = [f"Classes are {', '.join(INCIDENTS)}."]
    if wrong:
        raise Invalid(wrong)
    said = {
        "shifts": gate.shifts,
        "incidents": sorted(set(gate.incidents)),
        "mentor_word": gate.mentor_word,
        "own_word": gate.own_word,
    }
    row, _ = LadderGate.objects.update_or_create(team=team, stage=stage, defaults=said)
    asked = ", ".join(missing(gate, Seen())) or "nothing"
    fact = TeamLadderGateSet(stage=stage, asked=asked)
    journal.record(fact, subject=team.pk, by=by, at=at, source=source)
    return row


def _check_duty(duty: str) -> None:
    if duty not in DutyKind.values:
        raise Invalid({"duty": [f"Say one of {', '.join(DutyKind.values)}."]})


def _check_member(team: Team, person: Person) -> None:
    if not members_of(team.pk).filter(pk=person.pk).exists():
        raise Invalid({"person": [f"{person} is not of {team.name}."]})

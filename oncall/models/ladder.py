"""The ladder to a duty: steps, what was said and seen, who accompanies whom, and a team's gates (ONC-7)."""

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import F, Q

from journal.models import Text
from oncall.models.kinds import (
    DutyKind,
    has_start_and_end,
    once_a_shift,
    taken_back_by_somebody,
)
from oncall.rules.ladder import INCIDENTS
from teams.models import Person, Team


class Stage(models.TextChoices):
    OBSERVE = "observe", "Observes"
    SHADOW = "shadow", "Shadows"
    REVERSE_SHADOW = "reverse_shadow", "Acts, accompanied"
    SOLO = "solo", "Takes turns"
    MENTOR = "mentor", "Mentors"


class NoteKind(models.TextChoices):
    OWN_WORD = "own_word", "own word"
    MENTOR_WORD = "mentor_word", "mentor's word"
    INCIDENT = "incident", "incident seen"


class LadderGate(models.Model):
    """What a team asks for before a stage; without a row the defaults of `rules.ladder` hold."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="ladder_gates")
    stage = models.CharField(max_length=16, choices=Stage.choices)
    shifts = models.PositiveSmallIntegerField(default=0)
    incidents = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    mentor_word = models.BooleanField(default=False)
    own_word = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "stage"], name="ladder_gate_once"),
            models.CheckConstraint(
                condition=Q(stage__in=[s for s in Stage.values if s != Stage.OBSERVE]),
                name="ladder_gate_before_a_stage",
            ),
            models.CheckConstraint(
                condition=Q(shifts__lte=50, incidents__contained_by=list(INCIDENTS)),
                name="ladder_gate_within_reason",
            ),
        ]


class LadderStep(models.Model):
    """Somebody reached a stage, with the evidence and who vouches. Append-only; a trigger keeps the order."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="ladder_steps")
    duty = models.CharField(max_length=20, choices=DutyKind.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="ladder_steps")
    stage = models.CharField(max_length=16, choices=Stage.choices)
    evidence = models.ForeignKey(Text, models.PROTECT, related_name="+")
    vouched_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "duty", "person", "stage"], name="ladder_step_once"
            ),
            models.CheckConstraint(
                condition=Q(duty__in=DutyKind.values, stage__in=Stage.values),
                name="ladder_step_known",
            ),
            models.CheckConstraint(
                condition=~Q(vouched_by=F("person")), name="ladder_step_vouched_by_another"
            ),
        ]


class LadderNote(models.Model):
    """One's own word, a mentor's word, or an incident that was seen, in the stage of then. Append-only."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="ladder_notes")
    duty = models.CharField(max_length=20, choices=DutyKind.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="ladder_notes")
    stage = models.CharField(max_length=16, choices=Stage.choices)
    kind = models.CharField(max_length=12, choices=NoteKind.choices)
    incident = models.CharField(max_length=4, default="", blank=True)
    text = models.ForeignKey(Text, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(duty__in=DutyKind.values, stage__in=Stage.values),
                name="ladder_note_known",
            ),
            models.CheckConstraint(
                condition=Q(kind=NoteKind.OWN_WORD, by=F("person"), incident="")
                | Q(kind=NoteKind.MENTOR_WORD, incident="") & ~Q(by=F("person"))
                | Q(kind=NoteKind.INCIDENT, incident__in=INCIDENTS),
                name="ladder_note_by_whom_it_is",
            ),
        ]
        indexes = [models.Index(fields=["team", "duty", "person"], name="ladder_note_by_person")]


class Pairing(models.Model):
    """A trainee on somebody's shift. The holder stays responsible; `during` is the shift as it was then."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="pairings")
    duty = models.CharField(max_length=20, choices=DutyKind.choices)
    trainee = models.ForeignKey(Person, models.PROTECT, related_name="accompanied")
    mentor = models.ForeignKey(Person, models.PROTECT, related_name="accompanies")
    during = DateTimeRangeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    taken_back_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            once_a_shift("pairing_one_trainee_a_shift", Q(taken_back_at__isnull=True)),
            models.CheckConstraint(
                condition=Q(duty__in=DutyKind.values), name="pairing_duty_known"
            ),
            models.CheckConstraint(condition=~Q(trainee=F("mentor")), name="pairing_of_two_people"),
            taken_back_by_somebody("pairing_taken_back_by_somebody"),
            has_start_and_end("pairing_has_start_and_end"),
        ]

"""People, teams, areas and calendars."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from knox.models import AbstractAuthToken

from teams.lifecycle import PersonKind, Readers, Role, TeamKind, Unit


class Person(AbstractUser):
    """A person, a tool or an automatic actor. `username` is how the API names them."""

    kind = models.CharField(max_length=10, choices=PersonKind.choices, default=PersonKind.PERSON)
    zone = models.CharField(max_length=60, default="Europe/Brussels")

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="person_username_any_case"),
            models.CheckConstraint(
                condition=models.Q(kind__in=PersonKind.values), name="person_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def is_human(self) -> bool:
        return self.kind == PersonKind.PERSON


class BusinessCalendar(models.Model):
    """When a team works; what that means is in its versions, and `version` numbers the current one (SLA-2).

    `zone` is the current version's, for readers who need nothing else: a key keeps the two equal.
    """

    name = models.CharField(max_length=80)
    zone = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="calendar_name_once")]

    def __str__(self) -> str:
        return self.name


class CalendarVersion(models.Model):
    """One published state of a calendar: zone, week and days off; never edited, only followed by the next.

    `country` is an ISO code, empty when no national holidays are taken over; `subdivision` a part of it.
    """

    calendar = models.ForeignKey(BusinessCalendar, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    zone = models.CharField(max_length=60)
    country = models.CharField(max_length=2, default="", blank=True)
    subdivision = models.CharField(max_length=20, default="", blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "number"], name="calendar_version_numbered"
            ),
            # A calendar's own key leads here, with the zone (migration 0003).
            models.UniqueConstraint(
                fields=["calendar", "number", "zone"], name="calendar_version_with_zone"
            ),
            models.CheckConstraint(
                condition=models.Q(subdivision="") | ~models.Q(country=""),
                name="subdivision_of_a_country",
            ),
        ]


class CalendarShift(models.Model):
    """Open hours that start on a weekday (0 is Monday); an end at or before the start passes midnight."""

    version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="shifts")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="shift_on_a_weekday"),
            models.UniqueConstraint(
                fields=["version", "weekday", "starts"], name="shift_starts_once"
            ),
        ]


class CalendarDayOff(models.Model):
    """A day on which no shift starts, and why: the team's own, or a `public` holiday of its country.

    Public holidays are written down when a version is published, so that no later edition of the
    library behind them changes what a day was.
    """

    version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="days_off")
    day = models.DateField()
    why = models.CharField(max_length=200, default="", blank=True)
    public = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "day"], name="day_off_once")]


class Team(models.Model):
    """A support team (L1) files; a delivery team (L2) investigates, fixes and plans."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=TeamKind.choices)
    readers = models.CharField(max_length=12, choices=Readers.choices, default=Readers.COMPANY)
    reading_roles = ArrayField(
        models.CharField(max_length=20, choices=Role.choices), default=list, blank=True
    )
    calendar = models.ForeignKey(BusinessCalendar, models.PROTECT, related_name="teams")
    unit = models.CharField(max_length=10, choices=Unit.choices, default=Unit.POINTS)
    investigation_limit = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=TeamKind.values), name="team_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(readers__in=Readers.values), name="team_readers_known"
            ),
            models.CheckConstraint(
                condition=models.Q(investigation_limit__gte=1), name="team_limit_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role that a person holds in a team; one row per role."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "team", "role"], name="role_held_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_known"),
        ]


class ProductArea(models.Model):
    """A part of the product; it belongs to one delivery team and has experts."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="areas")
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    experts = models.ManyToManyField(Person, through="AreaExpert", related_name="expert_areas")

    class Meta:
        constraints = [
            models.UniqueConstraint("team", Lower("name"), name="area_name_once_per_team")
        ]

    def __str__(self) -> str:
        return self.name


class AreaExpert(models.Model):
    area = models.ForeignKey(ProductArea, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "person"], name="expert_once")]


class TokenScope(models.TextChoices):
    """What a token may do: everything its person may, reading only, or checking commits only."""

    ALL = "all"
    READ = "read"
    COMMITS = "commits"


class ApiToken(AbstractAuthToken):
    """A hashed, expiring bearer token with a name and a scope."""

    name = models.CharField(max_length=80, default="", blank=True)
    scope = models.CharField(max_length=10, choices=TokenScope.choices, default=TokenScope.ALL)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope__in=TokenScope.values), name="token_scope_known"
            )
        ]

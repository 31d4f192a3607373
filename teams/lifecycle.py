"""The closed lists of teams: kinds, roles, readers, units."""

from django.db.models import TextChoices


class PersonKind(TextChoices):
    PERSON = "person"
    TOOL = "tool"  # a service account: its messages never count as a first response (PR-5)
    SYSTEM = "system"  # "the clock", "the importer": automatic actors are real rows


class TeamKind(TextChoices):
    SUPPORT = "support"
    DELIVERY = "delivery"


class Role(TextChoices):
    REPORTER = "reporter"
    DEVELOPER = "developer"
    PRODUCT_OWNER = "product_owner"
    LEAD = "lead"
    MANAGER = "manager"
    ADMIN = "admin"


class Readers(TextChoices):
    """Who reads the reports of a delivery team."""

    COMPANY = "company"
    FILING = "filing"  # the team itself and the support team that filed
    RESTRICTED = "restricted"  # named roles of the team, and the person who filed


class Unit(TextChoices):
    POINTS = "points"
    HOURS = "hours"

"""The closed lists of teams: kinds, roles, readers, units; and the life of what they agree."""

from django.db.models import TextChoices

from foundation.lifecycle import STAYS, Lifecycle, step


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


class AgreementKind(TextChoices):
    DONE = "done", "Definition of done"
    WORKING = "working", "Working agreement"


class Binds(TextChoices):
    """Where a working agreement is cited."""

    P1_POLICY = "p1_policy", "How a P1 is fixed"
    DECIDING = "deciding", "What becomes of a bug"
    PLANNING = "planning", "Planning a sprint"


class AgreementState(TextChoices):
    PROPOSED = "proposed"  # open for comments; a working agreement binds meanwhile, on trial
    ADOPTED = "adopted"
    RETIRED = "retired"
    REPLACED = "replaced"  # by its revision


STANDS = (AgreementState.PROPOSED, AgreementState.ADOPTED)

# *Replace* is what the adoption of its revision does to it.
AGREEMENTS = Lifecycle(
    {
        "comment": step({AgreementState.PROPOSED}, STAYS),
        "use": step(STANDS, STAYS),
        "adopt": step({AgreementState.PROPOSED}, AgreementState.ADOPTED),
        "revise": step(STANDS, STAYS),
        "retire": step(STANDS, AgreementState.RETIRED),
        "replace": step(STANDS, AgreementState.REPLACED),
    }
)

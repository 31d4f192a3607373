"""Closed lists of the reserve, of planned work and of logged hours."""

from django.db.models import TextChoices


class ItemKind(TextChoices):
    EVOLUTION = "evolution"
    PREVENTION = "prevention"
    KNOWLEDGE = "knowledge", "Knowledge sharing"
    DEBT = "debt"


class DebtKind(TextChoices):
    MONITORING_GAP = "monitoring_gap"
    ERROR_HANDLING = "error_handling", "Missing error handling"
    BRITTLE_INTEGRATION = "brittle_integration"
    CONFIGURATION = "configuration", "Configuration debt"
    WORKAROUND = "workaround", "Payback of a workaround"


class EntryKind(TextChoices):
    OPEN = "open"  # the reserve as it was set, or set anew
    HOLD = "hold"  # promised to an injected bug
    TRUE_UP = "true_up"  # a hold raised to what logged work took
    DEBIT = "debit"  # used: from a bug's hold, or at once for work without a bug
    CREDIT = "credit"  # logged by mistake and taken back
    RELEASE = "release"  # a hold that was not needed
    CARRY_OUT = "carry_out"  # a hold that is still needed when the sprint is over
    CARRY_IN = "carry_in"  # what the sprint before still held, on top of the reserve
    OVERDRAFT = "overdraft"  # beyond the reserve, by name
    MAKE_GOOD = "make_good"  # an overdraft covered by what left
    SWAP_OUT = "swap_out"  # planned work left, and its points now cover an injection
    PULL_FORWARD = "pull_forward"  # unused reserve given to planned work, late in the sprint


class WorkKind(TextChoices):
    BUG = "bug"
    REPORT = "report"
    SHADOW = "shadow", "Direct request"
    PAGE = "page"


class ScopeKind(TextChoices):
    ENTERED = "entered"
    LEFT = "left"
    DONE = "done"
    UNDONE = "undone"
    RESIZED = "resized"


class Helped(TextChoices):
    """What a later retrospective says of an improvement."""

    YES = "yes", "It helped"
    NO = "no", "It did not help"
    TOO_EARLY = "too_early", "Too early to say"


class Track(TextChoices):
    """The two tracks (PRODUCT §2)."""

    PLANNED = "planned"
    UNPLANNED = "unplanned"

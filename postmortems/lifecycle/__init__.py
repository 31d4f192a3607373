"""The life of a post-mortem, as one table, and the closed lists beside it."""

from django.db.models import TextChoices

from foundation.lifecycle import STAYS, Lifecycle, step


class State(TextChoices):
    PROPOSED = "proposed"
    WAIVED = "waived"
    OPEN = "open"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"


#: A bug has one of these at a time; what was waived may be proposed again.
LIVING = (State.PROPOSED, State.OPEN, State.IN_REVIEW, State.PUBLISHED)
#: Somebody still has to do something; of an area and a cause there is one of these at a time (PM-9).
UNFINISHED = (State.PROPOSED, State.OPEN, State.IN_REVIEW)
#: Somebody has taken it on.
WRITTEN = (State.OPEN, State.IN_REVIEW, State.PUBLISHED)

LIFECYCLE = Lifecycle(
    {
        "waive": step({State.PROPOSED}, State.WAIVED),
        "open": step({State.PROPOSED}, State.OPEN),
        "write": step({State.OPEN}, STAYS),
        "add_moment": step({State.OPEN}, STAYS),
        "add_factor": step({State.OPEN}, STAYS),
        "link_factors": step({State.OPEN}, STAYS),
        "add_barrier": step({State.OPEN}, STAYS),
        "agree_action": step({State.OPEN}, STAYS),
        "answer_done": step({State.OPEN}, STAYS),
        "edit": step({State.OPEN}, STAYS),
        "remove": step({State.OPEN}, STAYS),
        "keep_phrase": step({State.OPEN}, STAYS),
        "name_facilitator": step({State.OPEN, State.IN_REVIEW}, STAYS),
        "invite": step({State.OPEN, State.IN_REVIEW}, STAYS),
        "uninvite": step({State.OPEN, State.IN_REVIEW}, STAYS),
        "submit": step({State.OPEN}, State.IN_REVIEW),
        "request_changes": step({State.IN_REVIEW}, State.OPEN),
        "publish": step({State.IN_REVIEW}, State.PUBLISHED),
        "revise": step({State.PUBLISHED}, State.OPEN),
        "categorise": step({State.PUBLISHED}, STAYS),
    }
)


class Reminded(TextChoices):
    """What the clock has said of one: once that it is soon due, once that it is overdue (PM-11)."""

    NOT_YET = ""
    SOON = "soon"
    OVERDUE = "overdue"


class Size(TextChoices):
    """How much of it: all, or one page (PM-1, PM-11)."""

    FULL = "full"
    LIGHT = "light"


class Done(TextChoices):
    """Would a clause of the definition of done have caught it? (PM-7)"""

    AMENDED = "amended", "Amended: a clause would have caught it, and is proposed"
    SUFFICIENT = "sufficient", "Sufficient: what is agreed would have caught it"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class Known(TextChoices):
    """Was it known at that moment, or is it known only now? (PM-2)"""

    THEN = "then", "Known then"
    NOW = "now", "Known now"


class FactorKind(TextChoices):
    CONDITION = "condition"
    OBSERVATION = "observation"
    DECISION = "decision", "Decision, as it looked then"
    MISSING_BARRIER = "missing_barrier", "Missing barrier"


class Category(TextChoices):
    """The kept scheme: a closed list, so that reviews can be counted together (PM-3, PM-9)."""

    CODE = "code", "Code"
    CONFIGURATION = "configuration", "Configuration"
    DATA = "data", "Data"
    INFRASTRUCTURE = "infrastructure", "Infrastructure"
    DEPENDENCY = "dependency", "External dependency"
    TESTING = "testing", "Testing"
    OBSERVABILITY = "observability", "Observability"
    PROCESS = "process", "Process"
    KNOWLEDGE = "knowledge", "Knowledge"
    CAPACITY = "capacity", "Staffing and time"


class Control(TextChoices):
    """Who can change it (PM-3)."""

    TEAM = "team", "The team"
    ORGANISATION = "organisation", "The organisation"
    SUPPLIER = "supplier", "A supplier"
    ACCEPTED = "accepted", "Nobody: accepted"

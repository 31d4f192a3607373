"""The life of a Problem Report as one table (PR-1), and its closed lists."""

from django.db.models import TextChoices

from foundation.lifecycle import BACK, STAYS, Lifecycle, step


class State(TextChoices):
    TO_BE_INVESTIGATED = "to_be_investigated"
    ASSIGNED = "assigned"
    INVESTIGATING = "investigating"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    RETURNED = "returned"
    CLOSED = "closed"


WORK = (State.TO_BE_INVESTIGATED, State.ASSIGNED, State.INVESTIGATING)
OPEN = (*WORK, State.WAITING, State.SNOOZED)
#: An investigation that somebody is busy with: what the team's limit counts.
HELD = (State.ASSIGNED, State.INVESTIGATING)
ANY = tuple(State)

LIFECYCLE = Lifecycle(
    {
        "assign": step({State.TO_BE_INVESTIGATED}, State.ASSIGNED),
        "take": step({State.TO_BE_INVESTIGATED}, State.ASSIGNED),
        "start": step({State.ASSIGNED}, State.INVESTIGATING),
        "classify": step((*OPEN, State.RETURNED), State.CLOSED),
        "confirm": step(OPEN, State.CLOSED),
        # Of what was confirmed, once (PR-4).
        "tell_cause": step({State.CLOSED}, STAYS),
        "respond": step(ANY, STAYS),
        "ask": step(OPEN, State.WAITING),
        # Late, it opens what was closed because nobody answered, and nothing else (PR-2).
        "answer": step({State.WAITING}, BACK, {State.CLOSED: State.TO_BE_INVESTIGATED}),
        "return": step(WORK, State.RETURNED),
        "resubmit": step({State.RETURNED}, State.TO_BE_INVESTIGATED),
        "hand_back": step(
            {State.ASSIGNED, State.INVESTIGATING, State.WAITING}, State.TO_BE_INVESTIGATED
        ),
        "snooze": step(OPEN, State.SNOOZED),
        "wake": step({State.SNOOZED}, BACK),
        "prioritise": step((*OPEN, State.RETURNED), STAYS),
        "route": step((*OPEN, State.RETURNED), STAYS),
        "note": step(ANY, STAYS),
        "log_work": step(ANY, STAYS),
        "page": step((*OPEN, State.RETURNED), STAYS),
        "dispute": step({State.CLOSED}, State.TO_BE_INVESTIGATED),
        "reopen": step({State.CLOSED}, State.TO_BE_INVESTIGATED),
        "join": step(ANY, STAYS),
        "watch": step(ANY, STAYS),
        "edit": step((*OPEN, State.RETURNED), STAYS),
        "attach": step((*OPEN, State.RETURNED), STAYS),
    },
    asides=(State.WAITING, State.SNOOZED),
    resting=WORK,
)


class Impact(TextChoices):
    ONE_USER = "one_user"
    SOME_USERS = "some_users"
    MANY_USERS = "many_users"
    EVERYONE = "everyone"


class Urgency(TextChoices):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class Priority(TextChoices):
    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class Outcome(TextChoices):
    """A closed list, so that figures compare (PR-2)."""

    BUG = "bug"
    LIMITATION = "limitation"
    CONFIGURATION = "configuration"
    DUPLICATE = "duplicate"
    HOW_TO = "how_to"
    NOT_REPRODUCIBLE = "not_reproducible"
    THIRD_PARTY = "third_party"
    ALREADY_FIXED = "already_fixed"
    EVOLUTION = "evolution"
    NO_ANSWER = "no_answer"
    WITHDRAWN = "withdrawn"
    NO_LONGER_RELEVANT = "no_longer_relevant"


class Cause(TextChoices):
    CODE = "code"
    CONFIGURATION = "configuration"
    DATA = "data"
    ENVIRONMENT = "environment"
    INTEGRATION = "integration"
    PERFORMANCE = "performance"
    USABILITY = "usability"
    DOCUMENTATION = "documentation"
    KNOWLEDGE = "knowledge"
    THIRD_PARTY = "third_party"
    UNKNOWN = "unknown"

"""The life of a mail as one table, and the closed lists of channels."""

from dataclasses import dataclass

from django.db.models import TextChoices

from foundation.lifecycle import Lifecycle, step


class MailState(TextChoices):
    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"


#: The outbox's own statements make the first two moves; people replay what is dead.
LIFECYCLE = Lifecycle(
    {
        "send": step({MailState.PENDING}, MailState.SENT),
        "give_up": step({MailState.PENDING}, MailState.DEAD),
        "replay": step({MailState.DEAD}, MailState.PENDING),
    }
)


class How(TextChoices):
    """How a person hears of a topic by e-mail."""

    AT_ONCE = "at_once", "at once"
    DIGEST = "digest", "daily digest"
    NEVER = "never", "never"


class Topic(TextChoices):
    """What a notice is about, as far as a reader chooses by it. A closed list: rows hold it."""

    MESSAGE = "message", "Messages"
    ASSIGNED = "assigned", "Assigned to me"
    DECIDED = "decided", "Decisions"
    FIXED = "fixed", "Fixed"
    CLOCK = "clock", "Promises"
    QUEUE = "queue", "New in my queue"
    PAGE = "page", "Paging"


@dataclass(frozen=True)
class Told:
    """Who hears of a topic, in plain words, and how by e-mail as long as they have not chosen."""

    audience: str
    by_mail: How
    #: Nobody chooses: at once, through quiet hours, and never gathered with what is late (ONC-6).
    always: bool = False


TOPICS = {
    Topic.MESSAGE: Told(
        "Somebody wrote, asked, answered, disputed or returned something that you filed, watch or "
        "investigate.",
        How.AT_ONCE,
    ),
    Topic.ASSIGNED: Told("A report was given to you to investigate.", How.AT_ONCE),
    Topic.DECIDED: Told(
        "What you filed or watch was classified; its bug was injected, scheduled, postponed or "
        "declined.",
        How.AT_ONCE,
    ),
    Topic.FIXED: Told(
        "What you filed or watch is fixed, and somebody has checked it.", How.AT_ONCE
    ),
    Topic.CLOCK: Told(
        "A promise that you keep, or were given, runs out soon or has run out.", How.AT_ONCE
    ),
    Topic.QUEUE: Told(
        "A P0 or P1 was filed while you are release manager or on call.", How.AT_ONCE
    ),
    Topic.PAGE: Told(
        "You are paged, and somebody waits for your answer.", How.AT_ONCE, always=True
    ),
}
#: What a reader chooses by.
CHOSEN = {topic: told for topic, told in TOPICS.items() if not told.always}

"""Facts about pages, and about who acted while no release manager was on duty."""

from dataclasses import dataclass

from journal.facts import Fact


@dataclass(frozen=True)
class Paged(Fact):
    """Its text is the reason of who paged by hand."""

    name = "page.paged"
    words = "paged {team} for {about}, a {priority}"
    public = ("team", "about", "priority", "as_stated", "policy")
    public_text = False
    team: str
    about: str
    priority: str
    policy: int
    as_stated: bool | None = None


@dataclass(frozen=True)
class PageTold(Fact):
    name = "page.told"
    words = "told {people}, step {step}"
    internal = True
    step: int
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageAcknowledged(Fact):
    name = "page.acknowledged"
    words = "acknowledged the page"


@dataclass(frozen=True)
class PageEscalated(Fact):
    name = "page.escalated"
    words = "escalated the page to step {step}"
    public = ("step",)
    step: int


@dataclass(frozen=True)
class PagePrioritised(Fact):
    name = "page.prioritised"
    words = "made the page a {priority}, it was {was}"
    public = ("priority", "was")
    priority: str
    was: str


@dataclass(frozen=True)
class PageStopped(Fact):
    name = "page.stopped"
    words = "stopped the page"


@dataclass(frozen=True)
class PageExhausted(Fact):
    name = "page.exhausted"
    words = "gave up: nobody answered any step"


@dataclass(frozen=True)
class EscalationPolicyPublished(Fact):
    """Its subject is the team."""

    name = "team.escalation_policy_published"
    words = "published version {version} of whom a page tells"
    public = ("version",)
    version: int


@dataclass(frozen=True)
class StandInReviewed(Fact):
    name = "stand_in.reviewed"
    words = "looked at {verb_reviewed} of {about}, done while no release manager was on duty"
    internal = True
    about: str
    verb_reviewed: str

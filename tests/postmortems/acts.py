"""Post-mortems in a state, made through the services."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from bugs.models import Bug
from foundation import clock
from postmortems import services
from postmortems.models import Action, KeptPhrase, PostMortem
from postmortems.querysets import ROWS
from postmortems.services import actions
from sprints.services import backlog
from tests.cast import Cast, today_there
from tests.factories import a_bug, a_running_sprint

ANSWERS = {
    "summary": "The export rounded every line, and totals differed.",
    "how_it_happened": "A formula was copied from the screen into the export.",
    "how_fixed": "Totals are rounded once.",
    "what_prevents": "A test of an invoice with many lines.",
    "what_changes": "The build compares totals of screen and export.",
}
FACTOR = {"kind": "condition", "category": "testing", "control": "team"}


def now(**more: Any) -> dict[str, Any]:
    return {"at": clock.now(), **more}


def proposed(cast: Cast, bug: Bug | None = None) -> PostMortem:
    bug = bug or a_bug(cast)
    return services.propose(bug.pk, reason="Three customers were hit", **now(by=cast.otto))


def proposed_review(cast: Cast, cause: str = "knowledge", **more: Any) -> PostMortem:
    """Of the small reports of Invoicing with this cause, in the last 90 days; there must be one."""
    today = today_there()
    given = {"since": today - timedelta(days=89), "until": today + timedelta(days=1)}
    given |= {"reason": "Many small reports, one form", "by": cast.otto, "at": clock.now()}
    return services.propose_review(cast.invoicing.pk, cause=cause, **given | more)


def opened(cast: Cast, bug: Bug | None = None, size: str = "full") -> PostMortem:
    """Ines is the author."""
    return services.open(proposed(cast, bug).pk, size=size, **now(by=cast.ines))


def with_factor(cast: Cast, thing: PostMortem, statement: str, **more: Any) -> int:
    services.add_factor(thing.pk, **{**FACTOR, **more}, statement=statement, **now(by=cast.ines))
    return thing.factors.order_by("-pk")[0].pk


def an_action(cast: Cast, thing: PostMortem, **more: Any) -> Action:
    """Otto owns it; it comes from the last factor."""
    given = {
        "what": "The build compares totals of many lines.", "kind": "prevent", "means": "guard",
        "owner": cast.otto.username, "factor": thing.factors.order_by("-pk")[0].pk,
        "because": "Every export is checked by hand.",
    }  # fmt: skip
    services.agree_action(thing.pk, **{**given, **more}, **now(by=cast.ines))
    return Action.objects.order_by("-pk")[0]


def resolved(cast: Cast, thing: PostMortem) -> Action:
    """What will be different: an action, and the answer of the definition of done."""
    said = {"answer": "not_applicable", "because": "No clause is about rounding."}
    services.answer_done(thing.pk, **said, **now(by=cast.ines))
    return an_action(cast, thing)


def action_in(cast: Cast, state: str, thing: PostMortem | None = None) -> Action:
    """An action reached by its verbs; Ines does it and Otto, who owns it, verifies it."""
    action = (thing or complete(cast)).actions.get()
    if state == "declined":
        backlog.decline(action.pk, reason="Not this year", **now(by=cast.pia))
    elif state == "asked":
        actions.ask_for_more(action.pk, question="How long?", **now(by=cast.pia))
    elif state != "proposed":
        backlog.accept(action.pk, **now(by=cast.pia))
    if state in ("done", "verified"):
        backlog.estimate(action.pk, points=Decimal(2), **now(by=cast.ines))
        sprint = a_running_sprint(cast)
        backlog.schedule(action.pk, sprint_id=sprint.pk, **now(by=cast.pia))
        backlog.finish(action.pk, open_because="No code changed", **now(by=cast.ines))
    if state == "verified":
        actions.verify(action.pk, proof="The build of 12 March stopped.", **now(by=cast.otto))
    return Action.objects.get(pk=action.pk)


def complete(cast: Cast, bug: Bug | None = None) -> PostMortem:
    """All that a review asks for: a story, moments, two factors side by side, a barrier, an action."""
    thing = opened(cast, bug)
    services.write(thing.pk, changes=ANSWERS, **now(by=cast.ines))
    when = clock.now() - timedelta(minutes=5)
    services.add_moment(thing.pk, when=when, what="The first total differed.", **now(by=cast.ines))
    with_factor(cast, thing, "Rounding happens per line.", category="code")
    with_factor(cast, thing, "No test compares totals of many lines.")
    resolved(cast, thing)
    services.add_barrier(
        thing.pk, what="A test of many lines", was_there=False, why_not="Only single lines were tested.",
        **now(by=cast.ines),
    )  # fmt: skip
    return ROWS.get(pk=thing.pk)


def blame(cast: Cast, thing: PostMortem) -> None:
    changes = {"was_hard": "The developer forgot the flag."}
    services.write(thing.pk, changes=changes, **now(by=cast.ines))


def a_kept_phrase(cast: Cast, thing: PostMortem) -> KeptPhrase:
    blame(cast, thing)
    given = {"rule": "B2", "said": "The developer forgot", "reason": "Their own words"}
    services.keep_phrase(thing.pk, **given, **now(by=cast.ines))
    return thing.kept.get()


def in_review(cast: Cast, bug: Bug | None = None) -> PostMortem:
    return services.submit(complete(cast, bug).pk, **now(by=cast.ines))


def invited(cast: Cast, bug: Bug | None = None) -> PostMortem:
    """Leo, of the team that filed, takes part."""
    return services.invite(complete(cast, bug).pk, person="leo", **now(by=cast.ines))


def published(cast: Cast, bug: Bug | None = None) -> PostMortem:
    return services.publish(in_review(cast, bug).pk, **now(by=cast.otto))


def categorised(cast: Cast, bug: Bug | None = None) -> PostMortem:
    """Rhea neither wrote nor reviewed it."""
    thing = published(cast, bug)
    said = {factor.pk: "testing" for factor in thing.factors.order_by("pk")}
    return services.categorise(thing.pk, categories=said, **now(by=cast.rhea))


MADE = {
    "proposed": proposed,
    "open": opened,
    "complete": complete,
    "in_review": in_review,
    "invited": invited,
    "published": published,
}

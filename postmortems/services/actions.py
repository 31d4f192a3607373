"""What follows from a post-mortem: agreed by the team, decided and planned in the backlog, verified by another (PM-6).

An action is accepted, declined and finished as the backlog item that it is; `follow` keeps step with it.
"""

from datetime import date, datetime

from django.db import transaction

from foundation.errors import Invalid, NotAllowed, RuleBroken, Stale, need
from foundation.locking import locked
from journal import services as journal
from journal.facts import Fact
from journal.models import Text
from oncall.querysets import standing
from postmortems.events.actions import (
    ActionAccepted,
    ActionAgreed,
    ActionAnswered,
    ActionCompleted,
    ActionDeclined,
    ActionExtended,
    ActionSentBack,
    ActionVerified,
    MoreAskedFor,
)
from postmortems.lifecycle.actions import ACTIONS, OF_ITS_ITEM, ActionKind, Means
from postmortems.models import Action, Barrier, Factor, PostMortem
from postmortems.policy import actions as policy
from postmortems.querysets import ROWS as POST_MORTEMS
from postmortems.querysets.actions import (
    ROWS,
    around,
    around_factor,
    counted,
    priority_of,
    reminds_at,
)
from postmortems.rules.actions import NO_ACTION, VERIFY_WITHIN, WINDOW, asks_for_care, due_by
from postmortems.services._act import begin as begin_post_mortem
from postmortems.services._act import finish
from sprints.lifecycle import ItemKind
from sprints.services import backlog
from teams.models import Person, Team
from teams.querysets import members_of, today_of

LONGEST = 200
#: More than these nobody does after one incident.
MOST = 20


@transaction.atomic
def agree_action(
    post_mortem_id: int,
    *,
    what: str,
    kind: str,
    means: str,
    owner: str,
    factor: int | None = None,
    barrier: int | None = None,
    because: str = "",
    due_on: date | None = None,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """Agree what will be different: last in the backlog, to be decided by the product owner.

    `owner` is a user name of the team; without `due_on` it is due by what its bug's priority says, and never later.
    """
    _check(what, kind, means)
    for peeked in POST_MORTEMS.filter(pk=post_mortem_id):
        backlog.lock_order(peeked.team.pk)  # before the post-mortem: a floor below
    thing = begin_post_mortem(post_mortem_id, "agree_action", by=by, at=at, version=version)
    if thing.actions.count() >= MOST:
        raise RuleBroken(f"{MOST} actions are more than anybody does after one incident.")
    team, priority = thing.team, priority_of(thing)
    whose = _member(team, owner)
    cause, hole = _from(thing, factor, barrier)
    latest = due_by(priority, today_of(team, at))
    due = due_on or latest
    if not today_of(team, at) <= due <= latest:
        words = f"Between today and {latest:%-d %B %Y}: that is what a {priority} allows."
        raise Invalid({"due_on": [words]})
    rests_on = counted([around_factor(0, thing, cause, at - WINDOW, at)])[0]
    item = backlog.add(
        team,
        title=what,
        kind=ItemKind.KNOWLEDGE if kind == ActionKind.LEARN else ItemKind.PREVENTION,
        rationale="\n\n".join(
            filter(
                None, [because.strip(), f"{thing.reference}: {rests_on.in_words()}, in 90 days."]
            )
        ),
        product_area=thing.product_area,
        by=by,
        at=at,
        source=source,
    )
    made = Action(
        item=item, post_mortem=thing, factor=cause, barrier=hole, kind=kind, means=means, owner=whose,
        due_on=due, agreed_by=by, agreed_at=at,
    )  # fmt: skip
    made.remind_at = reminds_at(made, team)
    made.save(force_insert=True)
    fact = ActionAgreed(item=item.reference)
    return finish(thing, fact, by=by, at=at, source=source)


@transaction.atomic
def ask_for_more(
    action_id: int,
    *,
    question: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Action:
    """The product owner cannot decide yet: its owner answers."""
    need(question=question)
    action = _begin(action_id, "ask_for_more", by=by, at=at, version=version)
    return _save(action, MoreAskedFor(), ["state"], by=by, at=at, source=source, text=question)


@transaction.atomic
def answer(
    action_id: int,
    *,
    text: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Action:
    need(text=text)
    action = _begin(action_id, "answer", by=by, at=at, version=version)
    return _save(action, ActionAnswered(), ["state"], by=by, at=at, source=source, text=text)


@transaction.atomic
def extend(
    action_id: int,
    *,
    due_on: date,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Action:
    """Another date, and why: the history keeps every earlier one."""
    need(reason=reason)
    action = _begin(action_id, "extend", by=by, at=at, version=version)
    team = action.item.team
    if due_on <= max(action.due_on, today_of(team, at)):
        words = f"Choose a day after {max(action.due_on, today_of(team, at)):%-d %B %Y}."
        raise Invalid({"due_on": [words]})
    fact = ActionExtended(was=action.due_on, due_on=due_on)
    action.due_on, action.reminded = due_on, ""
    action.remind_at = reminds_at(action, team)
    fields = ["due_on", "reminded", "remind_at"]
    return _save(action, fact, fields, by=by, at=at, source=source, text=reason)


@transaction.atomic
def verify(
    action_id: int,
    *,
    proof: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Action:
    """Somebody other than who did it has seen that it holds, and says how."""
    need(proof=proof)
    action = _begin(action_id, "verify", by=by, at=at, version=version)
    action.verified_by, action.verified_at, action.remind_at = by, at, None
    action.proof = Text.objects.create(body=proof.strip())
    fields = ["state", "verified_by", "verified_at", "proof", "remind_at"]
    return _save(action, ActionVerified(), fields, by=by, at=at, source=source, text=action.proof)


@transaction.atomic
def send_back(
    action_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Action:
    """Somebody other than who did it has seen that it does not hold: its item is to be done again, by the same date."""
    need(reason=reason)
    item = backlog.lock_finished(action_id)  # before the action: a floor below
    action = _begin(action_id, "send_back", by=by, at=at, version=version)
    backlog.open_again(item, reason=reason, by=by, at=at, source=source)
    action.done_by = action.done_at = None
    action.verified_by = action.verified_at = action.proof = None
    action.reminded, action.remind_at = "", max(at, reminds_at(action, item.team))
    fields = [
        "state",
        "done_by",
        "done_at",
        "verified_by",
        "verified_at",
        "proof",
        "reminded",
        "remind_at",
    ]
    return _save(action, ActionSentBack(), fields, by=by, at=at, source=source, text=reason)


def follow(verb: str, item_id: int, *, by: Person, at: datetime, source: str) -> None:
    """Keep step with the backlog item; its lock is held already. An item that is no action leads to nothing."""
    if not Action.objects.filter(pk=item_id).exists():
        return
    action = locked(ROWS, item_id)
    OF_ITS_ITEM.advance(action, verb)
    fact: Fact = ActionDeclined()
    if verb == "accept":
        rests_on = counted([around(action, at - WINDOW, at)])[action.pk]
        action.figures, action.accepted_at = rests_on.as_data(), at
        action.reminded, action.remind_at = "", max(at, reminds_at(action, action.item.team))
        fact = ActionAccepted(rests_on=rests_on.in_words())
    elif verb == "complete":
        action.done_by, action.done_at = by, at
        action.reminded, action.remind_at = "", at + VERIFY_WITHIN
        fact = ActionCompleted()
    else:
        action.reminded, action.remind_at = "", None
    fields = ["state", "figures", "accepted_at", "done_by", "done_at", "reminded", "remind_at"]
    _save(action, fact, fields, by=by, at=at, source=source)


def _begin(action_id: int, verb: str, *, by: Person, at: datetime, version: int | None) -> Action:
    action = locked(ROWS, action_id)
    if refusal := policy.may(verb, standing(by, at), action):
        raise NotAllowed(refusal)
    if version is not None and version != action.version:
        raise Stale("Somebody changed this action since you opened it.")
    ACTIONS.advance(action, verb)
    return action


def _save(
    action: Action,
    fact: Fact,
    fields: list[str],
    *,
    by: Person,
    at: datetime,
    source: str,
    text: str | Text = "",
) -> Action:
    action.version += 1
    action.save(update_fields=[*fields, "version"])
    journal.record(fact, subject=action.pk, by=by, at=at, source=source, text=text)
    return action


def _check(what: str, kind: str, means: str) -> None:
    need(what=what)
    wrong: dict[str, list[str]] = {}
    if len(what.strip()) > LONGEST:
        wrong["what"] = [f"At most {LONGEST} characters; more belongs into the reason."]
    elif asks_for_care(what):
        wrong["what"] = [NO_ACTION]
    if kind not in ActionKind.values:
        wrong["kind"] = ["Choose one of the list."]
    if means not in Means.values:
        wrong["means"] = ["Choose one of the list."]
    if wrong:
        raise Invalid(wrong)


def _from(
    thing: PostMortem, factor: int | None, barrier: int | None
) -> tuple[Factor | None, Barrier | None]:
    if (factor is None) == (barrier is None):
        words = "Say from which one factor, or from which one barrier, it comes."
        raise Invalid({"factor": [words]})
    cause = Factor.objects.filter(post_mortem=thing, pk=factor).first() if factor else None
    hole = Barrier.objects.filter(post_mortem=thing, pk=barrier).first() if barrier else None
    if cause is None and hole is None:
        name = "factor" if factor is not None else "barrier"
        raise Invalid({name: [f"{thing.reference} has no such {name}."]})
    return cause, hole


def _member(team: Team, username: str) -> Person:
    found = members_of(team.pk).filter(username=username).first()
    if found is None:
        raise Invalid({"owner": [f"Nobody of {team.name} has this user name."]})
    return found

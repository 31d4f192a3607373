"""What is learnt from P0s: the rules proposed a post-mortem of each. One is published and its actions are followed, one
is being written, old ones were waived."""

from datetime import datetime, timedelta
from typing import Any

from postmortems import services
from postmortems.models import PostMortem
from postmortems.querysets import ROWS
from teams.models import Person
from teams.services import agreements
from triage.demonstration.actions import KEPT, followed
from triage.demonstration.company import LEADS
from triage.demonstration.play import Play
from triage.demonstration.stage import Story

#: field -> words that fit any defect of the demonstration.
STORY = {
    "summary": "Customers saw it before we did, and rang. It was there for some hours before anybody here knew.",
    "how_it_happened": "A change that was safe on its own met data that no test has.",
    "how_fixed": "The change was taken back first; the fix went out with a test of that data.",
    "went_well": "The first call for help was answered within minutes.",
    "got_lucky": "It was a quiet hour: at noon it would have been four times as many.",
    "surprised": "The dashboard was green all the time: it counts requests, and they were answered, wrongly.",
}
FACTORS = (
    ("Customers saw wrong figures.", "observation", "code", None),
    ("The change reads a field that old rows leave empty.", "condition", "data", 0),
    ("No test has a row from before the last migration.", "missing_barrier", "testing", 1),
    ("The dashboard counts answers, not whether they are right.", "condition", "observability", 0),
)  # fmt: skip


#: What is older was answered by now.
ANSWERED = timedelta(days=21)
WHY_NOT = (
    "The same supplier's outage as the month before: what it taught is in place already.",
    "Found and fixed within the hour, by a check that the last one asked for.",
    "The retrospective of that sprint took it up; its improvement is tried now.",
)


#: What the published one says beside the story.
ANSWERS = {
    "what_prevents": "A replay of a day of real answers, before a release.",
    "what_changes": "The dashboard compares what was answered with what was asked.",
}
CLAUSE = (
    "It was tried on data as old as the oldest that customers have.",
    "Every test had data from after the last migration.",
)
#: So long ago the team begins to look for a P0 to learn from.
SINCE = timedelta(days=44)


def published_story(play: Play) -> Story:
    """The first P0 of Clinic that is fixed by then: written, reviewed by another, published; the actions go on."""
    hours = play.company.hours["clinic"]
    at = yield hours.after(play.now - SINCE, 1)
    while (thing := _fixed(play)) is None:
        at = yield hours.after(at, 3)
    author = _author(thing)
    _tell(play, thing, at)
    act: dict[str, Any] = {"by": author, "source": "demo"}
    at = yield hours.after(at, 5)
    services.write(thing.pk, changes=ANSWERS, at=at, **act)
    for kept in KEPT:
        kept.agree(thing, at=at, **act)
    text, because = CLAUSE
    services.answer_done(thing.pk, answer="amended", because=because, text=text, at=at, **act)
    services.submit(thing.pk, at=at, **act)
    at = yield hours.after(at, 6)
    others = [play.person(name) for name in play.company.developers("clinic")]
    reviewer = next(one for one in others if one != author)
    services.publish(thing.pk, by=reviewer, at=at, source="demo")
    for action in thing.actions.order_by("pk"):
        play.stage.enter(followed(play, action, at))
    at = yield hours.after(at + timedelta(days=8), 2)
    clause = ROWS.get(pk=thing.pk).done_clause
    assert clause is not None, "it is amended"
    words = (
        "Read by everybody, and nobody spoke against it: from now on we try it on old data first."
    )
    lead = play.person(LEADS["clinic"])
    agreements.adopt(clause.pk, words=words, by=lead, at=at, source="demo")


def _fixed(play: Play) -> PostMortem | None:
    fixed = {"bug__priority": "P0", "bug__fixed_by__isnull": False}
    found = ROWS.filter(state="proposed", bug__team=play.company.teams["clinic"], **fixed)
    return found.order_by("-proposed_at", "-pk").first()


def _author(thing: PostMortem) -> Person:
    assert thing.bug is not None, "the rules ask about bugs"
    assert thing.bug.fixed_by is not None, "only what is fixed is looked at"
    return thing.bug.fixed_by


def learn(play: Play) -> None:
    """Of what the rules proposed: the last that is fixed is written, the old ones were waived with a reason."""
    proposed = list(ROWS.filter(state="proposed", bug__isnull=False).order_by("proposed_at", "pk"))
    fixed = [thing for thing in proposed if thing.bug and thing.bug.fixed_by_id]
    for nth, thing in enumerate(proposed):
        if thing in fixed[-1:]:
            _write(play, thing)
        elif thing.proposed_at < play.now - ANSWERED:
            _waive(play, thing, WHY_NOT[nth % len(WHY_NOT)])


def _write(play: Play, thing: PostMortem) -> None:
    """It is written these days, whenever it was proposed: what it agrees is not overdue yet."""
    author = _author(thing)
    hours = play.company.hours[thing.team.slug]
    at = min(max(hours.after(thing.proposed_at, 1), hours.before(play.now, 40)), play.now)
    keys = _tell(play, thing, at)
    act: dict[str, Any] = {"by": author, "at": at, "source": "demo"}
    services.agree_action(
        thing.pk, what="The dashboard compares what was answered with what was asked.", kind="detect",
        means="detect", owner=author.username, factor=keys[-1],
        because="Until then customers are our alarm.", **act,
    )  # fmt: skip
    reporter = Person.objects.filter(filed_reports__living__bug=thing.bug).order_by("pk").first()
    if reporter is not None:
        services.invite(thing.pk, person=reporter.username, **act)


def _tell(play: Play, thing: PostMortem, at: datetime) -> list[int]:
    """Open it and tell the story; the keys of its factors."""
    act: dict[str, Any] = {"by": _author(thing), "at": at, "source": "demo"}
    services.open(thing.pk, **act)
    services.write(thing.pk, changes=STORY, **act)
    keys: list[int] = []
    for statement, kind, category, effect in FACTORS:
        services.add_factor(
            thing.pk, statement=statement, kind=kind, category=category, control="team",
            contributes_to=None if effect is None else keys[effect], **act,
        )  # fmt: skip
        keys.append(thing.factors.order_by("-pk")[0].pk)
    services.add_barrier(
        thing.pk, what="A look at live data before the release", was_there=False,
        why_not="The test environment is filled from fixtures.", **act,
    )  # fmt: skip
    return keys


def _waive(play: Play, thing: PostMortem, why: str) -> None:
    lead = play.company.people[LEADS[thing.team.slug]]
    at = min(thing.proposed_at + timedelta(hours=20), play.now)
    services.waive(thing.pk, reason=why, by=lead, at=at, source="demo")

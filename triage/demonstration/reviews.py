"""What is learnt from P0s: the rules proposed a post-mortem of each; one is being written, an old one was waived."""

from datetime import timedelta
from typing import Any

from postmortems import services
from postmortems.models import PostMortem
from postmortems.querysets import ROWS
from teams.models import Person
from triage.demonstration.company import LEADS
from triage.demonstration.play import Play

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


def learn(play: Play) -> None:
    """Of what the rules proposed: the last P0 that is fixed is written, the old ones were waived with a reason."""
    proposed = list(ROWS.filter(state="proposed", bug__isnull=False).order_by("proposed_at", "pk"))
    fixed = [
        thing
        for thing in proposed
        if thing.bug and thing.bug.priority == "P0" and thing.bug.fixed_by_id
    ]
    for nth, thing in enumerate(proposed):
        if thing in fixed[-1:]:
            _write(play, thing)
        elif thing.proposed_at < play.now - ANSWERED:
            _waive(play, thing, WHY_NOT[nth % len(WHY_NOT)])


def _write(play: Play, thing: PostMortem) -> None:
    assert thing.bug is not None, "the rules ask about bugs"
    author = thing.bug.fixed_by
    assert author is not None, "only what is fixed is looked at"
    hours = play.company.hours[thing.team.slug]
    at = min(hours.after(max(thing.bug.fixed_at or play.now, thing.proposed_at), 1), play.now)
    act: dict[str, Any] = {"by": author, "at": at, "source": "demo"}
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
    services.agree_action(
        thing.pk, what="The dashboard compares what was answered with what was asked.", kind="detect",
        means="detect", owner=author.username, factor=keys[-1],
        because="Until then customers are our alarm.", **act,
    )  # fmt: skip
    reporter = Person.objects.filter(filed_reports__living__bug=thing.bug).order_by("pk").first()
    if reporter is not None:
        services.invite(thing.pk, person=reporter.username, **act)


def _waive(play: Play, thing: PostMortem, why: str) -> None:
    lead = play.company.people[LEADS[thing.team.slug]]
    at = min(thing.proposed_at + timedelta(hours=20), play.now)
    services.waive(thing.pk, reason=why, by=lead, at=at, source="demo")

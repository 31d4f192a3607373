"""A few seconds of everybody doing everything: every error is a refusal, and the books are right afterwards."""

import random
import time
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from bugs.models import Bug, Loan
from channels import services as channels
from foundation import clock
from foundation.errors import Refused
from journal.models import Event
from postmortems import services as lessons
from postmortems.models import Action, PostMortem
from postmortems.services import actions
from postmortems.services.chasing import chase
from problem_reports.models import Classification, ProblemReport, Timer
from sprints import services as sprints
from sprints.models import Sprint
from sprints.querysets import hold_left, line_of
from sprints.rules.reserve import replay
from sprints.services import backlog
from teams.models import Agreement
from teams.services import agreements
from tests.bugs import acts as bug_acts
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_sprint, closed
from tests.postmortems.acts import FACTOR, an_action, complete
from tests.problem_reports import acts as report_acts
from tests.races.crowd import at_once
from tests.teams.test_agreements import a_clause, a_trial

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 3.0
PEOPLE = 6
REPORT_VERBS = [v for v in report_acts.ACTORS if v != "attach"]  # writes files


def one_report_act(cast: Cast, die: random.Random, keys: list[int]) -> Any:
    verb = die.choice(REPORT_VERBS)
    report = ProblemReport(pk=die.choice(keys))
    changes: dict[str, Any] = {}
    if verb == "classify" and die.random() < 0.5:
        changes = {"outcome": "duplicate", "duplicate_of": die.choice(keys)}
    elif verb == "classify" and die.random() < 0.7:
        known = Bug.objects.order_by("?").first()
        changes = {"outcome": "bug", "existing_bug": known and known.pk}
    return report_acts.perform(verb, cast, report, **changes)


def one_bug_act(cast: Cast, die: random.Random, running: int, planned: int) -> Any:
    bugs = list(Bug.objects.order_by("pk"))
    bug, verb = die.choice(bugs), die.choice(list(bug_acts.ACTORS))
    changes: dict[str, Any] = {}
    if verb == "inject":
        leaves = [b.reference for b in bugs if b.state == "in_sprint" and b.pk != bug.pk][:2]
        changes = {"sprint_id": running, "points": Decimal(2), "leaves": leaves, "reason": "Bites"}
    elif verb == "schedule":
        changes = {"sprint_id": planned}
    elif verb in bug_acts.OF_A_LOAN:
        loan = Loan.objects.filter(bug=bug).order_by("?").first()
        changes = {**bug_acts.OF_A_LOAN[verb], "loan": loan.pk if loan else 0}
    service = getattr(bug_acts.services, verb)
    told = changes or bug_acts.needs(verb, cast)
    who = getattr(cast, bug_acts.ACTORS[verb])
    return service(bug.pk, by=who, at=clock.now(), **told)


def one_lesson_act(cast: Cast, die: random.Random, running: int) -> Any:
    """A verb on a post-mortem, on an action or its backlog item, or on an agreement."""
    act: dict[str, Any] = {"at": clock.now(), "by": cast.rhea}
    thing = die.choice(list(PostMortem.objects.filter(state="open")))
    action = die.choice([*thing.actions.order_by("pk"), None])
    if action is None:
        said = {"what": "The build compares totals.", "kind": "prevent", "means": "guard"}
        factor = thing.factors.order_by("?")[0].pk
        return lessons.agree_action(thing.pk, **said, owner="otto", factor=factor, **act)
    agreement = die.choice(list(Agreement.objects.order_by("pk"))).pk
    used = {"kind": "bug", "subject": die.randrange(10**9), "what": "BUG-1", "followed": True}
    later = action.due_on + timedelta(days=1)
    verb = die.choice(
        (
            partial(backlog.accept, action.pk, **{**act, "by": cast.pia}),
            partial(backlog.decline, action.pk, reason="Later", **{**act, "by": cast.pia}),
            partial(backlog.estimate, action.pk, points=Decimal(1), **{**act, "by": cast.ines}),
            partial(backlog.schedule, action.pk, sprint_id=running, **{**act, "by": cast.pia}),
            partial(backlog.finish, action.pk, **{**act, "by": cast.ines}),
            partial(actions.ask_for_more, action.pk, question="How?", **{**act, "by": cast.pia}),
            partial(actions.answer, action.pk, text="So.", **act),
            partial(actions.extend, action.pk, due_on=later, reason="x", **{**act, "by": cast.pia}),
            partial(actions.verify, action.pk, proof="Seen.", **act),
            partial(actions.send_back, action.pk, reason="It broke.", **act),
            partial(agreements.comment, agreement, text="Yes.", **act),
            partial(agreements.use, agreement, **used, **act),
            partial(agreements.adopt, agreement, words="Agreed.", **act),
            partial(agreements.revise, agreement, text="Other words.", because="x", **act),
            partial(lessons.add_factor, thing.pk, **FACTOR, statement="One more.", **act),
        )
    )
    return verb()


def busy(cast: Cast, seed: int, keys: list[int], running: int, planned: int) -> dict[str, int]:
    die, until = random.Random(seed), time.monotonic() + SECONDS
    done = {"acted": 0, "refused": 0}
    while time.monotonic() < until:
        try:
            what = die.random()
            if what < 0.4:
                one_report_act(cast, die, keys)
            elif what < 0.75:
                one_bug_act(cast, die, running, planned)
            elif what < 0.95:
                one_lesson_act(cast, die, running)
            elif what < 0.97:
                chase(at=clock.now())
            else:
                channels.fan_out()
            done["acted"] += 1
        except Refused:
            done["refused"] += 1
    return done


def test_everybody_does_everything_and_nobody_is_stuck(cast: Cast) -> None:
    keys = [a_report(cast).pk for _ in range(6)]
    for _ in range(5):
        a_bug(cast, priority="P0")
    for _ in range(2):
        an_action(cast, complete(cast))
    a_clause(cast)
    a_trial(cast)
    running = sprints.start(a_sprint(cast).pk, by=cast.pia, at=clock.now())
    planned = a_sprint(cast)

    def rotate() -> dict[str, int]:
        """Pia closes the sprint in the middle of it and starts the next."""
        time.sleep(SECONDS / 2)
        for _ in range(20):  # more may have come in since the reasons were written
            try:
                closed(cast, running)
                break
            except Refused:
                continue
        sprints.start(planned.pk, by=cast.pia, at=clock.now())
        return {"acted": 2, "refused": 0}

    seed = random.randrange(10**6)
    people = [partial(busy, cast, seed + n, keys, running.pk, planned.pk) for n in range(PEOPLE)]
    answers = at_once(*people, rotate)
    stuck = [answer for answer in answers if isinstance(answer, Exception)]
    assert not stuck, f"seed {seed}: {stuck}"
    assert sum(answer["acted"] for answer in answers) > 20
    check_the_books(seed)


def check_the_books(seed: int) -> None:
    for sprint in Sprint.objects.all():
        told = vars(replay(line_of(line) for line in sprint.entries.order_by("pk")))
        assert told == {name: getattr(sprint, name) for name in told}, seed
        held = Bug.objects.filter(sprint=sprint, state__in=("in_sprint", "in_progress"))
        assert sprint.held == sum(hold_left(sprint.pk, b.pk) for b in held), seed
    for bug in Bug.objects.all():
        opener = Classification.objects.get(pk=bug.opened_by)
        assert opener.bug_id == bug.pk, seed
    runs = Timer.objects.exclude(state="superseded").filter(stopped_at=None)
    live = runs.values_list("report", "kind")
    assert len(live) == len(set(live)), seed
    for action in Action.objects.select_related("item"):
        done = action.state in ("done", "verified")
        assert done == (action.item.state == "finished"), (seed, action.reference)
    for report in ProblemReport.objects.all():
        told = Event.objects.filter(kind="problem_report", subject=report.pk)
        # *prioritise* to the same priority and every other act: one version, one event.
        assert told.count() == report.version, (seed, report.reference)

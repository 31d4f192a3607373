"""What waits for the reader's own answer, whatever floor asks: the first thing of their desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.urls import reverse
from django.utils import timezone

from bugs.lifecycle import URGENT
from bugs.models import Bug
from bugs.querysets import plans_waiting_for
from foundation.amounts import with_unit
from foundation.moments import in_words
from foundation.references import address
from oncall.querysets.rotas import swaps_waiting_for
from oncall.rules import RELEASE_MANAGER
from postmortems.lifecycle.actions import ActionState
from postmortems.querysets.actions import asked_of as actions_of
from postmortems.rows.actions import url_of
from problem_reports.querysets import left_lying, owing_cause
from problem_reports.web.paged import reviews
from problem_reports.web.reader import Reader
from sprints.policy.overdrafts import allowed
from sprints.querysets import goals_at_risk, overdrafts_waiting, proposed_items
from teams.lifecycle import Role

#: Verbs that answer what went beyond a reserve; to propose is not to answer.
ANSWERS = {"let_go", "swap_out", "accept_risk"}
ACTION_WORDS = {
    ActionState.ASKED: "The product owner asked for more about your action.",
    ActionState.ACCEPTED: "You see to this action.",
    ActionState.DONE: "It is done. Does it hold, and how is that seen?",
}
#: So many proposed items are named; the backlog has the rest.
NAMED = 5


@dataclass(frozen=True)
class Asked:
    """One thing that is asked of the reader: what it is, what the question is, and until when."""

    reference: str
    title: str
    url: str
    words: str
    due_at: datetime | None = None
    due: str = ""
    late: bool = False


def asked_of(reader: Reader) -> list[Asked]:
    """Everything that waits for this person's word, what has a deadline first."""
    of_duties = [*_reviews(reader), *_causes(reader), *_left_lying(reader), *_swaps(reader)]
    if not any(role in (Role.PRODUCT_OWNER, Role.DEVELOPER) for _, role in reader.who.roles):
        return of_duties
    return [
        *of_duties, *_overdrafts(reader), *_goals(reader), *_plans(reader), *_actions(reader),
        *_proposed(reader),
    ]  # fmt: skip


def _reviews(reader: Reader) -> Iterator[Asked]:
    """What was decided in the release manager's place."""
    if any(duty == RELEASE_MANAGER for _, duty in reader.who.duties):
        for act in reviews(reader):
            yield Asked(act.about, act.words, f"{reverse('pages')}#to-review", "Look at it once.")


def _causes(reader: Reader) -> Iterator[Asked]:
    """What the reader confirmed, or investigated when it was: cause and hours follow (PR-4)."""
    for report in owing_cause(reader.person.pk):
        due = cast(datetime, report.cause_due_at)
        yield Asked(
            reference=report.reference,
            title=report.title,
            url=f"{address('PR', report.pk)}#tell-cause",
            words="It is confirmed as a bug. What was the cause, and how many hours did it take?",
            due_at=due,
            due=in_words(due, reader.at, timezone.get_current_timezone()),
            late=due < reader.at,
        )


def _left_lying(reader: Reader) -> Iterator[Asked]:
    """What somebody has begun who is away now: the release manager says whether it waits (ONC-3)."""
    teams = [team for team, duty in reader.who.duties if duty == RELEASE_MANAGER]
    for report in left_lying(teams, reader.at) if teams else ():
        until = in_words(report.away_until, reader.at, timezone.get_current_timezone())
        yield Asked(
            reference=report.reference,
            title=report.title,
            url=address("PR", report.pk),
            words=f"{report.assignee} has begun and is away, back {until}. Hand it back, or let it wait.",
        )


def _swaps(reader: Reader) -> Iterator[Asked]:
    """Shifts that colleagues offer: to the reader, or to anybody of the team."""
    for swap in swaps_waiting_for(reader.who):
        rotation, named = swap.rotation, swap.to_id == reader.who.person_id
        starts = in_words(swap.starts_at, reader.at, timezone.get_current_timezone())
        yield Asked(
            reference=rotation.team.name,
            title=f"{rotation.get_duty_display()}, from {starts}",
            url=f"{reverse('rotation', args=[rotation.pk])}#offers",
            words=f"{swap.offered_by} offers it{' to you' if named else ' to anybody'}"
            f"{' for one of yours' if swap.in_return else ''}. Will you take it?",
        )


def _overdrafts(reader: Reader) -> Iterator[Asked]:
    open_ones = list(overdrafts_waiting(reader.who.teams))
    bugs = Bug.objects.in_bulk([o.bug for o in open_ones if o.bug]) if open_ones else {}
    for overdraft in open_ones:
        may = ANSWERS & set(allowed(reader.who, overdraft, list(overdraft.leaving.all())))
        if not may:
            continue
        bug = bugs.get(overdraft.bug or 0)
        sprint = overdraft.sprint
        beyond = (
            f"{with_unit(overdraft.left, sprint.team.unit)} beyond the reserve of {sprint.name}"
        )
        yield Asked(
            reference=bug.reference if bug else sprint.reference,
            title=bug.title if bug else "Logged work",
            url=f"{address('SP', sprint.pk)}#overdrafts",
            words=f"{beyond}: {'it may leave?' if may == {'let_go'} else 'what leaves, or is the risk worth it?'}",
            due_at=overdraft.due_at,
            due=in_words(overdraft.due_at, reader.at, timezone.get_current_timezone()),
            late=overdraft.due_at < reader.at,
        )


def _goals(reader: Reader) -> Iterator[Asked]:
    for sprint in goals_at_risk(_owned(reader)):
        yield Asked(
            reference=sprint.reference,
            title=sprint.goal,
            url=address("SP", sprint.pk),
            words=f"The team says that the goal of {sprint.name} is at risk. Have you seen it?",
        )


def _plans(reader: Reader) -> Iterator[Asked]:
    for plan in plans_waiting_for(reader.who):
        soon = " within a working day" if plan.bug.priority in URGENT else ""
        yield Asked(
            reference=plan.bug.reference,
            title=plan.bug.title,
            url=f"{address('BUG', plan.bug_id)}#plan",
            words=f"Revision {plan.revision} of its plan waits for your agreement{soon}.",
        )


def _actions(reader: Reader) -> Iterator[Asked]:
    """What one sees to, and what somebody else did that is to be verified (PM-6)."""
    for action in actions_of(reader.who)[:NAMED]:
        mine = action.state != ActionState.DONE
        yield Asked(
            reference=action.reference,
            title=action.item.title,
            url=url_of(action),
            words=f"{ACTION_WORDS[action.state]}{f' It is due on {action.due_on:%-d %B}.' if mine else ''}",
        )


def _proposed(reader: Reader) -> Iterator[Asked]:
    waiting = list(proposed_items(_owned(reader))[: NAMED + 1])
    for item in waiting[:NAMED]:
        yield Asked(
            reference=item.reference,
            title=item.title,
            url=f"{reverse('backlog')}#{item.reference}",
            words=f"{item.get_kind_display()}, proposed: accept it, or say why not.",
        )
    if len(waiting) > NAMED:
        yield Asked("", "More is proposed", reverse("backlog"), "The backlog lists the rest.")


def _owned(reader: Reader) -> list[int]:
    return [team for team, role in reader.who.roles if role == Role.PRODUCT_OWNER]

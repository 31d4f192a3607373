"""Who may do what to a report. Each answer is None for yes, or the reason why not."""

from collections.abc import Callable, Collection

from oncall.policy import paging
from oncall.rules import Standing
from problem_reports.lifecycle import LIFECYCLE, Outcome, Priority
from problem_reports.models import ProblemReport
from problem_reports.rules import may_still_dispute
from sprints import policy as sprints
from teams.lifecycle import Role
from teams.models import Team

Answer = str | None
YES = None


def _release_manager(who: Standing, report: ProblemReport) -> Answer:
    if who.is_release_manager(report.team_id):
        return YES
    return f"Only the release manager of {report.team.name} does this."


def _assignee_or_release_manager(who: Standing, report: ProblemReport) -> Answer:
    if who.person_id == report.assignee_id or who.is_release_manager(report.team_id):
        return YES
    return f"Only who investigates it, or the release manager of {report.team.name}, does this."


def _filing_team(who: Standing, report: ProblemReport) -> Answer:
    if who.person_id == report.filed_by_id or who.belongs_to(report.filing_team_id):
        return YES
    return "Only the team that filed the report does this."


def _delivery_team(who: Standing, report: ProblemReport) -> Answer:
    if who.belongs_to(report.team_id) or who.is_release_manager(report.team_id):
        return YES
    return f"Only people of {report.team.name} do this."


def _filing_team_or_release_manager(who: Standing, report: ProblemReport) -> Answer:
    if who.is_release_manager(report.team_id):
        return YES
    return _filing_team(who, report)


def _anybody_who_sees_it(who: Standing, report: ProblemReport) -> Answer:
    return YES


def _release_manager_or_stand_in(who: Standing, report: ProblemReport) -> Answer:
    """For a P0 whoever is on call too, while no release manager is on duty (ONC-6): it is reviewed later."""
    if report.priority == Priority.P0 and report.team_id in who.stands_in:
        return YES
    return _release_manager(who, report)


may_assign = may_prioritise = may_confirm = _release_manager_or_stand_in
may_snooze = may_return = may_route = _release_manager
may_respond = may_ask = may_tell_cause = _assignee_or_release_manager
may_dispute = may_resubmit = _filing_team
may_edit = _filing_team_or_release_manager
may_note = may_reopen = _delivery_team
may_join = may_watch = _anybody_who_sees_it


def may_wake(who: Standing, report: ProblemReport) -> Answer:
    """The clock too, when the moment has come (SLA-4)."""
    return YES if who.system else _release_manager(who, report)


def may_classify(who: Standing, report: ProblemReport) -> Answer:
    """The clock too: what nobody answered, and what nobody filed again (PR-1, PR-2)."""
    return YES if who.system else _assignee_or_release_manager(who, report)


def may_hand_back(who: Standing, report: ProblemReport) -> Answer:
    """The clock too, when who holds it is away (ONC-3)."""
    return YES if who.system else _assignee_or_release_manager(who, report)


def may_answer(who: Standing, report: ProblemReport) -> Answer:
    """The filing team answers; what a third party said is brought by who asked it."""
    if report.third_party and _assignee_or_release_manager(who, report) is YES:
        return YES
    return _filing_team(who, report)


def may_attach(who: Standing, report: ProblemReport) -> Answer:
    if _filing_team(who, report) is YES or _delivery_team(who, report) is YES:
        return YES
    return "Only the team that filed the report and the team that investigates it attach files."


def may_log_work(who: Standing, report: ProblemReport) -> Answer:
    return sprints.may_log_work(who, report.team_id)


def may_page(who: Standing, report: ProblemReport) -> Answer:
    return paging.may_page(who, report.team)


def may_start(who: Standing, report: ProblemReport) -> Answer:
    if who.person_id == report.assignee_id:
        return YES
    return "Only who the report is assigned to starts its investigation."


def may_take(who: Standing, report: ProblemReport) -> Answer:
    """Developers below the team's limit take reports that were prioritised (PR-9)."""
    team = report.team
    if not who.has_role(team.pk, Role.DEVELOPER):
        return f"Only developers of {team.name} take its reports."
    if report.prioritised_at is None:
        return "The release manager prioritises it first."
    if who.holding.get(team.pk, 0) >= team.investigation_limit:
        return (
            f"You hold {who.holding[team.pk]} of {team.investigation_limit} open investigations; "
            "classify or hand one back first."
        )
    return YES


def may_publish_policy_version(roles: Collection[tuple[int, str]], team: Team) -> Answer:
    """What a team promises is decided by its lead, or an admin; asked of (team, role) pairs, as all settings are."""
    if {(team.pk, Role.LEAD), (team.pk, Role.ADMIN)} & set(roles):
        return YES
    return f"Only a lead or an admin of {team.name} changes what it promises."


#: verb -> its question, for every verb of the table.
ASKED: dict[str, Callable[[Standing, ProblemReport], Answer]] = {
    verb: globals()[f"may_{verb}"] for verb in LIFECYCLE.steps
}


def may(verb: str, who: Standing, report: ProblemReport) -> Answer:
    """None for yes, else the reason why not."""
    return ASKED[verb](who, report)


def allowed(who: Standing, report: ProblemReport) -> list[str]:
    """What this person may do to this report now, in table order.

    No *dispute* once its time is over, of what is closed an *answer* only to a question; only a P0 is
    confirmed, and only what was confirmed still owes its cause.
    """
    verbs = [v for v in LIFECYCLE.verbs_from(report.state) if ASKED[v](who, report) is YES]
    if report.priority != Priority.P0 and "confirm" in verbs:
        verbs.remove("confirm")
    if report.cause_due_at is None and "tell_cause" in verbs:
        verbs.remove("tell_cause")
    if not report.closed_at:
        return verbs
    late = not may_still_dispute(report.closed_at, who.at)
    return [
        verb
        for verb in verbs
        if not ((verb == "dispute" and late) or (verb == "answer" and not lacks_an_answer(report)))
    ]


def lacks_an_answer(report: ProblemReport) -> bool:
    """Whether it was closed because nobody answered: then an answer opens it again (PR-2)."""
    return report.living is not None and report.living.outcome == Outcome.NO_ANSWER


def sees_inside(who: Standing, report: ProblemReport) -> bool:
    """Whether this person reads notes and the team's own words: the delivery team only."""
    return _delivery_team(who, report) is YES

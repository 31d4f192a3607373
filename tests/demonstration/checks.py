"""What holds of every demonstration, whatever the day on which it is loaded."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

from bugs.lifecycle import State as BugState
from bugs.models import Bug, Loan, Release
from channels.models import Notice
from journal.models import Event, Pending
from oncall.models import Duty, Pairing, Rotation, SwapOffer
from postmortems.models import Action, PostMortem
from problem_reports.clocks import policies, rules
from problem_reports.lifecycle import Outcome, State
from problem_reports.models import ProblemReport, Timer
from problem_reports.querysets import to_be_investigated
from sprints.models import ReserveEntry, Sprint
from sprints.querysets import line_of
from sprints.rules.reserve import replay
from teams.models import Agreement, Person, Team


def every_state_and_outcome_is_there() -> None:
    reports = ProblemReport.objects.all()
    assert set(reports.values_list("state", flat=True)) == set(State.values)
    assert set(reports.exclude(living=None).values_list("living__outcome", flat=True)) == set(
        Outcome.values
    )


def bugs_stand_where_a_sprint_has_them() -> None:
    states = Counter(Bug.objects.values_list("state", flat=True))
    assert set(states) >= {
        BugState.TO_BE_SCHEDULED,
        BugState.SCHEDULED,
        BugState.POSTPONED,
        BugState.IN_SPRINT,
        BugState.VERIFIED,
        BugState.DECLINED,
    }
    assert states[BugState.IN_PROGRESS] + states[BugState.FIXED] > 0


def versions_and_loans_are_there(now: datetime) -> None:
    releases = Release.objects.filter(team__slug="clinic").order_by("on")
    assert [r.is_out for r in releases] == [True, True, False]
    assert all(release.bugs.exists() for release in releases)
    loans = Loan.objects.all()
    assert loans.filter(state="open", due_on__lt=now.date()).count() == 1
    assert loans.filter(state="open", extensions=1).count() == 1
    assert loans.filter(state="repaid").count() == 1
    assert Bug.objects.filter(state=BugState.REFUTED).count() == 1


def a_lesson_is_published_and_followed(now: datetime) -> None:
    assert PostMortem.objects.filter(state="published").count() == 1
    assert PostMortem.objects.filter(state="open").count() == 1
    actions = Action.objects.filter(post_mortem__state="published")
    assert Counter(actions.values_list("state", flat=True)) == Counter(
        verified=1, done=1, accepted=1, declined=1
    )
    waits = Action.objects.filter(state__in=("proposed", "accepted"))
    assert not waits.filter(due_on__lt=now.date() - timedelta(days=3)).exists()
    working = Agreement.objects.filter(kind="working")
    for team in ("clinic", "platform"):
        states = working.filter(team__slug=team).values_list("state", flat=True)
        assert Counter(states) == Counter(adopted=1, proposed=1)


def nothing_is_told_of_the_future(now: datetime) -> None:
    assert not Event.objects.filter(at__gt=now).exists()
    assert not Event.objects.exclude(source="demo").exists()


def nobody_is_told_and_no_passed_timer_runs() -> None:
    assert not Pending.objects.exists()
    assert not Timer.objects.filter(next_at__lte=_latest()).exists()


def _latest() -> datetime:
    latest: datetime = Event.objects.latest("recorded_at").recorded_at
    return latest


def every_ledger_adds_up() -> None:
    for sprint in Sprint.objects.all():
        lines = ReserveEntry.objects.filter(sprint=sprint).order_by("id")
        counters = vars(replay(line_of(line) for line in lines))
        assert counters == {name: getattr(sprint, name) for name in counters}, sprint.reference


def each_team_has_a_running_and_two_coming_sprints(now: datetime) -> None:
    for team in Team.objects.filter(kind="delivery"):
        states = Counter(team.sprints.values_list("state", flat=True))
        assert states == {"closed": 9, "running": 1, "planned": 2}
        running = team.sprints.get(state="running")
        assert running.starts_on <= now.date() <= running.ends_on


def duties_are_held_for_a_year_but_for_three_days_ahead(now: datetime) -> None:
    """All by rotations; the one gap is Yuki's absence, and it is told."""
    held = defaultdict(list)
    for duty in Duty.objects.select_related("team").order_by("during"):
        assert duty.rotation_id
        held[duty.team.slug, duty.duty].append(duty.during)
    assert len(held) == 4
    for (team, duty), spans in held.items():
        assert spans[0].lower <= now - timedelta(weeks=52)
        assert spans[-1].upper >= now + timedelta(weeks=25)
        gaps = [b.lower - a.upper for a, b in pairwise(spans) if a.upper != b.lower]
        assert gaps == ([timedelta(days=3)] if (team, duty) == ("clinic", "on_call") else [])


def what_comes_between_turns_is_there(now: datetime) -> None:
    clinic = Rotation.objects.get(team__slug="clinic", duty="on_call")
    ahead = clinic.duties.filter(during__startswith__gt=now)
    assert set(ahead.values_list("why", flat=True)) == {"turn", "swap", "override"}
    assert clinic.versions.count() == 3
    assert set(SwapOffer.objects.values_list("state", flat=True)) == {"accepted", "offered"}
    shadowed = Pairing.objects.filter(trainee__username="kofi").order_by("during")
    assert [p.mentor.username for p in shadowed] == ["otto", "otto"]
    assert now in shadowed[1].during


def rhea_and_otto_have_their_duties(now: datetime) -> None:
    """Rhea for seven weeks and more; Otto until the working week is over, at least."""
    clinic = Team.objects.get(slug="clinic")
    for username, duty, days in (("rhea", "release_manager", 49), ("otto", "on_call", 4)):
        for moment in (now, now + timedelta(days=days) - timedelta(hours=12)):
            row = Duty.objects.get(team=clinic, duty=duty, during__contains=moment)
            assert row.person.username == username


def the_first_queue_is_a_morning_s_work(now: datetime) -> None:
    queue = to_be_investigated(Team.objects.get(slug="clinic").pk)
    assert 14 <= queue.count() <= 20
    assert queue.filter(due_at__lt=now).count() == 1
    fresh = queue.filter(priority="P1", prioritised_at=None)
    assert fresh.filter(filed_at__gte=now - timedelta(days=5), due_at__gt=now).exists()


def the_second_queue_waits_for_decisions() -> None:
    clinic = Bug.objects.filter(team__slug="clinic")
    assert 5 <= clinic.filter(state=BugState.TO_BE_SCHEDULED).count() <= 10


def ines_holds_one_investigation() -> None:
    ines = Person.objects.get(username="ines")
    held = ProblemReport.objects.filter(assignee=ines, state__in=("assigned", "investigating"))
    assert held.count() == 1


def people_act_when_their_office_is_open() -> None:
    """All but those who work on a P0, and Customer Care, which opens earlier and on Saturdays."""
    clinic = Team.objects.select_related("calendar").get(slug="clinic")
    calendar = policies.calendar(clinic.calendar_id, clinic.calendar.version)
    slow = ProblemReport.objects.filter(team=clinic, classifications__bug=None).exclude(
        priority="P0"
    )
    acts = Event.objects.filter(
        kind="problem_report",
        subject__in=slow.values("pk"),
        by__memberships__team=clinic,
        by__memberships__role="developer",
    )
    moments = list(acts.values_list("at", flat=True))
    second = timedelta(seconds=1)
    outside = [at for at in moments if not rules.between(calendar, at - second, at + second)]
    assert moments
    assert len(outside) <= len(moments) // 50


def lena_finds_what_waits_on_her_and_what_was_promised() -> None:
    lena = Person.objects.get(username="lena")
    mine = ProblemReport.objects.filter(filed_by=lena)
    assert mine.filter(state__in=("waiting", "returned")).count() >= 2
    assert mine.filter(state="closed", living__bug__state="verified").exists()
    assert Timer.objects.filter(report__in=mine, state="met").exists()
    assert Timer.objects.filter(report__in=mine, state="breached").exists()
    assert Timer.objects.filter(report__in=mine, state="superseded").exists()


def letters_lie_ready_and_the_newest_are_unread(now: datetime) -> None:
    assert not Notice.objects.filter(read_at__gt=now).exists()
    hers = Notice.objects.filter(person__username="lena").order_by("-made_at")
    unread = [notice.read_at is None for notice in hers]
    assert unread == [True, True] + [False] * (len(unread) - 2)


def all_of_it(now: datetime) -> None:
    every_state_and_outcome_is_there()
    bugs_stand_where_a_sprint_has_them()
    nothing_is_told_of_the_future(now)
    nobody_is_told_and_no_passed_timer_runs()
    every_ledger_adds_up()
    each_team_has_a_running_and_two_coming_sprints(now)
    duties_are_held_for_a_year_but_for_three_days_ahead(now)
    what_comes_between_turns_is_there(now)
    rhea_and_otto_have_their_duties(now)
    the_first_queue_is_a_morning_s_work(now)
    the_second_queue_waits_for_decisions()
    ines_holds_one_investigation()
    people_act_when_their_office_is_open()
    lena_finds_what_waits_on_her_and_what_was_promised()
    letters_lie_ready_and_the_newest_are_unread(now)

"""From three reports of one defect to a published post-mortem and an action that holds (issue 6, done when)."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from bugs import services as bugs
from bugs.models import Bug
from foundation import clock
from oncall.models import Page as HelpCalled
from oncall.services import paging
from postmortems.models import PostMortem
from problem_reports import services as reports
from sprints.models import BacklogItem
from sprints.services import backlog
from teams.models import Agreement
from tests.cast import Cast, today_there
from tests.factories import a_report, a_running_sprint
from tests.journeys.acts import send
from tests.teams.test_agreements import over

pytestmark = pytest.mark.browser

Enter = Callable[..., Page]
QUESTIONS = {
    "summary": "Nobody could pay for 40 minutes: the job that renews the token had stopped.",
    "how_it_happened": "The job shares its queue with the exports of month end.",
    "how_fixed": "The job has a queue of its own.",
    "what_prevents": "An alarm on the age of the token.",
    "what_changes": "Jobs that others wait for have their own queue.",
}


def test_three_reports_become_a_lesson(cast: Cast, enter: Enter) -> None:  # PM-1 to PM-8
    sprint = a_running_sprint(cast)
    first, *others = (
        a_report(cast, title=f"Payment fails {where}") for where in ("here", "too", "again")
    )

    # The incident: paged, confirmed, mitigated by a loan, fixed, verified, paid back.
    rhea = enter(cast.rhea)
    rhea.goto(f"/problem-reports/{first.reference}/")
    send(rhea, "prioritise", priority="P0", reason="Nobody can pay")
    paging.sweep()
    called = HelpCalled.objects.get()
    otto = enter(cast.otto)
    otto.goto("/on-call/pages/")
    otto.get_by_role("button", name="I have it").click()
    expect(otto.get_by_text("Acknowledged by Otto").first).to_be_visible()
    called.refresh_from_db()
    assert called.acknowledged_by == cast.otto
    rhea.goto(f"/problem-reports/{first.reference}/")
    send(rhea, "confirm")
    bug = Bug.objects.get()
    for other in others:
        reports.classify(
            other.pk, outcome="duplicate",
            hours=Decimal(0), duplicate_of=first.pk, message="It is the same.",
            by=cast.rhea, at=clock.now(),
        )  # fmt: skip
    ines = enter(cast.ines)
    ines.goto(f"/bugs/{bug.reference}/")
    send(ines, "start")
    bugs.mitigate(
        bug.pk, kind="code_workaround", what="The token is renewed by hand", why="Shops are open",
        behaviour="Somebody has to do it every hour", agreed=[cast.pia.username],
        due_on=today_there() + timedelta(days=5), fix_sprint=sprint.pk, fix_points=Decimal(2),
        cleanup_because="The fix replaces it", by=cast.ines, at=clock.now(),
    )  # fmt: skip
    loan = bug.loans.get()
    backlog.finish(loan.fix_item_id, by=cast.ines, at=clock.now())

    # It was proposed by itself, and its timeline is right without typing.
    ines.goto("/post-mortems/")
    ines.get_by_role("link", name=re.compile(re.escape(bug.title))).first.click()
    expect(ines.get_by_text("It was a P0").first).to_be_visible()
    send(ines, "open", size="full")
    thing = PostMortem.objects.get()
    timeline = ines.get_by_role("region", name="Timeline")
    for words in (
        *("was filed", "Help was called", "was answered", "confirmed as a defect"),
        *("Work on the fix", "was mitigated"),
    ):
        expect(timeline.get_by_text(words).first).to_be_visible()
    missing = ines.get_by_role("region", name="Before it is reviewed")
    expect(missing.get_by_text("Name at least two contributing factors.")).to_be_visible()

    # Words: what blames is refused until it is said another way.
    send(ines, "write", **QUESTIONS | {"was_hard": "The developer forgot to renew the token."})
    expect(missing).to_contain_text("blames somebody")
    ines.get_by_role("button", name="Ask for a review").click()
    expect(ines.get_by_text("blames somebody").first).to_be_visible()
    send(ines, "write", was_hard="Nothing showed how old the token was.")
    send(
        ines,
        "add-factor",
        statement="Jobs of every kind share one queue",
        category="infrastructure",
    )
    send(
        ines,
        "add-factor",
        statement="Nothing watched the age of the token",
        category="observability",
    )
    send(ines, "add-barrier", what="An alarm", why_not="It watched the server, not the token")
    send(
        ines, "agree-action", what="An alarm rings when the token is older than an hour",
        kind="detect", means="detect", owner="otto", because="Every shop stands still",
    )  # fmt: skip
    ines.locator('form[action$="/answer-done/"]').evaluate(
        "f => f.closest('details')?.setAttribute('open', '')"
    )
    ines.get_by_label("Amended").check()
    send(ines, "answer-done", because="It shipped without a graph", text="What expires is watched")
    expect(ines.get_by_role("region", name="Before it is reviewed")).to_have_count(0)
    ines.get_by_role("button", name="Ask for a review").click()
    expect(ines.get_by_text("is in review").first).to_be_visible()

    # Somebody else reads it; then it is published and exported.
    rhea.goto(f"/post-mortems/{thing.reference}/")
    rhea.get_by_role("button", name="Review and publish").click()
    expect(rhea.get_by_text("is published").first).to_be_visible()
    company = rhea.request.get(f"/post-mortems/{thing.reference}/export.md?profile=company").text()
    assert QUESTIONS["how_fixed"] in company
    assert not [p for p in cast.everybody.values() if str(p) in company]

    # The action: accepted by the product owner, done, verified by another.
    action = BacklogItem.objects.get(title__startswith="An alarm rings")
    pia = enter(cast.pia)
    pia.goto(f"/post-mortems/actions/{action.reference}/")
    send(pia, "accept")
    backlog.estimate(action.pk, points=Decimal(1), by=cast.ines, at=clock.now())
    backlog.schedule(action.pk, sprint_id=sprint.pk, by=cast.pia, at=clock.now())
    backlog.finish(action.pk, by=cast.ines, at=clock.now())
    otto.goto(f"/post-mortems/actions/{action.reference}/")
    send(otto, "verify", proof="The token was held back for an hour, and it rang.")
    expect(otto.get_by_text("is verified").first).to_be_visible()

    # What it amended: open for comments, then adopted in writing; from then on it is ticked where work is done.
    clause = over(Agreement.objects.get(text="What expires is watched"))
    rhea.goto("/agreements/")
    rhea.get_by_role("link", name=clause.text).first.click()
    send(rhea, "adopt", words="We read it together, and it holds for all that expires.")
    expect(rhea.get_by_text("is adopted").first).to_be_visible()
    otto.goto("/agreements/")
    expect(otto.get_by_text("would have caught 1 incident").first).to_be_visible()
    assert Agreement.objects.get(pk=clause.pk).state == "adopted"

    # The loan is repaid.
    ines.goto(f"/bugs/{bug.reference}/")
    send(ines, "repay")
    loan.refresh_from_db()
    assert loan.state == "repaid"

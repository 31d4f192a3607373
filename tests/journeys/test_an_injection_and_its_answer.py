"""What an injection costs, said before the click and answered by the product owner (issue 4, done when)."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from bugs.models import Bug
from channels.models import Notice
from channels.services import fan_out
from sprints.models import BacklogItem, Overdraft, Sprint
from tests.cast import Cast
from tests.factories import a_bug, a_running_sprint, a_sprint, an_item

pytestmark = pytest.mark.browser


def inject_beyond(page: Page, bug: Bug, item: BacklogItem) -> None:
    """Type a price that the reserve does not have, read what that means, and name what leaves."""
    page.goto(f"/bugs/{bug.reference}/")
    page.get_by_label("Price, in points").press_sequentially("6")
    expect(page.get_by_text("takes 6 points, the reserve has 2 left")).to_be_visible()
    expect(page.get_by_text(f"Least value lost: {item.reference}")).to_be_visible()
    page.get_by_label("Why it cannot wait").fill("Nobody can pay")
    page.get_by_label(item.reference).check()
    page.get_by_role("button", name="Inject it").click()
    page.wait_for_load_state()
    expect(page.get_by_text("in sprint").first).to_be_visible()


def test_the_release_manager_sees_the_price_and_the_product_owner_answers_it(  # SPR-4
    cast: Cast, enter: Callable[..., Page]
) -> None:
    sprint = a_running_sprint(cast, reserve=2)
    item, bug = an_item(cast, "scheduled", points=5, sprint=sprint), a_bug(cast)
    inject_beyond(enter(cast.rhea), bug, item)
    pia = enter(cast.pia)
    question = pia.get_by_role("listitem").filter(has_text=bug.reference)
    expect(question).to_contain_text("4 points beyond the reserve")
    question.get_by_role("link").click()
    pia.get_by_role("button", name="Let it leave").click()
    expect(pia.get_by_text("the overdraft is made good")).to_be_visible()
    item.refresh_from_db()
    assert (item.state, item.sprint) == ("accepted", None)
    pia.goto("/desk/mine/")
    expect(pia.get_by_text("Nothing waits on you")).to_be_visible()


def test_the_signed_link_is_one_page_with_one_button_without_signing_in(
    cast: Cast, enter: Callable[..., Page]
) -> None:
    sprint = a_running_sprint(cast, reserve=2)
    item, bug = an_item(cast, "scheduled", points=5, sprint=sprint), a_bug(cast)
    page = enter(cast.rhea)
    inject_beyond(page, bug, item)
    fan_out()
    told = Notice.objects.get(person=cast.pia, event__name="bug.injected", channel="in_app")
    page.context.clear_cookies()
    page.goto(urlsplit(told.url).path)
    assert Overdraft.objects.get().state == "open", "a GET never acts"
    expect(page.get_by_role("heading", name="Let it leave?")).to_be_visible()
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", name="Answered")).to_be_visible()
    assert Overdraft.objects.get().state == "made_good"


def test_the_product_owner_plans_a_sprint_and_commits_it(  # SPR-2, SPR-9
    cast: Cast, enter: Callable[..., Page]
) -> None:
    sprint = a_sprint(cast, reserve=10, capacity=40)
    big, small = an_item(cast, "accepted", points=25), an_item(cast, "accepted", points=8)
    pia = enter(cast.pia)
    pia.goto(f"/sprints/{sprint.reference}/plan/")
    for item in (big, small):
        pia.get_by_role("button", name=f"Put in {item.reference}").click()
        pia.wait_for_load_state()
    expect(pia.locator("main")).to_contain_text(re.compile(r"Commit limit\s*30"))
    commit = pia.locator(f'form[action$="/{sprint.reference}/commit/"]')
    pia.locator("details", has=commit).locator("summary").click()
    commit.get_by_role("button").click()
    pia.wait_for_load_state()
    assert Sprint.objects.get(pk=sprint.pk).committed_at is None, "33 go beyond 30: it asks why"
    expect(pia.locator("main")).to_contain_text("beyond")
    commit = pia.locator(f'form[action$="/{sprint.reference}/commit/"]')
    commit.locator("textarea").fill("The audit cannot wait")
    commit.get_by_role("button").click()
    pia.wait_for_load_state()
    assert Sprint.objects.get(pk=sprint.pk).committed_at is not None

"""Clocks stop and run again while a desk is open: the strip comes and goes, and nothing under a hand moves."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from channels.models import Heartbeat
from channels.services import TIMERS, beat
from foundation import clock
from tests.cast import Cast
from tests.factories import a_report
from tests.journeys.conftest import DESK, PHONE

pytestmark = pytest.mark.browser

STANDS, AGAIN = "Clocks have stood still since", "Clocks run again."


def stood_still() -> None:
    at = clock.now() - timedelta(minutes=5)
    Heartbeat.objects.update_or_create(name=TIMERS, defaults={"at": at})


def polled(page: Page) -> None:
    """The desk asks every 15 seconds; this page's clock is turned on."""
    with page.expect_response(
        lambda answer: "/desk/billing/investigate/" in answer.url
    ) as answered:
        page.clock.run_for(16_000)
    answered.value.finished()
    page.clock.run_for(1_000)  # htmx settles


def opened(enter: Callable[..., Page], cast: Cast, size: dict[str, int]) -> Page:
    page = enter(cast.rhea, viewport=size)
    page.clock.install()
    page.goto("/desk/")
    return page


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_strip_that_arrives_moves_no_row_and_goes_as_it_came(
    cast: Cast, enter: Callable[..., Page], size: dict[str, int]
) -> None:
    reports = [a_report(cast, title=f"Totals differ {n}") for n in range(3)]
    beat(TIMERS)
    page = opened(enter, cast, size)
    strip, opener = page.get_by_text(STANDS), page.locator(f"#open-{reports[1].reference}")
    opener.focus()
    before = opener.bounding_box()
    expect(strip).to_have_count(0)

    stood_still()
    polled(page)
    expect(strip).to_be_in_viewport()
    expect(opener).to_be_focused()
    assert opener.bounding_box() == before

    beat(TIMERS)
    polled(page)
    expect(strip).to_have_count(0)
    expect(page.get_by_text(AGAIN)).to_be_hidden()
    assert opener.bounding_box() == before


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_strip_that_was_there_gives_its_place_to_the_good_news(
    cast: Cast, enter: Callable[..., Page], size: dict[str, int]
) -> None:
    report = a_report(cast)
    stood_still()
    page = opened(enter, cast, size)
    expect(page.get_by_text(STANDS)).to_be_in_viewport()
    opener = page.locator(f"#open-{report.reference}")
    before = opener.bounding_box()

    beat(TIMERS)
    polled(page)
    expect(page.get_by_text(STANDS)).to_have_count(0)
    expect(page.get_by_text(AGAIN)).to_be_in_viewport()
    assert opener.bounding_box() == before
    page.get_by_role("link", name="What was late").click()
    expect(page.get_by_role("heading", name="Clocks", exact=True)).to_be_visible()


def test_what_is_being_typed_in_the_pane_survives_both(
    cast: Cast, enter: Callable[..., Page]
) -> None:
    report = a_report(cast)
    beat(TIMERS)
    page = opened(enter, cast, DESK)
    page.goto(f"/desk/?open={report.reference}")
    page.keyboard.press("a")  # assign: a field to type a name into
    field = page.locator("#pane input:visible:focus")
    expect(field).to_have_count(1)
    page.keyboard.type("In")
    expect(field).to_have_value("In")
    where = field.bounding_box()
    for change in (stood_still, lambda: beat(TIMERS)):
        change()
        polled(page)
        expect(field).to_be_focused()
        expect(field).to_have_value("In")
        assert field.bounding_box() == where

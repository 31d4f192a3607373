"""An admin looks at the holidays of a country, and keeps them: in a real browser, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.cast import Cast

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False])
def test_the_holidays_of_a_part_of_a_country_are_looked_at_and_kept(
    cast: Cast, enter: Callable[..., Page], javascript: bool
) -> None:
    page = enter(cast.adam, java_script_enabled=javascript)
    page.goto(f"/settings/billing/calendars/{cast.office.pk}/")
    page.get_by_label("Saturday").fill("9-12")
    page.get_by_label("National holidays").select_option(label="Germany")
    page.get_by_role("button", name="Show its holidays and parts").click()
    page.get_by_text("German Unity Day").first.wait_for()
    page.get_by_label("Part of the country").select_option(label="Bayern")
    page.get_by_role("button", name="Keep the calendar").click()
    page.get_by_text("Office is kept").wait_for()
    row = page.get_by_role("row", name="Office")
    assert "Germany, Bayern" in row.inner_text()
    assert "Sat 09:00–12:00" in row.inner_text()

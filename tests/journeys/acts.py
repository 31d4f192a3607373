"""What a person does with a form on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def send(page: Page, action: str, **fields: str) -> None:
    """Fill the form of a verb on this page, opening what hides it, and send it."""
    form = page.locator(f'form[action$="/{action}/"]').first
    hidden_in = page.locator("details", has=form)
    for index in range(hidden_in.count()):
        if hidden_in.nth(index).get_attribute("open") is None:
            hidden_in.nth(index).locator("summary").first.click()
    for name, value in fields.items():
        field = form.locator(f'[name="{name}"]')
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.get_by_role("button").first.click()
    page.wait_for_load_state()

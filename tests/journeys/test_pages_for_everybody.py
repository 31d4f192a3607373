"""Every page, for the people who use it: axe finds nothing serious, nothing scrolls sideways, keys work."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from channels import services as channels
from channels.mail import outbox
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_running_sprint
from tests.journeys.conftest import DESK, PHONE

pytestmark = pytest.mark.browser

PAGES = {
    "lena": [
        "/problem-reports/mine/",
        "/problem-reports/file/",
        "{report}",
        "{report}clocks/",
        "/notices/",
        "/notices/settings/",
    ],
    "rhea": [
        "/desk/",
        "/desk/?queue=schedule",
        "{report}",
        "{report}clocks/",
        "{report}classify/",
        "{bug}",
        "/bugs/",
    ],
    "ines": ["/desk/mine/", "/problem-reports/", "/clocks/"],
    "pia": ["/sprints/", "{sprint}", "/"],
    "adam": [
        "/settings/",
        "/settings/billing/policy/",
        "/deliveries/",
        "/deliveries/?show=waiting",
    ],
}
SERIOUS = ("serious", "critical")


@pytest.fixture
def stage(cast: Cast) -> dict[str, str]:
    """Something of everything on the pages."""
    sprint = a_running_sprint(cast)
    for state in ("returned", "waiting", "closed"):
        a_report(cast, state)
    a_bug(cast, "fixed")
    bug, report = a_bug(cast), a_report(cast, "investigating", urgency="critical")
    channels.fan_out()
    refused = outbox.claim()
    assert refused is not None
    outbox.give_up(
        refused, "550 5.1.1 <lena@example.org>: Recipient address rejected: no such user"
    )
    return {
        "report": f"/problem-reports/{report.reference}/",
        "bug": f"/bugs/{bug.reference}/",
        "sprint": f"/sprints/{sprint.reference}/",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_can_be_read_by_everybody(
    cast: Cast, stage: dict[str, str], enter: Callable[..., Page], scheme: str, size: dict[str, int]
) -> None:
    found = []
    for name, addresses in PAGES.items():
        page = enter(cast.everybody[name], color_scheme=scheme, viewport=size)
        for address in (a.format(**stage) for a in addresses):
            response = page.goto(address)
            assert response is not None
            assert response.status == 200, (name, address)
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            if wide:
                found.append(f"{address} scrolls sideways")
            results = Axe().run(page)
            found += [
                f"{address} as {name}: {v['id']} {v['nodes'][0]['html'][:120]}"
                for v in results.response["violations"]
                if v["impact"] in SERIOUS
            ]
    assert found == []


def test_the_login_page_can_be_read_by_everybody(page: Page, live_server: object) -> None:
    page.goto(f"{live_server}/accounts/login/")
    results = Axe().run(page)
    assert [v["id"] for v in results.response["violations"] if v["impact"] in SERIOUS] == []


def test_the_desk_is_walked_by_keys_and_never_from_inside_a_field(
    cast: Cast, enter: Callable[..., Page]
) -> None:
    first, second = a_report(cast, title="First"), a_report(cast, title="Second")
    rhea = enter(cast.rhea)
    rhea.goto("/desk/")
    rhea.keyboard.press("j")
    expect(rhea.get_by_role("heading", name="First")).to_be_visible()
    rhea.keyboard.press("j")
    expect(rhea.get_by_role("heading", name="Second")).to_be_visible()
    rhea.keyboard.press("a")
    field = rhea.locator("input:visible:focus, textarea:visible:focus")
    expect(field).to_have_count(1)
    rhea.keyboard.type("jjj")
    expect(field).to_have_value("jjj")
    expect(rhea.get_by_role("heading", name="Second")).to_be_visible()
    rhea.keyboard.press("Escape")  # closes the list; the key is the desk's again
    rhea.keyboard.press("k")
    expect(rhea.get_by_role("heading", name="First")).to_be_visible()
    rhea.keyboard.press("Enter")
    rhea.wait_for_url(f"**/problem-reports/{first.reference}/")
    assert second.reference not in rhea.url

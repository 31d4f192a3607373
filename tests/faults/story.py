"""The product's one story over REST: from an uncertain issue to a fix that somebody has verified."""

from __future__ import annotations

from collections.abc import Mapping

from tests.faults.client import Api


def up_to_fixed(api: Mapping[str, Api], title: str, sprint: str) -> str:
    """File, assign, start, respond, classify as bug, estimate, inject, start, fix; returns the bug."""
    attempt = api["lena"].file(title)
    assert attempt.answer.status == 201, attempt.answer.text
    report = f"problem-reports/{attempt.reference}"
    api["rhea"].must(f"{report}/assign/", assignee="ines")
    api["ines"].must(f"{report}/start/")
    api["ines"].must(f"{report}/respond/", message="I can see it here too; looking for the cause.")
    api["ines"].must(
        f"{report}/classify/",
        outcome="bug",
        message="It is a rounding error; we will fix it.",
        cause="code",
        hours="1.5",
        bug={
            "title": f"Rounding: {title}",
            "priority": "P1",
            "confirmed_by_steps": "Seen in the export of invoice 7.",
        },
    )
    told = api["ines"].ask("GET", f"{report}/history/").text
    bug = _bug_in(api["rhea"], title)
    assert bug in told
    api["ines"].must(f"bugs/{bug}/estimate/", points="1")
    api["rhea"].must(
        f"bugs/{bug}/inject/", sprint=sprint, points="1", reason="Customers are billed wrongly."
    )
    api["ines"].must(f"bugs/{bug}/start/")
    api["ines"].must(f"bugs/{bug}/fix/", links=["https://git.example.org/billing/pull/9"])
    return bug


def _bug_in(api: Api, title: str) -> str:
    newest = api.ask("GET", "bugs/?limit=20").body["results"]
    return next(str(b["reference"]) for b in newest if b["title"] == f"Rounding: {title}")


def verify(api: Mapping[str, Api], bug: str) -> None:
    """Somebody other than who fixed it has seen that it is fixed."""
    assert api["otto"].must(f"bugs/{bug}/verify/")["state"] == "verified"

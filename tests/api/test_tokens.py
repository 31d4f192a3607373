"""Who calls: tokens, their scopes, their end; the session of the page that lets one try; and how often."""

from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from foundation import clock
from foundation.errors import RuleBroken
from journal.models import Event
from teams.models import ApiToken
from teams.services import issue_token
from tests.api.test_path import FILED
from tests.cast import Cast
from tests.factories import a_report


def test_the_command_prints_the_token_and_nothing_else(cast: Cast) -> None:
    out = StringIO()
    call_command(
        "api_token", "rhea", "--name", "laptop", "--scope", "read", "--days", "3", stdout=out
    )
    token = out.getvalue().strip()
    assert out.getvalue() == f"{token}\n"
    client = Client(headers={"Authorization": f"Bearer {token}"})
    me = client.get("/api/v1/me/").json()
    assert me["username"] == "rhea"
    assert (me["token"]["name"], me["token"]["scope"]) == ("laptop", "read")
    kept = ApiToken.objects.get()
    assert token not in (kept.digest, kept.token_key)
    assert 2 < (kept.expiry - clock.now()).total_seconds() / 86400 < 3.01


def test_the_command_says_when_there_is_nobody_or_no_such_time(cast: Cast) -> None:
    with pytest.raises(CommandError, match="nobody called zorro"):
        call_command("api_token", "zorro")
    with pytest.raises(CommandError, match="1 to 3650 days"):
        call_command("api_token", "rhea", "--days", "0")


def test_who_has_no_active_account_gets_no_token(cast: Cast) -> None:
    cast.rhea.is_active = False
    with pytest.raises(RuleBroken):
        issue_token(cast.rhea, by=cast.rhea, at=clock.now())


def test_a_token_is_recorded_but_not_its_text(cast: Cast) -> None:
    _, token = issue_token(cast.rhea, name="laptop", by=cast.rhea, at=clock.now())
    event = Event.objects.get(name="person.token_issued")
    assert event.data["token"] == "laptop"
    assert token not in str(event.data)


def test_a_token_that_expired_is_401(cast: Cast, api: Any) -> None:
    rhea = api(cast.rhea)
    assert rhea.get("me/").status_code == 200
    ApiToken.objects.update(expiry=clock.now())
    answer = rhea.get("me/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert "expired" in answer.json()["detail"]


def test_the_token_of_who_left_is_401(cast: Cast, api: Any) -> None:
    rhea = api(cast.rhea)
    type(cast.rhea).objects.filter(pk=cast.rhea.pk).update(is_active=False)
    assert rhea.get("me/").status_code == 401


def test_a_reading_token_reads_and_does_nothing_else(cast: Cast, api: Any) -> None:
    path = f"problem-reports/{a_report(cast).reference}/"
    lena = api(cast.lena, scope="read")
    assert lena.get(path).status_code == 200
    assert lena.post("problem-reports/", **FILED).status_code == 403
    assert lena.post(f"{path}watch/").status_code == 403
    assert lena.patch(path, {"If-Match": "*"}, title="Other").status_code == 403
    assert lena.post("commit-checks/", text="PR-1").status_code == 403


def test_a_token_for_commits_checks_commits_and_does_nothing_else(cast: Cast, api: Any) -> None:
    path = f"problem-reports/{a_report(cast).reference}/"
    ines = api(cast.ines, scope="commits")
    assert ines.post("commit-checks/", text="PR-1").status_code == 200
    for answer in (ines.get(path), ines.get("problem-reports/"), ines.get("me/"), ines.post(path)):
        assert answer.status_code == 403
        assert "commits" in answer.json()["detail"]


def test_a_session_works_too_but_only_with_its_csrf_token(cast: Cast) -> None:
    path = f"/api/v1/problem-reports/{a_report(cast).reference}/watch/"
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.lena)
    assert client.get("/api/v1/me/").json()["token"] is None
    refused = client.post(path, {}, content_type="application/json")
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    client.get("/accounts/login/")
    client.get("/api/v1/docs/?script=")
    token = client.cookies["csrftoken"].value
    done = client.post(path, {}, content_type="application/json", headers={"X-CSRFToken": token})
    assert done.status_code == 200


def test_too_many_requests_are_429_and_told_when_to_come_back(
    cast: Cast, api: Any, settings: Any
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    cache.clear()
    # In another person's minute nothing is counted; two tokens of one person share theirs.
    lena, also_lena, rhea = api(cast.lena), api(cast.lena), api(cast.rhea)
    answers = [c.get("me/") for c in (lena, also_lena, lena, also_lena, lena, lena)]
    refused = [a for a in answers if a.status_code == 429]
    # A new minute may begin in between.
    assert len(refused) >= 1
    assert 1 <= int(refused[0]["Retry-After"]) <= 61
    assert refused[0]["Content-Type"] == "application/problem+json"
    assert rhea.get("me/").status_code == 200
    cache.clear()


def test_nothing_that_is_answered_may_be_kept_by_others(cast: Cast, api: Any) -> None:
    assert "private" in api(cast.lena).get("me/")["Cache-Control"]

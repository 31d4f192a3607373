"""What a team promises, over REST: the version in force (SLA-1)."""

from datetime import timedelta
from typing import Any

from foundation import clock
from problem_reports import services
from problem_reports.clocks.models import PolicyVersion
from problem_reports.services.policies import ASKED, NEW
from teams.lifecycle import TeamKind
from teams.models import Team
from tests.cast import Cast
from tests.clocks.test_publish_policy_version import draft

ADDRESS = "teams/billing/policy/"


def test_it_is_the_version_in_force_with_every_target(cast: Cast, api: Any) -> None:
    before = api(cast.lena).get(ADDRESS).json()
    assert (before["version"], before["published_by"]) == (1, None)
    what = draft(first_response_P1=2.5, timebox=6)
    made = services.publish_policy_version(
        cast.billing.pk, draft=what, applies=NEW, by=cast.rhea, at=clock.now()
    )
    told = api(cast.lena).get(ADDRESS).json()
    assert (told["team"], told["version"], told["published_by"]) == ("billing", 2, "rhea")
    assert told["published_at"].startswith(f"{made.published_at:%Y-%m-%dT%H:%M:%S}")
    assert (told["warn_percent"], told["escalate_percent"]) == (75, 125)
    found = {(t["kind"], t["priority"] or ""): t for t in told["targets"]}
    assert set(found) == {(str(kind), priority) for kind, priority in ASKED}
    assert found["first_response", "P1"]["seconds"] == timedelta(hours=2.5).total_seconds()
    assert found["first_response", "P0"]["around_the_clock"] is True
    assert found["timebox", ""]["seconds"] == 6 * 3600
    assert found["timebox", ""]["priority"] is None


def test_a_team_that_has_published_nothing_tells_what_it_would_begin_with(
    cast: Cast, api: Any
) -> None:
    Team.objects.create(
        slug="fresh", name="Fresh", kind=TeamKind.DELIVERY, calendar=cast.office, readers="company"
    )
    told = api(cast.lena).get("teams/fresh/policy/").json()
    assert (told["version"], told["published_at"], len(told["targets"])) == (None, None, len(ASKED))
    assert not PolicyVersion.objects.filter(team__slug="fresh").exists()


def test_a_support_team_promises_nothing_and_who_is_of_no_team_learns_nothing(
    cast: Cast, api: Any
) -> None:
    assert api(cast.rhea).get("teams/services/policy/").status_code == 404
    assert api(cast.stranger).get(ADDRESS).status_code == 404

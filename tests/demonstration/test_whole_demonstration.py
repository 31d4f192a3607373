"""All of it, once: what a person finds after `make run`."""

import pytest

from problem_reports.models import ProblemReport
from tests.demonstration import checks
from tests.demonstration.conftest import Loaded

#: Without it a run of this file alone would be given no database of its own.
pytestmark = pytest.mark.django_db


def test_the_whole_of_it_is_consistent_and_has_everything_that_a_page_can_show(loaded: Loaded):
    with loaded() as now:
        checks.all_of_it(now)
        checks.versions_and_loans_are_there(now)
        checks.a_lesson_is_published_and_followed(now)
        reports = ProblemReport.objects.all()
        assert 300 <= reports.count() <= 450
        assert reports.values("title").distinct().count() == reports.count()
        assert {r.team.slug for r in reports.select_related("team")} == {"clinic", "platform"}

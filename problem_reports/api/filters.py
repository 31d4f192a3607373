"""What lists of reports can be narrowed by; a value that does not exist is refused, not ignored."""

import django_filters as filters

from channels.rest.filtering import ByName
from problem_reports.lifecycle import Priority, State
from problem_reports.models import ProblemReport
from teams.models import Person, ProductArea, Team


class ReportFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=State.choices, distinct=False)
    priority = filters.MultipleChoiceFilter(choices=Priority.choices, distinct=False)
    team = ByName(Team, "slug")
    product_area = ByName(ProductArea, "slug")
    assignee = ByName(Person, "username")

    class Meta:
        model = ProblemReport
        fields: list[str] = []

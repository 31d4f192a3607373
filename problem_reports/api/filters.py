"""What lists of reports can be narrowed by; a value that does not exist is refused, not ignored."""

import django_filters as filters

from problem_reports.lifecycle import Priority, State
from problem_reports.models import ProblemReport
from teams.models import Person, ProductArea, Team


class ReportFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=State.choices, distinct=False)
    priority = filters.MultipleChoiceFilter(choices=Priority.choices, distinct=False)
    team = filters.ModelChoiceFilter(queryset=Team.objects.only("pk"), to_field_name="slug")
    product_area = filters.ModelChoiceFilter(
        queryset=ProductArea.objects.only("pk"), to_field_name="slug"
    )
    assignee = filters.ModelChoiceFilter(
        queryset=Person.objects.only("pk"), to_field_name="username"
    )

    class Meta:
        model = ProblemReport
        fields: list[str] = []

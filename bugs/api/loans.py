"""What teams owe for their mitigations, over REST; the verbs on a loan are its bug's (BUG-4)."""

from typing import ClassVar

import django_filters as filters
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from bugs.lifecycle import LoanState
from bugs.querysets import loans_visible_to
from bugs.representations import shapes as shown
from bugs.representations.mitigations import loan_listed
from channels.rest import cursors
from channels.rest.filtering import ByName, filtered
from channels.rest.told import Told
from channels.rest.views import Door
from oncall.querysets import standing
from teams.models import Team


class LoanFilter(filters.FilterSet):
    team = ByName(Team, "slug")
    team.field_name = "bug__team"
    state = filters.MultipleChoiceFilter(choices=LoanState.choices, distinct=False)
    overdue = filters.BooleanFilter()


class Loans(Door):
    """The list, newest first."""

    told: ClassVar = {
        "GET": Told(
            "What the teams that you read owe for their mitigations, newest first",
            shown.LoanListed(many=True),
            shown.LOAN,
            lists=True,
            filters=LoanFilter,
        )
    }

    def get(self, request: Request) -> Response:
        rows = loans_visible_to(standing(request.user, self.at), self.at)
        page = cursors.page(request, filtered(LoanFilter, request, rows))
        return Response(page.shown([loan_listed(loan) for loan in page.rows]))


urlpatterns = [path("loans/", Loans.as_view(), name="api-loans")]

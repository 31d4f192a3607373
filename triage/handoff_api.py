"""What is open when a duty changes hands, over REST: the same as on the handoff page (ONC-8)."""

from typing import Any, ClassVar

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from bugs import representations as bugs
from bugs.querysets import with_customer_words
from bugs.representations.mitigations import loan_listed
from bugs.representations.shapes import CARD as BUG
from bugs.representations.shapes import LOAN, BugCard, LoanListed
from channels.rest.shapes import Shape, names
from channels.rest.told import Told
from channels.rest.views import Door
from oncall.querysets import delivery_team_among
from problem_reports import representations as reports
from problem_reports.api.shown import CARD as REPORT
from problem_reports.api.shown import ReportCard
from problem_reports.querysets import viewer
from triage.handoff import MOST, open_at_handoff

#: What a row of the list of bugs reads beside itself.
SHOWN = ("sprint", "fixed_by", "paired_with", "release")


class QueueShown(Shape):
    due_soon = ReportCard(many=True, help_text="A promise of theirs is due within a day, or late.")
    to_be_investigated = ReportCard(many=True)
    to_be_scheduled = BugCard(many=True)
    loans = LoanListed(many=True)
    more = names(
        f"Of which there are more than {MOST}: the lists of reports, bugs and loans have them all."
    )


class HandoffQueue(Door):
    told: ClassVar = {
        "GET": Told(
            "What is open when a duty of the team changes hands: promises due, both queues, running loans",
            QueueShown,
            {
                "due_soon": [], "to_be_investigated": [REPORT], "to_be_scheduled": [BUG],
                "loans": [LOAN], "more": [],
            },
            refuses=(404,),
        )
    }  # fmt: skip

    def get(self, request: Request, team: str) -> Response:
        who = viewer(request.user, self.at)
        found = delivery_team_among(team, who.teams)
        left = open_at_handoff(found, who, self.at)
        rows: dict[str, list[Any]] = {
            "due_soon": list(left.due.values_list("pk", flat=True)[: MOST + 1]),
            "to_be_investigated": list(left.reports.values_list("pk", flat=True)[: MOST + 1]),
            "to_be_scheduled": list(
                with_customer_words(left.bugs).select_related(*SHOWN)[: MOST + 1]
            ),
            "loans": list(left.loans[: MOST + 1]),
        }
        some = {name: found[:MOST] for name, found in rows.items()}
        return Response(
            {
                "due_soon": reports.cards(some["due_soon"], who, self.at),
                "to_be_investigated": reports.cards(some["to_be_investigated"], who, self.at),
                "to_be_scheduled": [bugs.card(bug, who) for bug in some["to_be_scheduled"]],
                "loans": [loan_listed(loan) for loan in some["loans"]],
                "more": [name for name, found in rows.items() if len(found) > MOST],
            }
        )


urlpatterns = [
    path("teams/<slug:team>/handoff/queue/", HandoffQueue.as_view(), name="api-team-handoff-queue"),
]

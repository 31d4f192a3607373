"""Every address of the API (issue 2 §7), one line per floor."""

from django.urls import path, re_path

from bugs.api.doors import urlpatterns as bugs
from bugs.api.loans import urlpatterns as loans
from bugs.api.p1_policies import urlpatterns as p1_policies
from bugs.api.price import urlpatterns as price
from bugs.api.releases import urlpatterns as releases
from channels.api import urlpatterns as channels
from insights.api import urlpatterns as insights
from insights.sprint_record.api import urlpatterns as sprint_record
from oncall.api import urlpatterns as oncall
from postmortems.api import urlpatterns as post_mortems
from postmortems.api.actions import urlpatterns as actions
from postmortems.api.agreements import urlpatterns as agreements
from postmortems.api.paper_cuts import urlpatterns as paper_cuts
from problem_reports.api.clocks import urlpatterns as clocks
from problem_reports.api.commit_checks import urlpatterns as commit_checks
from problem_reports.api.doors import urlpatterns as problem_reports
from problem_reports.api.pages import urlpatterns as pages
from problem_reports.api.policies import urlpatterns as policies
from problem_reports.api.vocabulary import urlpatterns as vocabulary
from sprints.api import urlpatterns as sprints
from triage.api_docs import Docs, Nowhere, Schema
from triage.handoff_api import urlpatterns as handoff

urlpatterns = [
    *problem_reports,
    *clocks,
    *pages,
    *policies,
    *vocabulary,
    *commit_checks,
    *bugs,
    *loans,
    *p1_policies,
    *releases,
    *price,
    *sprints,
    *oncall,
    *post_mortems,
    *paper_cuts,
    *actions,
    *agreements,
    *insights,
    *sprint_record,
    *channels,
    *handoff,
    path("schema/", Schema.as_view(), name="api-schema"),
    path("docs/", Docs.as_view(), name="api-docs"),
    # Also what is not there answers with a problem document.
    re_path(r"^(?P<address>.*)$", Nowhere.as_view(), name="api-nowhere"),
]

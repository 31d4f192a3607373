"""Every address of the product, one line per floor."""

from allauth.account import views as accounts
from django.urls import include, path

from triage import desks, handoff, operators
from triage.away import away
from triage.clocks import clocks
from triage.health import health, timers
from triage.metrics import metrics
from triage.my_desk import my_desk
from triage.reports import reports
from triage.swapped import swapped

urlpatterns = [
    path("health/", health, name="health"),
    path("health/timers", timers, name="health_timers"),
    path("metrics", metrics, name="metrics"),
    # Only what is needed of allauth: no sign-up, no e-mail pages.
    path("accounts/login/", accounts.login, name="account_login"),
    path("accounts/logout/", accounts.logout, name="account_logout"),
    path("accounts/password/change/", accounts.password_change, name="account_change_password"),
    path("accounts/reauthenticate/", accounts.reauthenticate, name="account_reauthenticate"),
    path("admin/", operators.site().urls),
    path("api/v1/", include("triage.api_urls")),
    path("", desks.home, name="home"),
    path("clocks/", clocks, name="clocks"),
    path("desk/", desks.desk, name="desk"),
    path("desk/mine/", my_desk, name="my_desk"),
    path("desk/bugs/<str:reference>/", desks.bug_beside_list, name="desk_bug"),
    path("desk/<slug:team>/<slug:queue>/", desks.live, name="desk_live"),
    path("problem-reports/", reports, name="reports"),
    path("", include("problem_reports.filing.urls")),
    path("", include("problem_reports.urls")),
    path("", include("problem_reports.bug_pages.urls")),
    path("", include("problem_reports.paging_pages.urls")),
    # Before the sprints: `sprints/record/` is none of them.
    path("", include("insights.urls")),
    path("", include("bugs.sprint_pages.urls")),
    path("on-call/swapped/", swapped, name="swap_preview"),
    path("on-call/away/", away, name="away_preview"),
    path("on-call/handoff/", handoff.handoff, name="handoff"),
    path("on-call/handoff/read/", handoff.read, name="read_handoff"),
    path("", include("postmortems.urls")),
    path("", include("oncall.urls")),
    path("", include("sprints.backlog_pages.urls")),
    path("", include("sprints.work_pages.urls")),
    path("", include("triage.team_settings.urls")),
    path("", include("channels.urls")),
]

handler500 = "triage.middleware.handler500"

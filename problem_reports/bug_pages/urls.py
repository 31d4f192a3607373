"""Signs to the pages of bugs: a page each, and one address per verb."""

from django.urls import path

from problem_reports.bug_pages import views
from problem_reports.bug_pages.doors import DOORS
from problem_reports.bug_pages.loans import loans
from problem_reports.bug_pages.releases import bring_out, releases

urlpatterns = [
    path("bugs/", views.bugs, name="bugs"),
    path("bugs/loans/", loans, name="loans"),
    path("bugs/releases/", releases, name="releases"),
    path("bugs/releases/<int:number>/bring-out/", bring_out, name="bring_out"),
    path("bugs/<str:reference>/", views.bug, name="bug"),
    path("bugs/<str:reference>/price/", views.injection_price, name="injection_price"),
    *(
        path(
            f"bugs/<str:reference>/{verb.replace('_', '-')}/",
            views.act,
            {"verb": verb},
            name=f"bug_{verb}",
        )
        for verb in DOORS
    ),
]

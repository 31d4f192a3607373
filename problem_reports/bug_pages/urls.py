"""Signs to the pages of bugs: a page each, and one address per verb."""

from django.urls import path

from problem_reports.bug_pages import views
from problem_reports.bug_pages.doors import DOORS

urlpatterns = [
    path("bugs/", views.bugs, name="bugs"),
    path("bugs/<str:reference>/", views.bug, name="bug"),
    *(
        path(f"bugs/<str:reference>/{verb.replace(chr(95), chr(45))}/", views.act, {"verb": verb}, name=f"bug_{verb}")
        for verb in DOORS
    ),
]

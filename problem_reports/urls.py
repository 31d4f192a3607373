"""Addresses of the pages of one report; those of filing are in `filing.urls`."""

from django.urls import path

from problem_reports import views
from problem_reports.web.doors import DOORS

REPORT = "problem-reports/<str:reference>/"

urlpatterns = [
    path(REPORT, views.detail, name="report"),
    path(f"{REPORT}pane/", views.beside_list, name="report_pane"),
    path(f"{REPORT}classify/", views.classify, name="report_classify"),
    path(f"{REPORT}edit/", views.edit, name="report_edit"),
    path("attachments/<uuid:key>/", views.attachment, name="attachment"),
    *(
        path(f"{REPORT}{verb.replace('_', '-')}/", views.act, {"verb": verb}, name=f"report_{verb}")
        for verb in DOORS
        if verb != "edit"
    ),
]

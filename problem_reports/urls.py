"""Addresses of the pages of one report; those of filing are in `filing.urls`."""

from django.urls import path

from problem_reports.views import classifying, editing, report
from problem_reports.web.doors import DOORS

REPORT = "problem-reports/<str:reference>/"

urlpatterns = [
    path(REPORT, report.detail, name="report"),
    path(f"{REPORT}pane/", report.beside_list, name="report_pane"),
    path(f"{REPORT}clocks/", report.clocks, name="report_clocks"),
    path(f"{REPORT}classify/", classifying.classify, name="report_classify"),
    path(f"{REPORT}edit/", editing.edit, name="report_edit"),
    path("attachments/<uuid:key>/", report.attachment, name="attachment"),
    *(
        path(
            f"{REPORT}{verb.replace('_', '-')}/", report.act, {"verb": verb}, name=f"report_{verb}"
        )
        for verb in DOORS
        if verb != "edit"
    ),
]

"""Signs to the reporter's pages."""

from django.urls import path

from problem_reports.filing import views

urlpatterns = [
    path("problem-reports/file/", views.file, name="file_report"),
    path("problem-reports/mine/", views.mine, name="my_reports"),
]

"""Signs to the figures."""

from django.urls import path

from insights import views
from insights.p1_policy import views as p1_views
from insights.sprint_record import views as record_views

urlpatterns = [
    path("insights/p1-policy/", p1_views.p1_policy, name="p1_policy"),
    path("insights/p1-policy/ways.csv", p1_views.p1_policy_csv, name="p1_policy_csv"),
    path("insights/reserve/", views.reserve, name="recommended_reserve"),
    path("insights/reserve/sprints.csv", views.sprints_csv, name="recommended_reserve_csv"),
    path("insights/reserve/suggestion/", views.suggestion, name="recommended_reserve_line"),
    path("sprints/record/", record_views.sprint_record, name="sprint_record"),
    path("sprints/record/sprints.csv", record_views.sprint_record_csv, name="sprint_record_csv"),
]

"""Signs to the figures."""

from django.urls import path

from insights import views
from insights.p1_policy import views as p1_views

urlpatterns = [
    path("insights/p1-policy/", p1_views.p1_policy, name="p1_policy"),
    path("insights/p1-policy/ways.csv", p1_views.p1_policy_csv, name="p1_policy_csv"),
    path("insights/reserve/", views.reserve, name="recommended_reserve"),
    path("insights/reserve/sprints.csv", views.sprints_csv, name="recommended_reserve_csv"),
    path("insights/reserve/suggestion/", views.suggestion, name="recommended_reserve_line"),
]

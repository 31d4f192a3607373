"""Signs to the figures."""

from django.urls import path

from insights import views

urlpatterns = [
    path("insights/reserve/", views.reserve, name="recommended_reserve"),
    path("insights/reserve/sprints.csv", views.sprints_csv, name="recommended_reserve_csv"),
    path("insights/reserve/suggestion/", views.suggestion, name="recommended_reserve_line"),
]

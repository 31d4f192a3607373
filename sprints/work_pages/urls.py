"""Signs to the page of direct requests."""

from django.urls import path

from sprints.work_pages import views

urlpatterns = [
    path("work/", views.work, name="work"),
    path("work/<int:key>/take-back/", views.take_back, name="work_take_back"),
]

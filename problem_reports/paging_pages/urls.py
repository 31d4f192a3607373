"""Addresses of pages."""

from django.urls import path

from problem_reports.paging_pages import views

urlpatterns = [
    path("pages/<str:token>/", views.answer, name="page_answer"),
    path("on-call/pages/", views.pages, name="pages"),
    path("on-call/pages/<int:key>/<slug:verb>/", views.act, name="page_act"),
    path("on-call/reviews/<int:key>/", views.review, name="page_review"),
]

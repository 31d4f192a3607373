"""Signs to the pages of the backlog: the list, a page per item, and one address per verb."""

from django.urls import path

from sprints.backlog_pages import views
from sprints.backlog_pages.doors import DOORS

urlpatterns = [
    path("backlog/", views.backlog, name="backlog"),
    path("backlog/<str:reference>/", views.item, name="backlog_item"),
    *(
        path(
            f"backlog/<str:reference>/{verb.replace('_', '-')}/",
            views.act,
            {"verb": verb},
            name=f"backlog_item_{verb}",
        )
        for verb in DOORS
    ),
]

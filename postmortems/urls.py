"""Signs to post-mortems: the list, a page each, and one address per verb."""

from django.urls import path

from postmortems import views
from postmortems.views.doors import DOORS

urlpatterns = [
    path("post-mortems/", views.post_mortems, name="post_mortems"),
    path("post-mortems/<str:reference>/", views.post_mortem, name="post_mortem"),
    *(
        path(
            f"post-mortems/<str:reference>/{verb.replace('_', '-')}/",
            views.act,
            {"verb": verb},
            name=f"post_mortem_{verb}",
        )
        for verb in DOORS
    ),
]

"""Signs to the pages of sprints: a page each, and one address per verb."""

from django.urls import path

from bugs.sprint_pages import planning, retrospective, views
from bugs.sprint_pages.burnup import views as burnup
from bugs.sprint_pages.doors import DOORS
from bugs.sprint_pages.overdrafts import views as overdrafts

urlpatterns = [
    path("sprints/", views.sprints, name="sprints"),
    path("answers/<str:token>/", overdrafts.answer, name="overdraft_answer"),
    path("overdrafts/<int:key>/<slug:verb>/", overdrafts.act, name="overdraft_act"),
    path("sprints/plan/", views.plan, name="plan_sprint"),
    path("sprints/<str:reference>/", views.sprint, name="sprint"),
    path("sprints/<str:reference>/plan/", planning.plan_work, name="plan_work"),
    path("sprints/<str:reference>/capacity/", planning.capacity, name="sprint_people"),
    path("sprints/<str:name>/retrospective/", retrospective.retrospective, name="retrospective"),
    path(
        "sprints/<str:name>/retrospective/<int:key>/",
        retrospective.judge,
        name="judge_improvement",
    ),
    path("sprints/<str:reference>/burn-up.csv", burnup.as_csv, name="burn_up_csv"),
    *(
        path(
            f"sprints/<str:reference>/{verb.replace('_', '-')}/",
            views.act,
            {"verb": verb},
            name=f"sprint_{verb}",
        )
        for verb in DOORS
    ),
]

"""Signs to post-mortems: the list, a page each, and one address per verb."""

from django.urls import path

from postmortems import views
from postmortems.views import actions, agreements, published
from postmortems.views import categories as second
from postmortems.views import paper_cuts as cuts
from postmortems.views.doors import DOORS

urlpatterns = [
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/<int:key>/", agreements.agreement, name="agreement"),
    *(
        path(
            f"agreements/<int:key>/{verb}/",
            agreements.act,
            {"verb": verb},
            name=f"agreement_{verb}",
        )
        for verb in agreements.DOORS
    ),
    path("post-mortems/", views.post_mortems, name="post_mortems"),
    path("post-mortems/categories/", second.categories, name="factor_categories"),
    path(
        "post-mortems/<str:reference>/categorise/", second.categorise, name="post_mortem_categorise"
    ),
    path("post-mortems/paper-cuts/", cuts.paper_cuts, name="paper_cuts"),
    path("post-mortems/paper-cuts/clusters.csv", cuts.paper_cuts_csv, name="paper_cuts_csv"),
    path(
        "post-mortems/paper-cuts/<slug:area>/<slug:cause>/", cuts.cluster, name="paper_cut_cluster"
    ),
    path("post-mortems/hear/<slug:team>/", published.hear, name="post_mortems_hear"),
    path("post-mortems/actions/", actions.actions, name="actions"),
    path("post-mortems/actions/<str:reference>/", actions.action, name="action"),
    *(
        path(
            f"post-mortems/actions/<str:reference>/{verb.replace('_', '-')}/",
            actions.act,
            {"verb": verb},
            name=f"action_{verb}",
        )
        for verb in actions.DOORS
    ),
    path("post-mortems/<str:reference>/", views.post_mortem, name="post_mortem"),
    path("post-mortems/<str:reference>/company/", published.company, name="post_mortem_company"),
    path("post-mortems/<str:reference>/hidden/", published.hidden, name="post_mortem_hidden"),
    path("post-mortems/<str:reference>/versions/", published.versions, name="post_mortem_versions"),
    path("post-mortems/<str:reference>/export.md", published.export, name="post_mortem_export"),
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

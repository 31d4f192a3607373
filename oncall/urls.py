"""Signs to the pages of duties."""

from django.urls import path

from oncall.views import calendar, fairness, feeds, ladder, rotation, setting_up

urlpatterns = [
    path("on-call/ladder/", ladder.ladder, name="ladder"),
    path("on-call/ladder/qualified.csv", ladder.ladder_csv, name="ladder_csv"),
    path("on-call/ladder/<str:verb>/", ladder.ladder_act, name="ladder_act"),
    path("on-call/fairness/", fairness.fairness, name="fairness"),
    path("on-call/", calendar.calendar, name="on_call"),
    path("on-call/set-up/<slug:team>/<slug:duty>/", setting_up.set_up, name="set_up_rotation"),
    path("on-call/<int:key>/", rotation.rotation, name="rotation"),
    path("on-call/<int:key>/revise/", setting_up.revise, name="revise_rotation"),
    path("on-call/<int:key>/<slug:verb>/", rotation.act, name="rotation_act"),
    path("on-call/swaps/<int:key>/<slug:verb>/", rotation.act_on_swap, name="swap_act"),
    path(
        "on-call/overrides/<int:key>/take-back/",
        rotation.take_back_override,
        name="take_back_override",
    ),
    path(
        "on-call/<int:rotation>/absences/<int:key>/take-back/",
        rotation.take_back_absence,
        name="take_back_absence",
    ),
    path("on-call/feeds/", feeds.my_feeds, name="my_feeds"),
    path("on-call/feeds/renew/", feeds.renew, name="renew_feed"),
    path("on-call/feeds/revoke/", feeds.revoke, name="revoke_feed"),
    path("feeds/<str:secret>.ics", feeds.feed, name="feed"),
]

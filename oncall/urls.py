"""Signs to the pages of duties."""

from django.urls import path

from oncall.views import fairness, feeds, ladder

urlpatterns = [
    path("on-call/ladder/", ladder.ladder, name="ladder"),
    path("on-call/ladder/qualified.csv", ladder.ladder_csv, name="ladder_csv"),
    path("on-call/ladder/<str:verb>/", ladder.ladder_act, name="ladder_act"),
    path("on-call/fairness/", fairness.fairness, name="fairness"),
    path("on-call/feeds/", feeds.my_feeds, name="my_feeds"),
    path("on-call/feeds/renew/", feeds.renew, name="renew_feed"),
    path("on-call/feeds/revoke/", feeds.revoke, name="revoke_feed"),
    path("feeds/<str:secret>.ics", feeds.feed, name="feed"),
]

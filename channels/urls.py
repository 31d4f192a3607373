"""Signs to what a person was told, how they want to hear, and what became of it."""

from django.urls import path

from channels.views import deliveries, hearing, notices

urlpatterns = [
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.mark_read, name="mark_notices_read"),
    path("notices/settings/", hearing.notice_settings, name="notice_settings"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/<int:key>/replay/", deliveries.replay, name="replay_mail"),
]

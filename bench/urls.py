"""The product's addresses, and the bare ones."""

from django.urls import include, path

from bench import bare

urlpatterns = [
    path("bare/file/", bare.BareFile.as_view()),
    path("bare/queue/", bare.BareQueue.as_view()),
    path("bare/one/<int:key>/", bare.BareOne.as_view()),
    path("bare/queue-page/", bare.queue_page),
    path("bare/page/<int:key>/", bare.one_page),
    path("", include("triage.urls")),
]

"""Signs to what a person was told."""

from django.urls import path

from channels import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.mark_read, name="mark_notices_read"),
]

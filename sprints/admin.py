"""Sprints in the operator's cupboard: read only."""

from django.contrib import admin

from foundation.operators import ReadOnlyAdmin
from sprints.models import Sprint


@admin.register(Sprint)
class SprintAdmin(ReadOnlyAdmin):
    prefix, page = "SP", "sprints"
    list_display = ("reference", "open", "name", "team", "state", "starts_on", "ends_on")
    list_filter = ("state", "team")
    list_select_related = ("team",)
    ordering = ("-pk",)

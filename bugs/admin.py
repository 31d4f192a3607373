"""Bugs in the operator's cupboard: read only."""

from django.contrib import admin

from bugs.models import Bug
from foundation.operators import ReadOnlyAdmin


@admin.register(Bug)
class BugAdmin(ReadOnlyAdmin):
    prefix, page = "BUG", "bugs"
    list_display = (
        "reference",
        "open",
        "title",
        "priority",
        "state",
        "team",
        "sprint",
        "opened_at",
    )
    list_filter = ("state", "priority", "team", "product_area")
    list_select_related = ("team", "sprint")
    search_fields = ("title",)
    search_help_text = "BUG-7, or words of the title"
    ordering = ("-pk",)

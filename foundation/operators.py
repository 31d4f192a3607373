"""What the operator's admin site may do with things that have a lifecycle: look, filter, and go to their page.

Nothing is added, changed or deleted there: every change is a verb, with its history.
"""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html

from foundation.references import parse


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than anybody pages: counting a million rows would be the page's whole cost."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: self.MOST].count())


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list with filters and a page per row, for staff; `prefix` and `page` lead to the product's page."""

    prefix = ""
    page = ""
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    actions = None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Its page")
    def open(self, obj: Any) -> str:
        """A link to the thing's own page, where its verbs are."""
        return format_html('<a href="/{}/{}/">Open {}</a>', self.page, obj.reference, obj.reference)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Finds one reference, or titles that hold the words."""
        if not search_term.strip():
            return queryset, False
        number = parse(search_term, self.prefix)
        if number is not None:
            return queryset.filter(pk=number), False
        return queryset.filter(title__icontains=search_term.replace("\0", "")), False

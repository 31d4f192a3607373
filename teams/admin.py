"""People and teams in the operator's cupboard: the one place, until *invite*, where accounts are made."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from foundation import clock
from teams.lifecycle import TeamKind
from teams.models import Membership, Person, Team
from teams.services.agreements import start_with_the_four


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 1
    autocomplete_fields = ("team",)


@admin.register(Person)
class PersonAdmin(UserAdmin):
    """No deleting: history names people. Somebody who leaves is made inactive."""

    list_display = ("username", "first_name", "last_name", "kind", "is_active", "is_staff")
    list_filter = ("kind", "is_active", "memberships__team", "memberships__role")
    ordering = ("username",)
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email", "kind", "zone")}),
        ("Access", {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    readonly_fields = ()
    filter_horizontal = ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    list_display = ("name", "slug", "kind", "readers", "calendar")
    list_filter = ("kind", "readers")
    list_select_related = ("calendar",)
    search_fields = ("name", "slug")
    ordering = ("name",)

    def save_model(self, request: HttpRequest, obj: Team, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change and obj.kind == TeamKind.DELIVERY:
            start_with_the_four(obj, by=request.user, at=clock.now())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

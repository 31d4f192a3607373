"""Signs to the settings."""

from django.urls import path

from triage.team_settings import (
    calendar_pages,
    escalation_pages,
    p1_pages,
    planning_pages,
    policy_pages,
    trigger_pages,
    views,
)

urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("settings/<slug:team>/areas/", views.areas, name="settings_areas"),
    path("settings/<slug:team>/areas/<slug:area>/", views.area, name="settings_area"),
    path("settings/<slug:team>/calendars/", calendar_pages.calendars, name="settings_calendars"),
    path(
        "settings/<slug:team>/calendars/new/",
        calendar_pages.new_calendar,
        name="settings_new_calendar",
    ),
    path(
        "settings/<slug:team>/calendars/<int:key>/",
        calendar_pages.calendar,
        name="settings_calendar",
    ),
    path("settings/<slug:team>/policy/", policy_pages.policy, name="settings_policy"),
    path("settings/<slug:team>/p1-policy/", p1_pages.p1_policy, name="settings_p1_policy"),
    path("settings/<slug:team>/post-mortems/", trigger_pages.triggers, name="settings_triggers"),
    path(
        "settings/<slug:team>/escalation/",
        escalation_pages.escalation_policy,
        name="settings_escalation",
    ),
    path("settings/<slug:team>/planning/", planning_pages.planning, name="settings_planning"),
    path("settings/<slug:team>/duties/", views.duties, name="settings_duties"),
    path("settings/<slug:team>/duties/<int:key>/", views.duty, name="settings_duty"),
]

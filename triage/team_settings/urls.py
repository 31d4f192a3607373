"""Signs to the settings."""

from django.urls import path

from triage.team_settings import views

urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("settings/<slug:team>/areas/", views.areas, name="settings_areas"),
    path("settings/<slug:team>/areas/<slug:area>/", views.area, name="settings_area"),
    path("settings/<slug:team>/calendars/", views.calendars, name="settings_calendars"),
    path("settings/<slug:team>/calendars/new/", views.new_calendar, name="settings_new_calendar"),
    path("settings/<slug:team>/calendars/<int:key>/", views.calendar, name="settings_calendar"),
    path("settings/<slug:team>/duties/", views.duties, name="settings_duties"),
    path("settings/<slug:team>/duties/<int:key>/", views.duty, name="settings_duty"),
]

"""Pages speak in the reader's own time zone (DESIGN, "Times"); tools get UTC."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

#: No person reads these: asking for the session would only cost a query.
WITHOUT_READER = ("/api/", "/health/", "/metrics", "/static/")


class ReadersZone:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        if request.path.startswith(WITHOUT_READER) or not request.user.is_authenticated:
            return
        try:
            timezone.activate(ZoneInfo(request.user.zone))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            timezone.deactivate()

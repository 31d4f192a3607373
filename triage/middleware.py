"""The database gone, or too busy: 503 and when to come back, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import server_error

from triage.logs import OUTAGE

RETRY_AFTER_SECONDS = 5

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Back in a moment</title>
<meta name="viewport" content="width=device-width">
<h1>Back in a moment</h1>
<p>The database does not answer just now. Nothing that was confirmed is lost. Please try again in a few seconds.</p>
</html>"""

log = structlog.get_logger(__name__)


def unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    """503, as a problem document for the API and as a plain page for people."""
    log.error("database_unavailable", path=request.path, error=type(error).__name__)
    answer: HttpResponse
    if request.path.startswith("/api/"):
        answer = JsonResponse(
            {
                "type": "about:blank",
                "title": "Service Unavailable",
                "status": 503,
                "detail": "The database does not answer just now; please try again in a few seconds.",
            },
            status=503,
            content_type="application/problem+json",
        )
    else:
        answer = HttpResponse(PAGE, status=503)
    answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


class DatabaseOutage:
    """Catches what a view lets through; `handler500` catches what a middleware does (the session's save)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return unavailable(request, exception) if isinstance(exception, OUTAGE) else None


def handler500(request: HttpRequest) -> HttpResponse:
    error = sys.exc_info()[1]
    if isinstance(error, OUTAGE):
        return unavailable(request, error)
    return server_error(request)

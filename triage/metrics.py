"""`/metrics` for Prometheus: what the watchdog sees, and what is open, asked of the database at each scrape.

A collector instead of counters in processes: every process answers alike, and none has to be running before.
"""

from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from bugs.lifecycle import OPEN as OPEN_BUGS
from problem_reports.lifecycle import OPEN as OPEN_REPORTS
from triage import watchdog

#: Of `watchdog.Figures.as_numbers`: what each is called here, and what it is.
GAUGES = {
    "timers_due": f"Timers whose moment has come, counted up to {watchdog.COUNTED}.",
    "oldest_timer_seconds": "By how much the oldest of them is late; 0 when none is due.",
    "last_sweep_seconds": "Since timers were last swept; absent before the first time.",
    "oldest_event_seconds": "For how long the oldest event has waited for its notices; 0 when none does.",
    "oldest_mail_seconds": "Since a mail ought to have been tried and was not; 0 when all have.",
    "mails_put_off": f"Mails that failed and are tried again, counted up to {watchdog.COUNTED}.",
    "dead_letters": f"Mails that were given up, counted up to {watchdog.COUNTED}.",
}

_OPEN = """
    SELECT 'problem_reports', state, count(*) FROM problem_reports_problemreport
    WHERE state = ANY(%s) GROUP BY state
    UNION ALL
    SELECT 'bugs', state, count(*) FROM bugs_bug WHERE state = ANY(%s) GROUP BY state
"""


class Watchdog(Collector):
    """Asks the database once for each scrape."""

    def collect(self) -> Iterator[Metric]:
        told = watchdog.figures().as_numbers()
        for name, words in GAUGES.items():
            value = told[name]
            if value is None and name == "last_sweep_seconds":
                continue
            yield GaugeMetricFamily(f"firebreak_{name}", words, value=value or 0)
        opened = GaugeMetricFamily(
            "firebreak_open", "What is open, by kind and state.", labels=("kind", "state")
        )
        with connection.cursor() as cursor:
            cursor.execute(_OPEN, [[str(s) for s in OPEN_REPORTS], [str(s) for s in OPEN_BUGS]])
            for kind, state, count in cursor.fetchall():
                opened.add_metric((kind, state), count)
        yield opened


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """404 without the setting METRICS_TOKEN, 401 without the token, else the figures."""
    if not settings.METRICS_TOKEN:
        raise Http404("There are no metrics here.")
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(token, settings.METRICS_TOKEN):
        refused = HttpResponse("Send the token of METRICS_TOKEN.", status=401)
        refused["WWW-Authenticate"] = "Bearer"
        return refused
    registry = CollectorRegistry()
    registry.register(Watchdog())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

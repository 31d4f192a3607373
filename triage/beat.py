"""The Celery application of beat alone: it sends names of tasks and needs none of Django's apps.

Without them it takes half the memory of a worker.
"""

from logging.config import dictConfig
from typing import Any

from celery import Celery, beat
from celery.signals import setup_logging
from django.conf import settings
from kombu import Producer

from foundation.backlog import enough_waits
from triage.celery import Amqp
from triage.celery import app as product

# `fixups` is what would load the apps.
app = Celery("triage-beat", amqp=Amqp, fixups=[], set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = product.conf.beat_schedule


class Scheduler(beat.Scheduler):
    """In memory: every line of the table is a short interval. Says nothing while enough of its kind waits.

    That bounds what piles up while no worker is there. An expiry would bound it by the worker's own clock:
    one that runs ahead throws away whatever it takes, and runs nothing.
    """

    def apply_async(
        self, entry: Any, producer: Producer | None = None, advance: bool = True, **rest: Any
    ) -> Any:
        if producer is not None and enough_waits(app, producer, entry.task):
            return None
        return super().apply_async(entry, producer=producer, advance=advance, **rest)


@setup_logging.connect
def _log_as_the_others_do(**_: object) -> None:
    # Elsewhere Django does this when it loads the apps.
    dictConfig(settings.LOGGING)

"""The Celery application of beat alone: it sends names of tasks and needs none of Django's apps.

Without them it takes half the memory of a worker.
"""

from logging.config import dictConfig

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

from triage.celery import Amqp
from triage.celery import app as product

# `fixups` is what would load the apps.
app = Celery("triage-beat", amqp=Amqp, fixups=[], set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = product.conf.beat_schedule


@setup_logging.connect
def _log_as_the_others_do(**_: object) -> None:
    # Elsewhere Django does this when it loads the apps.
    dictConfig(settings.LOGGING)

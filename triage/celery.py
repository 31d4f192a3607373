"""The Celery application, and the one table of what the clock does."""

import os
from typing import Any

import kombu
from celery import Celery
from celery.app.amqp import AMQP
from celery.signals import setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "triage.settings.dev")
if not settings.configured:
    # Celery itself starts this process (elsewhere Django came first). Below the hard limit of a task,
    # so that the database gives up first and says why.
    os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "50s")
    os.environ.setdefault("BROKER_SOCKET_TIMEOUT", "5")


class PatientConnection(kombu.Connection):
    """Redis back after an hour is met as soon as after a second: left alone, a worker waits up to 30 s."""

    def ensure_connection(self, *args: Any, **kwargs: Any) -> kombu.Connection:
        return super().ensure_connection(*args, **{"interval_max": 2, **kwargs})


class Amqp(AMQP):
    Connection = PatientConnection


app = Celery("triage", amqp=Amqp)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)

# Nothing here may be missed for ever: each line only brings forward what the database already knows.
# No line expires: a worker would judge that by its own clock (triage/beat.py).
app.conf.beat_schedule = {
    # What is due: warnings, breaches, escalations; then what the clock does by itself.
    "sweep what is due": {
        "task": "problem_reports.sweep",
        "schedule": 5.0,
    },
    # The next step of every page that nobody acknowledged (ONC-6).
    "page who is next": {"task": "oncall.page", "schedule": 5.0},
    # Bugs that come back, and those that wait too long for a decision.
    "tend the bugs": {"task": "bugs.tend", "schedule": 60.0},
    # Paybacks that grow late ask for a post-mortem (PM-1).
    "tend the post-mortems": {"task": "postmortems.tend", "schedule": 60.0},
    # Small reports that add up ask for a review (PM-9).
    "add up paper cuts": {"task": "postmortems.consider_paper_cuts", "schedule": 3600.0},
    # Overdrafts that nobody answered within a working day.
    "tend the sprints": {"task": "sprints.tend", "schedule": 60.0},
    # Duties that have come to somebody: they hear of it, with the note that was left.
    "tell what changed hands": {"task": "oncall.tell_handoffs", "schedule": 60.0},
    # The schedule of each rotation, half a year ahead; and where it leaves support hours to nobody (ONC-4).
    "warn of gaps": {"task": "oncall.warn_of_gaps", "schedule": 600.0},
    "write the schedule on": {"task": "oncall.publish_ahead", "schedule": 60.0},
    # Letters whose nudge was lost (Redis down, a killed worker) leave within seconds.
    "fan out what is pending": {
        "task": "channels.fan_out",
        "schedule": 5.0,
    },
    # Mails whose moment has come, and those that are tried again.
    "deliver what is due": {
        "task": "channels.deliver",
        "schedule": 5.0,
    },
    # Shows in /health/ that beat, Redis and a worker work together.
    "heartbeat": {"task": "triage.heartbeat", "schedule": 10.0},
}


@setup_logging.connect
def _keep_our_logging(**_: object) -> None:
    """Being connected is enough: Celery then leaves the logging of the settings alone."""

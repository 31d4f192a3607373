"""Clockwork of the front hall."""

from celery import shared_task

from triage import health


@shared_task(name="triage.heartbeat", ignore_result=True)
def heartbeat() -> None:
    health.beat()

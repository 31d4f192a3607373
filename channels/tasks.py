"""Clockwork of channels."""

from celery import shared_task

from channels import services


@shared_task(name="channels.fan_out", ignore_result=True)
def fan_out(**_: object) -> int:
    return services.fan_out()

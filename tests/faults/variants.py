"""The worker's Celery application with a fault built in; the product knows nothing of it.

`celery --app tests.faults.variants worker` reads:

FAULTS_DIE_AT   names of moments, with commas: the pool process kills itself at each, once
                (claimed, told, committed; between: of the forgetful variant)
FAULTS_NOTES    a folder: a file per death, so that it happens once
FAULTS_VARIANT  forgetful: a fan-out that commits twice, forgetting before it has told
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery.signals import worker_process_init

from triage.celery import app

__all__ = ["app"]


def die_once(moment: str) -> None:
    if not moment or moment not in os.environ.get("FAULTS_DIE_AT", "").split(","):
        return
    try:
        (Path(os.environ["FAULTS_NOTES"]) / f"died-{moment}").touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


@worker_process_init.connect
def _build_in(**_: object) -> None:
    from channels import services

    if os.environ.get("FAULTS_VARIANT") == "forgetful":
        services._fan_out_batch = forgetful_batch
        return
    services.letters_for = _dying_after(services.letters_for, "claimed")
    manager: Any = services.Notice.objects
    manager.bulk_create = _dying_after(manager.bulk_create, "told")
    services._fan_out_batch = _dying_after(services._fan_out_batch, "committed")


def _dying_after(act: Callable[..., Any], moment: str) -> Callable[..., Any]:
    def dying(*args: Any, **kwargs: Any) -> Any:
        done = act(*args, **kwargs)
        if done:
            die_once(moment)
        return done

    return dying


def forgetful_batch(*_: object) -> int:
    """The mistake that the harness must catch: what is pending is forgotten in a transaction of its own."""
    from django.db import transaction

    from channels.models import Channel, Notice, NoticeState
    from channels.registry import letters_for
    from journal.models import Event, Pending

    with transaction.atomic():
        rows = Pending.objects.select_for_update(skip_locked=True).order_by("event_id")
        claimed = list(rows.values_list("event_id", flat=True)[:100])
        Pending.objects.filter(event_id__in=claimed).delete()
    if not claimed:
        return 0
    die_once("between")
    for event in Event.objects.filter(pk__in=claimed):
        for letter in letters_for(event):
            Notice.objects.create(
                event=event, person_id=letter.person_id, channel=Channel.IN_APP,
                state=NoticeState.SENT, topic=letter.topic, subject=letter.subject[:200],
                body=letter.body, url=letter.url,
            )  # fmt: skip
    return len(claimed)

"""The demonstration, loaded once for a whole file of tests and rolled back after it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from foundation import clock
from triage.demonstration import load

Loaded = Callable[..., AbstractContextManager[datetime]]


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Loaded:
    """A demonstration as of a moment (now by default): `with loaded(every=8) as now:`."""

    @contextmanager
    def loading(now: datetime | None = None, every: int = 1) -> Iterator[datetime]:
        media = override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media")))
        with django_db_blocker.unblock(), media, transaction.atomic():
            moment = now or clock.now()
            assert load.load(moment, every=every)
            yield moment
            transaction.set_rollback(True)

    return loading

"""Many people at once: threads behind a barrier, each with a connection of its own."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

#: As patient as a busy test machine may be slow; the product itself waits two seconds for a lock.
PATIENCE = "20s"


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all acts at the same moment; each gives its result, or the exception that ended it."""
    barrier = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def run(n: int, act: Callable[[], Any]) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{PATIENCE}'")
            barrier.wait(timeout=30)
            answers[n] = act()
        except Exception as error:  # noqa: BLE001 - what ended it is the answer
            answers[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return answers


def sorted_out(answers: Sequence[Any], kind: type[Exception]) -> tuple[list[Any], list[Any]]:
    """Those who won and those who were refused as expected; anything else is raised."""
    for answer in answers:
        if isinstance(answer, Exception) and not isinstance(answer, kind):
            raise AssertionError(f"refused by {answer!r}") from answer
    won = [a for a in answers if not isinstance(a, Exception)]
    return won, [a for a in answers if isinstance(a, Exception)]

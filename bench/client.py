"""A closed-loop client over one kept connection per worker process; prints medians and rates.

Written here so that the benchmark needs nothing but Python; `wrk` gives the same ratios.
"""

import http.client
import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ask:
    """One kind of request: `body(n)` gives the n-th body, None for a GET."""

    name: str
    method: str
    path: str
    headers: dict[str, str]
    expect: int
    body: Callable[[int], bytes] | None = None


@dataclass(frozen=True)
class Round:
    rate: float  # requests a second, all clients together
    median: float  # milliseconds


def _work(port: int, ask: Ask, seconds: float, salt: int, pipe) -> None:  # type: ignore[no-untyped-def]
    connection = http.client.HTTPConnection("127.0.0.1", port)
    took: list[float] = []
    end = time.perf_counter() + seconds
    n = salt
    while time.perf_counter() < end:
        n += 1
        before = time.perf_counter()
        connection.request(ask.method, ask.path, ask.body(n) if ask.body else None, ask.headers)
        answer = connection.getresponse()
        content = answer.read()
        took.append(time.perf_counter() - before)
        if answer.status != ask.expect:
            pipe.send(f"{ask.name}: {answer.status} instead of {ask.expect}: {content[:300]!r}")
            return
    pipe.send(took)


def measure(port: int, ask: Ask, *, clients: int, seconds: float) -> Round:
    """One round: `clients` processes ask as fast as they are answered, for `seconds`."""
    pipes, workers = [], []
    for number in range(clients):
        here, there = multiprocessing.Pipe(duplex=False)
        salt = number * 1_000_000 + int(time.time() * 10) % 1_000_000_000 * 10_000_000
        worker = multiprocessing.Process(target=_work, args=(port, ask, seconds, salt, there))
        worker.start()
        pipes.append(here)
        workers.append(worker)
    results = [pipe.recv() for pipe in pipes]
    for worker in workers:
        worker.join()
    wrong = [r for r in results if isinstance(r, str)]
    if wrong:
        raise SystemExit(wrong[0])
    took = [t for r in results for t in r]
    return Round(len(took) / seconds, statistics.median(took) * 1000)

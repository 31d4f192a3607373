"""Run it: `make bench` (both sizes) or `python -m bench.run --counts 10000 --rounds 5`.

1. Seed one database per size, once; they are kept for the next run (`--fresh` makes them anew).
2. Serve each with gunicorn (2 workers, 4 threads), the bare views beside the product's.
3. Ask in turn, bare then ours, round by round, and print the median of the rounds' ratios.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2

from bench.client import Ask, Round, measure

PORTS = {10_000: 8461, 1_000_000: 8462}


def database_url(name: int | str) -> str:
    """The address of the database of this size or name, on the server that DATABASE_URL names."""
    parts = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
    return parts._replace(path=f"/bench_{name}").geturl()


def settings(name: int | str) -> dict[str, str]:
    """The environment of a process that works on this database."""
    return {
        **os.environ,
        "DATABASE_URL": database_url(name),
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }


def python(name: int | str, code: str) -> str:
    """Run a few lines inside Django, on the database of this size or name; returns what they print."""
    code = f"import django; django.setup()\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", code], env=settings(name), check=True, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    return done.stdout


def create(name: int | str, *, fresh: bool) -> bool:
    """Create an empty database; False when it is there already."""
    parts = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
    query = dict(urllib.parse.parse_qsl(parts.query))
    server = psycopg2.connect(
        dbname="postgres",
        user=parts.username,
        password=parts.password,
        host=query.get("host") or parts.hostname,
        port=parts.port,
    )
    server.autocommit = True
    try:
        with server.cursor() as cursor:
            if fresh:
                cursor.execute(f'DROP DATABASE IF EXISTS "bench_{name}"')
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [f"bench_{name}"])
            if cursor.fetchone():
                return False
            cursor.execute(f'CREATE DATABASE "bench_{name}"')
            return True
    finally:
        server.close()


MIGRATE = (
    "from django.core.management import call_command as c\n"
    "c('migrate', verbosity=0); c('migrate', run_syncdb=True, verbosity=0)\n"
)


def prepare(count: int, *, fresh: bool) -> None:
    """Create, migrate and seed the database of this size unless it is there already."""
    if not create(count, fresh=fresh):
        return
    start = time.monotonic()
    python(
        count,
        f"{MIGRATE}from bench import seed; seed.seed({count}); seed.settle()",
    )
    print(f"seeded {count} reports in {time.monotonic() - start:.0f} s", file=sys.stderr)


@contextmanager
def served(count: int) -> Iterator[int]:
    """The product and the bare views, as gunicorn serves them for real."""
    port = PORTS.get(count, 8463)
    command = [sys.executable, "-m", "gunicorn", "triage.wsgi:application", "--worker-class"]
    command += ["gthread", "--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{port}"]
    command += ["--log-level", "warning"]
    server = subprocess.Popen(command, env=settings(count), start_new_session=True)
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=1)
                break
            except urllib.error.HTTPError:
                break  # it answers, and that is all we wait for
            except OSError:
                time.sleep(0.2)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def asks(count: int) -> list[tuple[Ask, Ask]]:
    """Pairs (bare, ours) of the same job."""
    keys = json.loads(
        python(count, "import json; from bench import seed; print(json.dumps(seed.keys()))")
    )
    rest = {"Authorization": f"Bearer {keys['rhea_token']}", "Accept": "application/json"}
    lena = {
        "Authorization": f"Bearer {keys['lena_token']}",
        "Accept": "application/json",
        "Content-Type": "application/json",
    }
    page = {"Cookie": f"sessionid={keys['rhea_session']}", "Accept": "text/html"}

    def bare_body(n: int) -> bytes:
        return json.dumps(
            {"title": f"Totals {n}", "description": "x" * 200, "team": 1, "priority": "P2"}
        ).encode()

    def our_body(n: int) -> bytes:
        return json.dumps(
            {
                "title": f"Totals {n}",
                "description": "x" * 200,
                "product_area": "team-0-area-1",
                "impact": "some_users",
                "urgency": "high",
            }
        ).encode()

    # A closed report of the first team, with its history; 8 is one in every size.
    one = count // 2 - (count // 2) % 20 + 4
    api, queue = "/api/v1/problem-reports/", "?team=team-0&state=to_be_investigated&limit=50"
    return [
        (
            Ask("file a report (REST)", "POST", "/bare/file/", lena, 201, bare_body),
            Ask("file a report (REST)", "POST", api, lena, 201, our_body),
        ),
        (
            Ask("queue of 50 (REST)", "GET", "/bare/queue/", rest, 200),
            Ask("queue of 50 (REST)", "GET", f"{api}{queue}", rest, 200),
        ),
        (
            Ask("one report (REST)", "GET", f"/bare/one/{one}/", rest, 200),
            Ask("one report (REST)", "GET", f"{api}PR-{one}/", rest, 200),
        ),
        (
            Ask("queue of 50 (page)", "GET", "/bare/queue-page/", page, 200),
            Ask("queue of 50 (page)", "GET", "/desk/", page, 200),
        ),
        (
            Ask("report page", "GET", f"/bare/page/{one}/", page, 200),
            Ask("report page", "GET", f"/problem-reports/PR-{one}/", page, 200),
        ),
    ]


def row(name: str, clients: int, pairs: list[tuple[Round, Round]]) -> dict[str, object]:
    ratios = [ours.rate / bare.rate for bare, ours in pairs]
    return {
        "what": name,
        "clients": clients,
        "bare ms": statistics.median(b.median for b, _ in pairs),
        "ours ms": statistics.median(o.median for _, o in pairs),
        "ours a second": statistics.median(o.rate for _, o in pairs),
        "ratio": statistics.median(ratios),
        "from": min(ratios),
        "to": max(ratios),
    }


def bench(
    count: int, *, rounds: int, seconds: float, clients: list[int]
) -> list[dict[str, object]]:
    rows = []
    with served(count) as port:
        for bare, ours in asks(count):
            for ask in (bare, ours):
                measure(port, ask, clients=2, seconds=1)  # warm both workers
            for n in clients:
                pairs = [
                    (
                        measure(port, bare, clients=n, seconds=seconds),
                        measure(port, ours, clients=n, seconds=seconds),
                    )
                    for _ in range(rounds)
                ]
                rows.append(row(ours.name, n, pairs))
                print(f"  {rows[-1]['what']} c={n}: {rows[-1]['ratio']:.2f}", file=sys.stderr)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--fresh", action="store_true")
    options = parser.parse_args()
    tables = {}
    for count in options.counts:
        prepare(count, fresh=options.fresh)
    for count in options.counts:
        print(f"{count} reports", file=sys.stderr)
        tables[count] = bench(
            count, rounds=options.rounds, seconds=options.seconds, clients=options.clients
        )
    print(
        "| reports | what | clients | bare ms | ours ms | ours a second | ours / bare | of rounds |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for count, rows in tables.items():
        for r in rows:
            print(
                f"| {count:,} | {r['what']} | {r['clients']} | {r['bare ms']:.1f} | {r['ours ms']:.1f} "
                f"| {r['ours a second']:.0f} | **{r['ratio']:.2f}** | {r['from']:.2f}..{r['to']:.2f} |"
            )


if __name__ == "__main__":
    main()

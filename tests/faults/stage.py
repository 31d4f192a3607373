"""What the suite does to the product's data through its services, in a process of its own.

python -m tests.faults.stage cast N       the cast, a running sprint, N fixed bugs; the tokens as JSON
python -m tests.faults.stage bugs N       N fixed bugs, every fourth report watched by Leo too
python -m tests.faults.stage verify [S]   verify every fixed bug, one each S seconds
python -m tests.faults.stage verify-one BUG-7
python -m tests.faults.stage pages N      N reports filed as P0, each of which pages
python -m tests.faults.stage tell         fan out here and now, as a worker would
"""

from __future__ import annotations

import json
import sys
import time
from io import StringIO
from types import SimpleNamespace
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from bugs import services as bugs  # noqa: E402
from bugs.models import Bug  # noqa: E402
from channels import services as channels  # noqa: E402
from foundation import clock  # noqa: E402
from foundation.references import parse  # noqa: E402
from problem_reports import services as reports  # noqa: E402
from problem_reports.models import ProblemReport  # noqa: E402
from teams.models import Person, Team  # noqa: E402
from tests.cast import Cast  # noqa: E402
from tests.factories import a_bug, a_report, a_running_sprint  # noqa: E402

PEOPLE = ("lena", "leo", "rhea", "otto", "ines", "pia")
ROOM = 4000  # a reserve that no test spends: what is tried here is not the ledger


def raise_cast(count: int) -> None:
    cast = Cast()
    sprint = a_running_sprint(cast, reserve=ROOM, capacity=2 * ROOM)
    said: dict[str, Any] = {"sprint": sprint.reference, "tokens": {}}
    for name in PEOPLE:
        out = StringIO()
        call_command("api_token", name, stdout=out)
        said["tokens"][name] = out.getvalue().strip()
    fixed_bugs(count)
    # What the proof makes thousands of: one that nobody investigates yet, and one that Ines does.
    said["like"] = {"free": a_report(cast).pk, "held": a_report(cast, "assigned").pk}
    channels.fan_out()
    print(json.dumps(said))


def fixed_bugs(count: int) -> None:
    cast: Any = SimpleNamespace(
        now=clock.now(),
        billing=Team.objects.get(slug="billing"),
        **{person.username: person for person in Person.objects.filter(username__in=PEOPLE)},
    )
    for number in range(count):
        bug = a_bug(cast, "fixed", points=1)
        if number % 4 == 0:
            report = ProblemReport.objects.get(classifications__bug=bug)
            reports.watch(report.pk, by=cast.leo, at=clock.now())


def pages(count: int) -> None:
    cast: Any = SimpleNamespace(lena=Person.objects.get(username="lena"))
    for _ in range(count):
        a_report(cast, impact="everyone", urgency="critical")


def verify(every: float) -> None:
    for key in Bug.objects.filter(state="fixed").order_by("pk").values_list("pk", flat=True):
        verify_one(key)
        time.sleep(every)


def verify_one(key: int | None) -> None:
    assert key is not None
    bugs.verify(key, by=Person.objects.get(username="otto"), at=clock.now())


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["cast", count]:
            raise_cast(int(count))
        case ["bugs", count]:
            fixed_bugs(int(count))
        case ["pages", count]:
            pages(int(count))
        case ["verify", *rest]:
            verify(float(rest[0]) if rest else 0)
        case ["verify-one", bug]:
            verify_one(parse(bug, "BUG"))
        case ["tell"]:
            channels.fan_out()
        case _:
            sys.exit(__doc__)

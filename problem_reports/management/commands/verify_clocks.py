"""Replay the history of every report against its stored clocks, and list each difference (SLA-6)."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation import clock
from foundation.references import parse, reference
from journal.models import Event
from problem_reports.clocks.history import Happened
from problem_reports.clocks.replay import differences
from problem_reports.models import Signal, Timer

BATCH = 500


class Command(BaseCommand):
    help = "List every difference between the clocks of reports and what their history says; none is right."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("references", nargs="*", help="PR-12 …; all reports when none is named")

    def handle(self, *args: Any, references: list[str], **options: Any) -> None:
        keys = [parse(name, "PR") for name in references]
        if None in keys:
            raise CommandError("Name reports as PR-12.")
        found = verified = 0
        for report, said in _differences([key for key in keys if key is not None]):
            verified += 1
            for line in said:
                found += 1
                self.stdout.write(f"{reference('PR', report)} {line}")
        self.stdout.write(f"{verified} reports verified, {found} differences")
        if found:
            raise CommandError("The stored clocks differ from the history.")


def _differences(only: list[int]) -> Iterator[tuple[int, list[str]]]:
    """Each report that has clocks, with what differs; a batch at a time."""
    rows = Timer.objects.filter(report__in=only) if only else Timer.objects.all()
    keys = list(rows.order_by("report").values_list("report", flat=True).distinct())
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        now = clock.now()
        timers: dict[int, list[Timer]] = defaultdict(list)
        for timer in Timer.objects.filter(report__in=batch).order_by("report", "kind", "epoch"):
            timers[timer.report_id].append(timer)
        signals: dict[int, list[Signal]] = defaultdict(list)
        for signal in Signal.objects.filter(timer__report__in=batch).select_related("timer"):
            signals[signal.timer.report_id].append(signal)
        events: dict[int, list[Happened]] = defaultdict(list)
        told = Event.objects.filter(kind="problem_report", subject__in=batch).order_by("at", "id")
        for key, *values in told.values_list("subject", "id", "name", "at", "data"):
            events[key].append(Happened(*values))
        for key in batch:
            yield key, list(differences(events[key], timers[key], signals[key], now))

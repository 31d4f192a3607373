"""manage.py import_event_log FILE --mapping MAPPING [--dry-run] [--until DATE]"""

import time
from datetime import UTC, date, datetime
from datetime import time as wall_time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation import clock
from foundation.errors import Refused
from foundation.lifecycle import words
from problem_reports.event_log import mapping as mappings
from problem_reports.event_log.translating import Log, read
from problem_reports.event_log.writing import Account, import_log

SKIPPED_SHOWN = 20


class Command(BaseCommand):
    help = "Import the event log of another system (CSV, one event a row), folded into reports."

    def add_arguments(self, parser: CommandParser) -> None:
        shipped = ", ".join(mappings.shipped())
        parser.add_argument("file", type=Path, help="a CSV, also gzipped")
        parser.add_argument(
            "--mapping", required=True, help=f"a TOML file, or one that is shipped: {shipped}"
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="do the same, print what would come, take it back",
        )
        parser.add_argument(
            "--until",
            metavar="DATE",
            help="leave out what happened on this day (2012-09-01) and later",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        progress = _Progress(self.stderr)
        try:
            mapping = mappings.load(options["mapping"])
            until = _day(options["until"], mapping.zone or mapping.team.zone)
            log = read(options["file"], mapping, now=now, until=until, told=progress)
            account = import_log(log, at=now, told=progress, dry_run=options["dry_run"])
        except Refused as refusal:
            progress.end()
            raise CommandError(str(refusal)) from None
        except KeyboardInterrupt:
            progress.end()
            raise CommandError("Stopped; nothing was imported.", returncode=130) from None
        progress.end()
        for line in _told(account, log, options["dry_run"]):
            self.stdout.write(line)


def _day(told: str | None, zone: str) -> datetime | None:
    """The beginning of a day where the team works."""
    if told is None:
        return None
    try:
        day = date.fromisoformat(told)
        return datetime.combine(day, wall_time(0), ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CommandError(f"--until takes a day such as 2012-09-01, not “{told}”.") from None


def _told(account: Account, log: Log, dry_run: bool) -> list[str]:
    would = "Would import" if dry_run else "Imported"
    states = ", ".join(f"{n:,} {words(state)}" for state, n in sorted(account.states.items()))
    made = ", ".join(_counted(n, kind) for kind, n in account.made.items() if n)
    lines = [
        f"{would} the log “{account.log}” into {account.team}:",
        f"  {_counted(account.new, 'new report')}, {account.continued:,} that go on, "
        f"{account.unchanged:,} that are here already",
        f"  {_counted(account.events, 'event')}",
        f"  {_counted(account.bugs, 'bug')}, with {_counted(account.anomalies, 'linked event')}",
    ]
    if states:
        lines.append(f"  now: {states}")
    if made:
        lines.append(f"  made: {made}")
    if log.left_out:
        lines.append(f"  {_counted(log.left_out, 'later event')} left out")
    if dry_run:
        lines += [f"  {title}" for title in account.titles]
    if account.skipped:
        lines.append(f"Left as they are: {_counted(len(account.skipped), 'report')}.")
        lines += [f"  {ref} ({case}): {why}" for ref, case, why in account.skipped[:SKIPPED_SHOWN]]
    if (more := len(account.skipped) - SKIPPED_SHOWN) > 0:
        lines.append(f"  and {more:,} more")
    if account.nobody:
        lines.append(
            f"Nobody belongs to {account.team} yet: give somebody a role in it at /admin/."
        )
    if dry_run:
        lines.append("Nothing was written: this was a dry run.")
    return lines


def _counted(count: int, what: str) -> str:
    many = "people" if what == "person" else f"{what}s"
    return f"{count:,} {what if count == 1 else many}"


class _Progress:
    """One line that counts on a terminal; elsewhere a line every few seconds."""

    SECONDS = 2.0
    WIDTH = 60  # wipes what a longer line left

    def __init__(self, out: Any) -> None:
        self.out, self.told_at, self.open = out, 0.0, False
        self.terminal = out.isatty()

    def __call__(self, what: str, done: int, of: int | None) -> None:
        finished = done == of
        patience = 0.1 if self.terminal else self.SECONDS
        if not finished and time.monotonic() - self.told_at < patience:
            return
        self.told_at = time.monotonic()
        share = f"{done:,} events" if of is None or finished else f"{done:,} of {of:,} events"
        line = f"{what}: {share}".ljust(self.WIDTH if self.terminal else 0)
        self.out.write(line, style_func=str, ending="\r" if self.terminal else "\n")
        self.open = self.terminal

    def end(self) -> None:
        if self.open:
            self.out.write("")
            self.open = False

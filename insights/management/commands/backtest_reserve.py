"""manage.py backtest_reserve TEAM [--q .8] [--window 13] [--imported] | --log FILE [--mapping helpdesk]"""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation import clock
from foundation.errors import Refused
from insights.reserve.advice import HALF_A_YEAR
from insights.reserve.series import imported, record
from insights.words import method_words, unit_words
from problem_reports.event_log import mapping as mappings
from problem_reports.event_log.translating import read
from sprints.recommending.backtest import LEAST, Backtest, Origin, backtest, origins
from sprints.recommending.history import in_two_weeks
from sprints.recommending.ladder import NO_PRIOR, Prior
from teams.models import Team


class Command(BaseCommand):
    help = "How the recommended reserve would have done, beside the mean, the largest and the team's own choice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("team", nargs="?", help="a team's slug")
        parser.add_argument("--q", type=float, default=0.8, help="the chance to be enough")
        parser.add_argument(
            "--window", type=int, default=HALF_A_YEAR, help="sprints that a forecast sees"
        )
        parser.add_argument(
            "--imported",
            action="store_true",
            help="the reports of the team's imported log, in two-week sprints",
        )
        parser.add_argument(
            "--log", type=Path, help="an event log (CSV, also gzipped), not imported"
        )
        parser.add_argument("--mapping", default="helpdesk", help="how the log reads (--log)")

    def handle(self, *args: Any, **options: Any) -> None:
        q, window = options["q"], options["window"]
        if not 0 < q < 1:
            raise CommandError(f"--q is a chance between 0 and 1, not {q}.")
        if window < 3:
            raise CommandError("--window is three sprints at least.")
        try:
            known, unit, prior = self._series(options, window)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        found = backtest(known, q, window, prior)
        if found is None:
            raise CommandError(
                "Too few sprints to try a forecast: each needs some before it, with unplanned work."
            )
        for line in told(found, unit):
            self.stdout.write(line)

    def _series(self, options: dict[str, Any], window: int) -> tuple[list[Origin], str, Prior]:
        if options["log"]:
            mapping = mappings.load(options["mapping"])
            log = read(options["log"], mapping, now=clock.now(), until=None, told=_silent)
            zone = ZoneInfo(mapping.team.zone)
            days = (rows[0].at.astimezone(zone).date() for rows in log.cases.values())
            return origins(in_two_weeks(days), window), "reports", Prior(counts=True)
        if not options["team"]:
            raise CommandError("Name a team, or a log with --log.")
        team = Team.objects.select_related("calendar").filter(slug=options["team"]).first()
        if team is None:
            raise CommandError(f"There is no team called {options['team']}.")
        at = clock.now()
        if options["imported"]:
            return origins(imported(team, at), window), "reports", Prior(counts=True)
        return record(team, at).origins(at, window, LEAST), unit_words(team.unit), NO_PRIOR


def _silent(*_: Any) -> None:
    """Reading tells how far it is; nobody waits long enough to ask."""


def told(found: Backtest, unit: str) -> list[str]:
    lines = [
        f"{found.n} forecasts, each from at most {found.window} sprints; asked to be enough in "
        f"{found.q:.0%}, that is {found.asked}.",
        f"Mean demand {found.demand:.1f} {unit} a sprint; reserve, idle, overflow and loss are shares of it.",
        "",
        f"{'method':34}{'enough':>8}{'coverage':>10}{'95 %':>14}{'reserve':>9}{'idle':>7}"
        f"{'over':>7}{'loss':>7}{'skill':>7}",
    ]
    for score in found.scores:
        between = f"{score.interval.low:.0%}-{score.interval.high:.0%}"
        lines.append(
            f"{method_words(score.method.key):34}{score.enough:>8}{score.coverage:>10.1%}{between:>14}"
            f"{score.reserve:>9.2f}{score.idle:>7.2f}{score.overflow:>7.3f}{score.loss:>7.3f}{score.skill:>+7.0%}"
        )
    gain = found.of("ladder").against_mean
    lines += [
        "",
        f"Loss saved by the recommendation against the mean: {gain.low:.3f} to {gain.high:.3f} (95 %, blocks "
        f"of six); {len(found.scores)} methods were tried.",
    ]
    return lines

"""Run it: `make bench-paper-cuts` or `python -m bench.paper_cuts --reports 100000 --rounds 7`.

The clusters of a team's small reports beside the least that adding them up needs: one statement that groups its
closed reports by area and cause, without logged hours, customers or the kinds that are no cuts. In turn, bare
and ours; over 90 days and over two years, in one process. A third of the rows is an import: nobody logged hours.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from bench import run

DATABASE = "paper_cuts"
BARE = """
    SELECT r.product_area_id, c.cause, count(*), sum(c.hours)::float
    FROM problem_reports_problemreport r JOIN problem_reports_classification c ON c.id = r.living_id
    WHERE r.team_id = %s AND r.closed_at >= %s AND r.closed_at < %s GROUP BY 1, 2
"""
# All in one team, eleven causes; every third was imported and has no hours.
ONE_TEAM = """
    SET session_replication_role = replica;
    UPDATE problem_reports_problemreport SET team_id = (SELECT min(id) FROM teams_team WHERE slug = 'team-0'),
        product_area_id = (SELECT min(a.id) FROM teams_productarea a JOIN teams_team t ON t.id = a.team_id
            WHERE t.slug = 'team-0') + id % 10;
    UPDATE problem_reports_classification SET hours = CASE WHEN id % 3 = 0 THEN 0 ELSE 1.5 END,
        cause = (ARRAY['code', 'configuration', 'data', 'environment', 'integration', 'performance', 'usability',
            'documentation', 'knowledge', 'third_party', 'unknown'])[1 + id % 11];
    INSERT INTO problem_reports_importedfrom (log, case_, nth, report_id, event_id)
        SELECT 'bench', id::text, 1, id, min_event FROM (
            SELECT r.id, min(e.id) AS min_event FROM problem_reports_problemreport r
            JOIN journal_event e ON e.kind = 'problem_report' AND e.subject = r.id WHERE r.id % 3 = 0 GROUP BY r.id) x;
    SET session_replication_role = DEFAULT;
""".replace("case_", '"case"')


def seed(reports: int) -> None:
    from django.db import connection

    from bench import seed as seeds

    seeds.seed(reports)
    with connection.cursor() as cursor:
        cursor.execute(ONE_TEAM)
    seeds.settle()


def timed(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return (time.perf_counter() - began) * 1000


def measure(rounds: int) -> None:
    from django.db import connection

    from foundation import clock
    from postmortems.querysets.paper_cuts import clusters, span_of
    from teams.models import Team

    team, at = Team.objects.select_related("calendar").get(slug="team-0"), clock.now()
    print(
        "| days | reports | clusters | bare ms | ours ms | ours / bare |\n|---|---|---|---|---|---|"
    )
    for days in (90, 730):
        last = span_of(team, at).until
        span = span_of(team, at, last - timedelta(days - 1), last)

        def bare() -> list[tuple[object, ...]]:
            with connection.cursor() as cursor:
                cursor.execute(BARE, [team.pk, *span.moments])  # noqa: B023 - called in this round
                return cursor.fetchall()

        took: dict[str, list[float]] = {"bare": [], "ours": []}
        for nth in range(rounds + 1):
            each = {
                "bare": timed(bare),
                "ours": timed(lambda: clusters(team, span)),  # noqa: B023
            }
            for name, ms in each.items() if nth else ():  # the first round plans and warms
                took[name].append(ms)
        found = clusters(team, span)
        told = {name: statistics.median(ms) for name, ms in took.items()}
        ratio = statistics.median(o / b for o, b in zip(took["ours"], took["bare"], strict=True))
        print(
            f"| {days} | {sum(c.n for c in found):,} | {len(found)} | {told['bare']:.0f} | {told['ours']:.0f} "
            f"| **{ratio:.1f}** |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--fresh", action="store_true")
    options = parser.parse_args()
    if run.create(DATABASE, fresh=options.fresh):
        run.python(
            DATABASE, f"{run.MIGRATE}from bench import paper_cuts as p; p.seed({options.reports})"
        )
    print(run.python(DATABASE, f"from bench import paper_cuts as p; p.measure({options.rounds})"))


if __name__ == "__main__":
    main()

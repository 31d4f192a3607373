"""Ten thousand or a million reports with their timers, classifications and events, set-based.

A tenth is open. Statements run with `session_replication_role = replica`: the rows are consistent by
construction, and checking a million deferred keys would measure PostgreSQL, not us.
"""

from datetime import time, timedelta

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from psycopg2.extras import DateTimeTZRange

from foundation import clock
from oncall.models import Duty, DutyKind
from problem_reports.clocks import policies
from teams.lifecycle import Readers, Role, TeamKind
from teams.models import (
    ApiToken,
    Membership,
    Person,
    ProductArea,
    Team,
)
from teams.rules import Hours
from teams.services.calendars import Week, lay_out

DELIVERY_TEAMS = 4
AREAS_PER_TEAM = 10

ROWS = """
SET LOCAL session_replication_role = replica;
SET LOCAL synchronous_commit = off;

INSERT INTO problem_reports_customer (name) SELECT 'Customer ' || n FROM generate_series(1, 500) n;

INSERT INTO problem_reports_problemreport
    (id, title, description, steps, expected, actual, affected_version, environment, team_id,
     product_area_id, filing_team_id, filed_by_id, filed_at, impact, urgency, stated_priority,
     priority, prioritised_at, state, "left", assignee_id, started_at, snoozed_until, closed_at,
     living_id, due_at, version)
SELECT n, 'Totals differ on export number ' || n, repeat('The export says 41.20. ', 12), '', '', '',
       '', '', t.team, t.area, %(support)s, %(lena)s, t.filed, 'some_users', 'high', 'P2', 'P2', NULL,
       t.state, '{}', CASE WHEN t.state IN ('assigned', 'investigating') THEN %(ines)s END,
       NULL, NULL, CASE WHEN t.state = 'closed' THEN t.filed + interval '2 days' END,
       CASE WHEN t.state = 'closed' THEN n END,
       CASE WHEN t.state <> 'closed' THEN t.filed + interval '40 days' END, 1
FROM (
    SELECT n, (%(teams)s::bigint[])[1 + (n / 13) %% %(team_count)s] AS team,
           (%(areas)s::bigint[])[1 + ((n / 13) %% %(team_count)s) * %(area_count)s + (n / 7) %% %(area_count)s]
             AS area,
           %(now)s - interval '3 days' - (%(count)s - n) * (interval '700 days' / %(count)s) AS filed,
           CASE WHEN n %% 10 < 9 THEN 'closed'
                WHEN n %% 30 = 9 THEN 'assigned' WHEN n %% 30 = 19 THEN 'investigating'
                ELSE 'to_be_investigated' END AS state
    FROM generate_series(1, %(count)s) n
) t;

INSERT INTO problem_reports_affected (report_id, customer_id, joined_at)
SELECT id, (SELECT min(id) FROM problem_reports_customer) + id %% 500, filed_at
FROM problem_reports_problemreport;

INSERT INTO journal_text (id, body, redaction_reason)
SELECT id, 'It rounds each line before it adds them; use the rounded column until we change it.', ''
FROM problem_reports_problemreport;

INSERT INTO problem_reports_classification
    (id, report_id, number, outcome, cause, hours, message_id, already_fixed_in, by_id, at)
SELECT id, id, 1, 'how_to', 'knowledge', 1.5, id, '', %(ines)s, closed_at
FROM problem_reports_problemreport WHERE state = 'closed';

INSERT INTO journal_event (name, kind, subject, by_id, at, recorded_at, source, internal, text_id, data)
SELECT v.name, 'problem_report', r.id, v.by, r.filed_at + v.after, %(now)s, 'demo', false,
       CASE WHEN v.says THEN r.id END, v.data::jsonb
FROM problem_reports_problemreport r
CROSS JOIN (VALUES
    ('problem_report.filed', %(lena)s, interval '0', false, '{"priority": "P2"}'),
    ('problem_report.assigned', %(rhea)s, interval '1 hour', false, '{"assignee": "ines"}'),
    ('problem_report.started', %(ines)s, interval '2 hours', false, '{}'),
    ('problem_report.responded', %(ines)s, interval '3 hours', true, '{"first_response": true}'),
    ('problem_report.classified', %(ines)s, interval '2 days', true, '{"outcome": "how_to"}')
) AS v (name, by, after, says, data)
WHERE r.state = 'closed' OR v.name = 'problem_report.filed';

INSERT INTO problem_reports_timer
    (report_id, kind, epoch, policy_version_id, priority, state, stage, started_at, warn_at, due_at,
     escalate_at, next_at, armed_at, armed_because, stopped_at, stopped_by_id)
SELECT r.id, k.kind, 1, (SELECT min(id) FROM problem_reports_policyversion), r.priority,
       CASE WHEN r.state = 'closed' THEN 'met' ELSE 'armed' END, 0, r.filed_at,
       r.filed_at + interval '30 days', r.filed_at + interval '40 days', r.filed_at + interval '50 days',
       CASE WHEN r.state <> 'closed' THEN r.filed_at + interval '30 days' END, r.filed_at, 'file',
       CASE WHEN r.state = 'closed' THEN r.filed_at + interval '1 day' END,
       CASE WHEN r.state = 'closed' THEN (SELECT min(id) FROM journal_event) END
FROM problem_reports_problemreport r
CROSS JOIN (VALUES ('first_response'), ('classification')) AS k (kind);

INSERT INTO bench_barereport (id, title, description, team, filed_by_id, state, priority, due_at)
SELECT id, title, description, team_id, filed_by_id, state, priority, coalesce(due_at, filed_at)
FROM problem_reports_problemreport;
"""

#: Reports that only wait, each with two promises that run: what the sweep is measured on.
PROMISES = """
SET LOCAL session_replication_role = replica;
SET LOCAL synchronous_commit = off;

INSERT INTO problem_reports_problemreport
    (id, title, description, steps, expected, actual, affected_version, environment, team_id,
     product_area_id, filed_by_id, filed_at, impact, urgency, stated_priority, priority, state, "left",
     due_at, version)
SELECT n, 'Totals differ on export number ' || n, 'The export says 41.20.', '', '', '', '', '',
       (%(teams)s::bigint[])[1], (%(areas)s::bigint[])[1], %(lena)s, %(now)s, 'some_users', 'high', 'P2',
       'P2', 'to_be_investigated', '{}', %(now)s + interval '40 days', 1
FROM generate_series(1, %(count)s) n;

INSERT INTO problem_reports_timer
    (report_id, kind, epoch, policy_version_id, priority, state, stage, started_at, warn_at, due_at,
     escalate_at, next_at, armed_at, armed_because)
SELECT r.id, k.kind, 1, (SELECT min(id) FROM problem_reports_policyversion), 'P2', 'armed', 0, %(now)s,
       %(now)s + interval '30 days', %(now)s + interval '40 days', %(now)s + interval '50 days',
       %(now)s + interval '30 days', %(now)s, 'file'
FROM problem_reports_problemreport r
CROSS JOIN (VALUES ('first_response'), ('classification')) AS k (kind) ORDER BY r.id;
"""

AFTER = """
SELECT setval(pg_get_serial_sequence('problem_reports_problemreport', 'id'), %(count)s);
SELECT setval(pg_get_serial_sequence('problem_reports_classification', 'id'), %(count)s);
SELECT setval(pg_get_serial_sequence('journal_text', 'id'), %(count)s);
SELECT setval(pg_get_serial_sequence('bench_barereport', 'id'), %(count)s);
"""


def people_and_teams() -> dict[str, object]:
    """Four delivery teams that the company reads, a support team, and who acts in the benchmark."""
    now = clock.now()
    hours = [
        Hours(day, a, b)
        for day in range(5)
        for a, b in ((time(9), time(12, 30)), (time(13, 30), time(18)))
    ]
    office = lay_out("Office", Week("Europe/Brussels", hours), at=now)
    support = Team.objects.create(
        slug="services", name="Services", kind=TeamKind.SUPPORT, calendar=office
    )
    teams = [
        Team.objects.create(
            slug=f"team-{n}",
            name=f"Team {n}",
            kind=TeamKind.DELIVERY,
            readers=Readers.COMPANY,
            calendar=office,
        )
        for n in range(DELIVERY_TEAMS)
    ]
    areas = [
        ProductArea.objects.create(team=team, slug=f"{team.slug}-area-{n}", name=f"Area {n}")
        for team in teams
        for n in range(AREAS_PER_TEAM)
    ]
    people = {name: Person.objects.create_user(name) for name in ("lena", "rhea", "ines")}
    Membership.objects.create(person=people["lena"], team=support, role=Role.REPORTER)
    for name in ("rhea", "ines"):
        Membership.objects.create(person=people[name], team=teams[0], role=Role.DEVELOPER)
    span = DateTimeTZRange(now - timedelta(days=900), now + timedelta(days=90), "[)")
    for team in teams:
        Duty.objects.create(
            team=team, duty=DutyKind.RELEASE_MANAGER, person=people["rhea"], during=span
        )
        policies.publish_default(team, at=now)
    return {"now": now, "support": support, "teams": teams, "areas": areas, "people": people}


def seed(count: int) -> None:
    """Fill an empty database with `count` reports."""
    _fill(count, ROWS, AFTER)


def promises(count: int) -> None:
    """Fill an empty database with `count` reports that wait, and two running timers of each."""
    _fill(count, PROMISES)


@transaction.atomic
def _fill(count: int, *statements: str) -> None:
    cast = people_and_teams()
    people, teams, areas = cast["people"], cast["teams"], cast["areas"]
    values = {
        "count": count,
        "now": cast["now"],
        "support": cast["support"].pk,  # type: ignore[attr-defined]
        **{name: person.pk for name, person in people.items()},  # type: ignore[attr-defined]
        "teams": [t.pk for t in teams],  # type: ignore[attr-defined]
        "areas": [a.pk for a in areas],  # type: ignore[attr-defined]
        "team_count": DELIVERY_TEAMS,
        "area_count": AREAS_PER_TEAM,
    }
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)


def settle() -> None:
    """What autovacuum would have done by the next morning."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def keys() -> dict[str, str]:
    """A bearer token and a session cookie per person."""
    found = {}
    for person in Person.objects.filter(username__in=("lena", "rhea", "ines")):
        _, token = ApiToken.objects.create(user=person)
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        found[f"{person.username}_token"] = token
        found[f"{person.username}_session"] = session.session_key or ""
    return found

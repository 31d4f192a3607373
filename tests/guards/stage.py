"""Rows to break, and plain SQL to break them with: no service stands between these tests and the database."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg2
import pytest
from django.db import Error, connection, transaction

from bugs import services as bugs
from bugs.models import Bug
from channels.models import Mail, Outage
from foundation import clock
from journal.models import Text
from oncall import services as oncall
from oncall.models import Duty, FeedEntry, GapTold, Handoff, LayerHours, Participant, StandInAct
from oncall.rules.escalation import Step
from oncall.services import advance, hand_over, paging, pair, speak
from oncall.services.feeds import publish_feeds, renew_feed, revoke_feed
from postmortems import services as post_mortems
from postmortems.models import Hit, SecondCoding, Subscriber
from postmortems.rules.triggers import Rules
from problem_reports import services as reports
from problem_reports.clocks import sweep
from problem_reports.models import ProblemReport, Signal, Timer
from sprints import services as sprints
from sprints.models import (
    Availability,
    BacklogItem,
    Carried,
    Improvement,
    Leaving,
    NightRest,
    Overdraft,
    Planning,
    Sprint,
)
from teams.services.agreements import start_with_the_four
from teams.services.calendars import Week, lay_out
from tests.bugs.acts import a_loan, a_release
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_sprint
from tests.oncall.turns import layer
from tests.postmortems.acts import (
    a_kept_phrase,
    action_in,
    categorised,
    complete,
    invited,
    proposed,
    proposed_review,
    published,
    with_factor,
)
from tests.teams.made import HOURS
from tests.teams.test_agreements import a_trial


@dataclass(frozen=True)
class Stage:
    """The keys of one row of every kind."""

    keys: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.keys[name]


@pytest.fixture(scope="module")
def stage(shared_cast: Cast) -> Stage:
    cast = shared_cast
    fixed = a_bug(cast, "verified")  # with a running sprint, a ledger and a link
    link = fixed.links.get()
    ahead = a_release(cast, a_bug(cast, "fixed", points=1))
    released = a_bug(cast, "verified", points=1)
    out = a_release(cast, released, named="5.1", days=0)
    waiting, closed = a_report(cast, "waiting"), a_report(cast, "closed", customer="Acme")
    reports.watch(closed.pk, by=cast.lena, at=clock.now())
    queued, open_ = a_bug(cast), a_report(cast, "investigating")
    linking = reports.classify(
        a_report(cast).pk,
        outcome="bug",
        message="Known.",
        hours=Decimal(0),
        existing_bug=queued.pk,
        by=cast.rhea,
        at=clock.now(),
    )
    disputed = a_report(cast, "closed")
    reports.dispute(disputed.pk, message="No.", by=cast.lena, at=clock.now())
    warned = a_report(cast)
    Timer.objects.filter(report=warned).update(next_at=clock.now())
    sweep.sweep()
    Outage.objects.create(name="timers", since=cast.now - timedelta(hours=2), until=cast.now)
    planned = a_sprint(cast)
    overdrawn = a_bug(cast, "in_sprint", priority="P0", points=200)
    overdraft = Overdraft.objects.get(bug=overdrawn.pk)
    work = sprints.log_work(
        cast.billing, kind="shadow", hours=Decimal(1), source_team=cast.services, by=cast.otto,
        at=clock.now(),
    )  # fmt: skip
    item = BacklogItem.objects.create(
        team=cast.billing, title="Watch the export", kind="debt", debt="monitoring_gap",
        rationale="Nobody sees when it fails.", state="accepted", position=1, added_by=cast.ines,
        added_at=cast.now,
    )  # fmt: skip
    leaving = Leaving.objects.create(overdraft=overdraft, item=item, points=1)
    why = Text.objects.create(body="It took longer")
    carried = Carried.objects.create(
        sprint=planned, item=item, track="planned", points=1, reason=why
    )
    improvement = Improvement.objects.create(sprint=planned, text=why, added_at=cast.now)
    Planning.objects.create(team=cast.billing)
    Availability.objects.create(sprint=planned, person=cast.ines, days=10)
    running = Sprint.objects.get(state="running")
    assert linking.living is not None
    assert closed.living is not None
    free = {cast.today: "Rebuilding"}
    lay_out("Closed today", Week("UTC", HOURS, free), at=cast.now)
    planned_bug = a_bug(cast)
    bugs.propose_plan(
        planned_bug.pk, approach="One queue", estimate=Decimal(3), by=cast.ines, at=clock.now()
    )
    plan = planned_bug.plans.get()
    p1_policy = bugs.publish_p1_policy(
        cast.billing.pk, way="pair", since=cast.today, by=cast.rhea, at=clock.now()
    )
    loan = a_loan(cast, a_bug(cast))
    feed, _ = renew_feed(cast.ines, by=cast.ines, at=clock.now())
    revoked, _ = renew_feed(cast.otto, by=cast.otto, at=clock.now())
    revoke_feed(revoked.pk, by=cast.otto, at=clock.now())
    publish_feeds([cast.billing.pk], at=clock.now())
    oncall.publish_escalation_policy(
        cast.billing.pk, steps=[Step(0, ("on_call",))], gives_up_after=9, p1="any_hour",
        by=cast.rhea, at=clock.now(),
    )  # fmt: skip
    paged = paging.page(
        cast.billing, priority="P1", report=a_report(cast).pk, by=cast.ines, at=clock.now()
    )
    night_rest = NightRest.objects.create(
        team=cast.billing, person=cast.ines, day=cast.today, hours=4, told=paged.told.get()
    )
    begins = clock.now() - timedelta(days=9)
    office = layer(cast, cast.sami, cast.adam, hours=frozenset(HOURS))
    rotation = oncall.set_up_rotation(
        cast.platform, "on_call", layers=[office], by=cast.adam, at=begins, source="demo"
    )
    made = oncall.override(
        rotation.pk, person=cast.adam, start=clock.now(), end=cast.now + timedelta(days=3),
        by=cast.adam, at=clock.now(),
    )  # fmt: skip
    away = oncall.record_absence(
        cast.lena, start=cast.now, end=cast.now + timedelta(days=3), by=cast.lena, at=clock.now()
    )
    shift = rotation.duties.filter(during__startswith__gt=clock.now()).earliest("during")
    swap = oncall.offer_swap(rotation.pk, slot=shift.slot, by=cast.adam, at=clock.now())
    rotation.refresh_from_db()
    layers = rotation.versions.get().layers
    act = {"by": cast.rhea, "at": clock.now()}
    step = advance(cast.billing, "on_call", person=cast.ines, evidence="She is new", **act)
    note = speak(
        cast.billing, "on_call", person=cast.ines, text="I am ready", by=cast.ines, at=clock.now()
    )
    shift = Duty.objects.filter(team=cast.billing, duty="on_call").earliest("during")
    pairing = pair(shift.pk, trainee=cast.ines, **act)
    left = hand_over(
        cast.billing, "release_manager", note="PR-1 waits", by=cast.rhea, at=clock.now()
    )
    came = Handoff.objects.create(
        team=cast.billing, duty="release_manager", person=cast.rhea, starts_at=cast.now
    )
    a_report(cast, "closed")
    rules = post_mortems.publish_trigger_rules(
        cast.billing.pk, rules=Rules(), by=cast.rhea, at=clock.now()
    )
    burnt = a_bug(cast, priority="P0")
    learnt, asked, out_now = complete(cast), proposed(cast), published(cast)
    factor = learnt.factors.order_by("pk")[0]
    below = with_factor(cast, learnt, "The formula was copied.", contributes_to=factor.pk)
    start_with_the_four(cast.billing, by=cast.rhea, at=clock.now())
    clause = cast.billing.agreements.order_by("pk")[0]
    keys = {
        "post_mortem": learnt.pk,
        "asked_post_mortem": asked.pk,
        "second_coding": SecondCoding.objects.filter(factor__post_mortem=categorised(cast))
        .earliest("pk")
        .pk,
        "asked_review": proposed_review(cast).pk,
        "published_post_mortem": out_now.pk,
        "published": out_now.versions.get().pk,
        "moment": learnt.moments.filter(event__isnull=False).order_by("pk")[0].pk,
        "invited": invited(cast).participants.get().pk,
        "subscriber": Subscriber.objects.create(team=cast.billing, person=cast.ines).pk,
        "trigger_rules": rules.pk,
        "trigger_hit": Hit.objects.get(post_mortem__bug=burnt).pk,
        "factor": factor.pk,
        "factor_below": below,
        "factor_link": factor.contributed.get().pk,
        "factor_elsewhere": out_now.factors.order_by("pk")[0].pk,
        "barrier": learnt.barriers.get().pk,
        "clause": clause.pk,
        "trial": a_trial(cast).pk,
        "action": learnt.actions.get().pk,
        "verified_action": action_in(cast, "verified", out_now).pk,
        "kept": a_kept_phrase(cast, learnt).pk,
        "stand_in": StandInAct.objects.create(
            team=cast.billing, verb="inject", bug=queued.pk, by=cast.otto, at=cast.now
        ).pk,
        "page": paged.pk,
        "page_step": paged.told.get().pk,
        "escalation": cast.billing.escalation_policies.get(number=2).pk,
        "handoff_note": left.pk,
        "handoff": came.pk,
        "gap": GapTold.objects.create(
            team=cast.billing, duty="on_call", during=shift.during, told_at=cast.now
        ).pk,
        "ladder_step": step.pk,
        "ladder_note": note.pk,
        "pairing": pairing.pk,
        "feed": feed.pk,
        "revoked_feed": revoked.pk,
        "feed_entry": FeedEntry.objects.filter(team=cast.billing).order_by("pk")[0].pk,
        "ahead": ahead.pk,
        "out": out.pk,
        "entry": out.entries.get().pk,
        "released": released.pk,
        "refuted": a_bug(cast, "refuted").pk,
        "rotation": rotation.pk,
        "rotation_version": rotation.versions.get().pk,
        "layer": layers.get().pk,
        "layer_hours": LayerHours.objects.earliest("pk").pk,
        "participant": Participant.objects.earliest("pk").pk,
        "swap": swap.pk,
        "override": made.pk,
        "absence": away.pk,
        "served": rotation.duties.filter(during__endswith__lt=cast.now - timedelta(days=1))
        .earliest("during")
        .pk,
        "runs": rotation.duties.get(during__contains=rotation.published_at).pk,
        "shift": rotation.duties.filter(during__startswith__gt=cast.now + timedelta(days=9))
        .earliest("during")
        .pk,
        "p1_policy": p1_policy.pk,
        "plan": plan.pk,
        "agreement": plan.agreements.get().pk,
        "owing": loan.bug_id,
        "loan": loan.pk,
        "mitigation": loan.mitigation_id,
        "report": a_report(cast).pk,
        "open": open_.pk,
        "waiting": waiting.pk,
        "snoozed": a_report(cast, "snoozed").pk,
        "closed": closed.pk,
        "classification": closed.living.pk,
        "bug_classification": queued.opened_by,
        "linking": linking.living.pk,
        "old": disputed.classifications.get().pk,
        "bug": queued.pk,
        "fixed": fixed.pk,
        "postponed": a_bug(cast, "postponed").pk,
        "link": link.pk,
        "running": running.pk,
        "item": item.pk,
        "carried": carried.pk,
        "night_rest": night_rest.pk,
        "improvement": improvement.pk,
        "overdraft": overdraft.pk,
        "overdrawn": overdrawn.pk,
        "leaving": leaving.pk,
        "work": work.pk,
        "planned": planned.pk,
        "elsewhere": a_sprint(cast, team=cast.platform, by=cast.adam).pk,
        "timer": Timer.objects.get(report=open_, kind="first_response").pk,
        "signal": Signal.objects.first().pk,
        "met": Timer.objects.get(report=closed, kind="classification").pk,
        "version": cast.billing.policy_versions.get().pk,
        "team": cast.billing.pk,
        "platform": cast.platform.pk,
        "calendar": cast.office.pk,
        "calendar_version": cast.office.versions.get().pk,
        "area": cast.invoicing.pk,
        "lena": cast.lena.pk,
        "ines": cast.ines.pk,
        "rhea": cast.rhea.pk,
        "pia": cast.pia.pk,
        "duty": Duty.objects.get(team=cast.billing, duty="on_call").pk,
        "text": closed.living.message_id,
        "customer": closed.affected.get().customer_id,
        "mail": Mail.objects.create(
            key="a-mail",
            person=cast.lena,
            kind="single",
            most_attempts=5,
            due_at=cast.now,
            next_at=cast.now,
        ).pk,
        "any_event": _first("journal_event"),
    }
    assert Bug.objects.get(pk=keys["postponed"]).review_on
    assert ProblemReport.objects.get(pk=keys["waiting"]).left
    # What the stage left to be checked at commit is checked now, so that a refusal below is of the act.
    connection.check_constraints()
    return Stage(keys)


def _first(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(id) FROM {table}")
        key: int = cursor.fetchone()[0]
    return key


@dataclass(frozen=True)
class Refusal:
    constraint: str
    code: str
    words: str


def refusal_of(sql: str, params: Any = None) -> Refusal | None:
    """What the database says to a statement, at commit at the latest; None when it lets it pass.

    Whatever happens is taken back.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            transaction.set_rollback(True)
    except Error as error:
        cause = error.__cause__
        assert isinstance(cause, psycopg2.Error)
        return Refusal(cause.diag.constraint_name or "", cause.pgcode or "", str(cause))
    return None


@dataclass(frozen=True)
class Broken:
    """A row as it must never be: a copy of one with changes, or the row itself changed, or plain SQL."""

    name: str
    sql: str
    table: str = ""
    key: str = ""
    changes: tuple[tuple[str, Any], ...] = ()

    def attempt(self, stage: Stage) -> Refusal | None:
        if not self.table:
            return refusal_of(self.sql, stage.keys)
        told = {k: stage[v[1:]] if _is_key(v) else v for k, v in self.changes}
        return refusal_of(self.sql, {"key": stage[self.key], "changes": json.dumps(told)})


def _is_key(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("@")


#: A key that no row has.
FREE = 2**40


def copied(name: str, table: str, key: str, /, **changes: Any) -> Broken:
    """A copy of a row with changes is refused by `name`; `"@bug"` stands for the key of that row."""
    sql = (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(t, %(changes)s::jsonb)).* "
        f"FROM {table} t WHERE id = %(key)s"
    )
    return Broken(name, sql, table, key, tuple({"id": FREE, **changes}.items()))


def changed(name: str, table: str, key: str, /, **changes: Any) -> Broken:
    """Changing a row so is refused by `name`."""
    columns = ", ".join(f'"{c}" = n."{c}"' for c in changes)
    sql = (
        f"UPDATE {table} t SET {columns} FROM "
        f"(SELECT (jsonb_populate_record(o, %(changes)s::jsonb)).* FROM {table} o WHERE id = %(key)s) n "
        "WHERE t.id = n.id"
    )
    return Broken(name, sql, table, key, tuple(changes.items()))


def plainly(name: str, sql: str) -> Broken:
    """A statement that names rows as %(bug)s is refused by `name`."""
    return Broken(name, sql)


def each(*broken: Broken) -> Iterator[Any]:
    for n, one in enumerate(broken):
        yield pytest.param(one, id=f"{one.name}-{n}")

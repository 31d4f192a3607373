"""The things that the addresses of tests/permissions.toml name, made for Billing or for Platform.

A thing is a function (cast, owner, state) -> what it offers: the values of the address (`reference`) and
words for `send` and `headers` (`$developer`). Page authors add theirs here.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from bugs import services as bugs
from channels.models import Mail
from foundation import clock
from journal.models import Text
from oncall import services as oncall
from oncall.models import Duty, HandoffNote, Page
from problem_reports import services as reports
from sprints import services as sprints
from sprints.models import Overdraft, Sprint
from teams.models import Membership, ProductArea
from tests.bugs.acts import a_loan, a_release
from tests.cast import Cast, today_there
from tests.factories import a_bug, a_report, a_running_sprint, a_sprint, an_item
from tests.oncall.turns import layer
from tests.postmortems import acts as post_mortems
from tests.teams.test_agreements import a_trial

Offer = dict[str, str]


def at(cast: Cast, owner: str) -> Any:
    """The cast as the factories need it, with the owner's people in Billing's parts."""
    if owner == "billing":
        return SimpleNamespace(**vars(cast), area="invoicing", other_area="payments")
    parts = vars(cast) | {"rhea": cast.sami, "ines": cast.sami, "otto": cast.adam, "pia": cast.adam}
    return SimpleNamespace(
        **parts | {"billing": cast.platform}, area="login", other_area="single-sign-on"
    )


def report(cast: Cast, owner: str, state: str = "") -> Offer:
    """A report that Lena filed; `prioritised` is to_be_investigated and prioritised."""
    there = at(cast, owner)
    ProductArea.objects.get_or_create(
        slug="single-sign-on", defaults={"team": cast.platform, "name": "Single sign-on"}
    )
    plain = "to_be_investigated" if state in ("", "prioritised") else state
    found = a_report(there, plain, product_area=there.area)
    if state == "prioritised":
        reports.prioritise(
            found.pk, priority="P1", reason="It bites", by=there.rhea, at=clock.now()
        )
    return {
        "reference": found.reference,
        "developer": there.ines.username,
        "other_area": there.other_area,
    }


def bug(cast: Cast, owner: str, state: str = "") -> Offer:
    """A bug of a report of Lena's, estimated at 3, with a running and a coming sprint.

    `planned` has a plan of a developer's, `disputed` one with an objection on the record; `owing` has a
    code workaround, whose payback is finished when it is `repayable`.
    """
    there = at(cast, owner)
    owes = state in ("owing", "repayable")
    estimated = owes or state in ("", "estimated", "planned", "disputed")
    found = a_bug(there, "to_be_scheduled" if estimated else state, product_area=there.area)
    if estimated:
        bugs.estimate(found.pk, points=Decimal(3), by=there.ines, at=clock.now())
    if state in ("planned", "disputed"):
        plan = {"approach": "One queue", "estimate": Decimal(3), "at": clock.now()}
        bugs.propose_plan(found.pk, **plan, by=there.ines)
    if state == "disputed":
        told = {"revision": 1, "reason": "It hides the cause", "at": clock.now()}
        bugs.object_to_plan(found.pk, **told, by=there.rhea)
    offer = {
        "reference": found.reference,
        "developer": there.ines.username,
        "running": a_running_sprint(there).reference,
        "coming": a_sprint(there).reference,
    }
    if owes:
        finished, agreed = state == "repayable", [there.ines.username]
        offer["loan"] = str(a_loan(there, found, finished=finished, agreed=agreed).pk)
    return offer


def release(cast: Cast, owner: str, state: str = "") -> Offer:
    """A planned version, and a verified bug that waits for one."""
    there = at(cast, owner)
    planned = a_release(there, a_bug(there, "verified", product_area=there.area))
    waits = a_bug(there, "verified", product_area=there.area)
    return {
        "number": str(planned.pk),
        "team": owner,
        "bug": waits.reference,
        "key": str(waits.pk),
        "ahead": f"{today_there() + timedelta(days=60)}",
    }


def sprint(cast: Cast, owner: str, state: str = "") -> Offer:
    there = at(cast, owner)
    made = a_sprint(there) if not state else a_running_sprint(there)
    if state == "late":  # with a bug that could be pulled forward
        thing = a_bug(there, "scheduled", priority="P2", product_area=there.area)
        long_ago = today_there() - timedelta(days=20)
        Sprint.objects.filter(pk=made.pk).update(starts_on=long_ago, ends_on=long_ago)
        return {"reference": made.reference, "thing": thing.reference}
    if state in ("over", "tried"):
        made = sprints.close(made.pk, reasons={}, goal_met=True, by=there.pia, at=clock.now())
    if state == "tried":
        text = {"text": "Pair", "by": there.pia, "at": clock.now()}
        tried = sprints.add_improvement(made.pk, **text)
        later = sprints.start(a_sprint(there).pk, by=there.pia, at=clock.now())
        made = sprints.close(later.pk, reasons={}, goal_met=True, by=there.pia, at=clock.now())
        return {"name": made.reference, "key": str(tried.pk)}
    if state == "at_risk":
        made = sprints.flag_goal_risk(made.pk, reason="Late", by=there.pia, at=clock.now())
    return {"reference": made.reference, "name": made.reference}


def item(cast: Cast, owner: str, state: str = "") -> Offer:
    """A backlog item, accepted and estimated when no state is asked for, with another and a coming sprint."""
    there = at(cast, owner)
    if owner != "billing":  # somebody has to decide what is in its backlog
        Membership.objects.create(person=there.pia, team=there.billing, role="product_owner")
    other = an_item(there, "accepted")
    if state == "running":
        found = an_item(there, "scheduled", sprint=a_running_sprint(there, team=there.billing))
    else:
        found = an_item(there, state or "accepted")
    coming = a_sprint(there)
    return {"reference": found.reference, "other": other.reference, "coming": coming.reference}


def overdraft(cast: Cast, owner: str, state: str = "") -> Offer:
    """A P0 that took more than the reserve, while a piece of planned work could leave (`asked`: it is proposed)."""
    there = at(cast, owner)
    if owner != "billing":  # somebody has to answer, and to order the work that could leave
        Membership.objects.create(person=there.pia, team=there.billing, role="product_owner")
    sprint = a_running_sprint(there, 1)
    item = an_item(there, "scheduled", sprint=sprint, team=there.billing)
    bug = a_bug(there, priority="P0", product_area=there.area)
    more = {"sprint_id": sprint.pk, "points": Decimal(3), "reason": "It bites"}
    leaves = [item.reference] if state == "asked" else []
    bugs.inject(bug.pk, **more, leaves=leaves, by=there.rhea, at=clock.now())
    found = Overdraft.objects.get(sprint=sprint, state="open")
    return {"key": str(found.pk), "item": item.reference}


def page(cast: Cast, owner: str, state: str = "") -> Offer:
    """A page about a P0 of Lena's; `confirmed`: the release manager did."""
    there = at(cast, owner)
    found = a_report(there, product_area=there.area, impact="everyone", urgency="critical")
    made = Page.objects.get(report=found.pk)
    if state == "confirmed":
        reports.confirm(found.pk, by=there.rhea, at=clock.now())
    return {"key": str(made.pk), "reference": found.reference, "area": there.area}


def attachment(cast: Cast, owner: str, state: str = "") -> Offer:
    there = at(cast, owner)
    found = a_report(there, product_area=there.area)
    kept = reports.attach(
        found.pk, name="trace.txt", content=b"seen at 9:40", by=cast.lena, at=clock.now()
    )
    return {"reference": found.reference, "key": str(kept.pk)}


def settings(cast: Cast, owner: str, state: str = "") -> Offer:
    """A team's settings: an area without experts, a duty of next year, or a calendar (`state`)."""
    there = at(cast, owner)
    area, _ = ProductArea.objects.get_or_create(
        slug=f"{owner}-letters", defaults={"team": there.billing, "name": "Letters"}
    )
    offer = {"team": owner, "area": area.slug, "other": str(cast.office.pk), "key": ""}
    if state == "calendar":
        offer["key"] = str(cast.office.pk)
    if state == "duty":
        start = cast.now + timedelta(days=400)
        span = {"start": start, "end": start + timedelta(days=7)}
        act = {"by": cast.adam, "at": clock.now()}
        offer["key"] = str(oncall.set_up(there.billing, "on_call", there.ines, **span, **act).pk)
    return offer


def feed(cast: Cast, owner: str, state: str = "") -> Offer:
    """Ines's address for her own duties; nobody's when it is nowhere (`everywhere`)."""
    if owner == "everywhere":
        return {"secret": "nobodys"}
    made, secret = oncall.renew_feed(cast.ines, by=cast.ines, at=clock.now())
    return {"key": str(made.pk), "secret": secret}


def ladder(cast: Cast, owner: str, state: str = "") -> Offer:
    """Ines observes Billing's on-call duty; `paired`: she goes along with Otto now."""
    act = {"by": cast.rhea, "at": clock.now()}
    oncall.advance(cast.billing, "on_call", person=cast.ines, evidence="She is new", **act)
    offer = {"team": "billing", "now": clock.now().isoformat()}
    if state == "paired":
        shift = Duty.objects.get(team=cast.billing, duty="on_call")
        offer["key"] = str(oncall.pair(shift.pk, trainee=cast.ines, **act).pk)
    return offer


def handoff_note(cast: Cast, owner: str, state: str = "") -> Offer:
    """What Otto, who had Billing's release manager's duty an hour ago, leaves to Rhea, who has it now."""
    words = Text.objects.create(body="PR-1 waits")
    note = HandoffNote.objects.create(
        team=cast.billing, duty="release_manager", text=words, by=cast.otto, at=cast.now
    )
    return {"team": "billing", "key": str(note.pk)}


def rotation(cast: Cast, owner: str, state: str = "") -> Offer:
    """Who releases for a team from next month on: its admin, with an offer, an override and an absence of Adam."""
    team = cast.billing if owner == "billing" else cast.platform
    begins = cast.now + timedelta(days=31)
    turns = layer(cast, cast.adam, starts=begins.date())
    act = {"by": cast.adam, "at": clock.now()}
    made = oncall.set_up_rotation(team, "release_manager", layers=[turns], since=begins, **act)
    slot = made.duties.earliest("during").slot
    swap = oncall.offer_swap(made.pk, slot=slot, **act)
    span = {"start": begins + timedelta(days=9), "end": begins + timedelta(days=10)}
    override = oncall.override(made.pk, person=cast.adam, **span, **act)
    away = {"start": begins + timedelta(days=20), "end": begins + timedelta(days=21)}
    absence = oncall.record_absence(cast.adam, **away, **act)
    keys = {"swap": swap.pk, "override": override.pk, "absence": absence.pk}
    return {
        "key": str(keys.get(state, made.pk)),
        "rotation": str(made.pk),
        "team": owner,
        "duty": "on-call",
        "verb": "withdraw-swap" if state == "swap" else "override",
        "slot": slot,
        "day": f"{span['start']:%Y-%m-%d}",
        "day_after": f"{span['end']:%Y-%m-%d}",
        "newcomer": "otto" if owner == "billing" else "sami",
        "start": f"{span['start']:%Y-%m-%dT%H:%M}",
        "end": f"{span['end']:%Y-%m-%dT%H:%M}",
    }


def dead_mail(cast: Cast, owner: str, state: str = "") -> Offer:
    """A mail to Lena that was given up."""
    mail = Mail.objects.create(
        key=f"dead-{owner}",
        person=cast.lena,
        kind="single",
        state="dead",
        attempts=1,
        most_attempts=1,
        due_at=cast.now,
        next_at=cast.now,
        last_error="550 no such mailbox",
    )
    return {"key": str(mail.pk)}


def nothing(cast: Cast, owner: str, state: str = "") -> Offer:
    return {}


def paper_cuts(cast: Cast, owner: str, state: str = "") -> Offer:
    """A small report of Lena's that was classified: knowledge was missing."""
    there = at(cast, owner)
    a_report(there, "closed", product_area=there.area)
    today = today_there()
    days = {"since": f"{today - timedelta(days=9)}", "until": f"{today + timedelta(days=1)}"}
    return {"area": there.area, "cause": "knowledge", "team": owner, **days}


def post_mortem(cast: Cast, owner: str, state: str = "") -> Offer:
    """One with two factors and a barrier, open when no state is asked for; a phrase that may be kept."""
    there = at(cast, owner)
    made = post_mortems.MADE[state or "complete"](there, a_bug(there, product_area=there.area))
    offer = {"reference": made.reference, "guest": cast.leo.username}
    if not state:
        post_mortems.blame(there, made)
        offer["moment"] = str(made.moments.order_by("pk")[0].pk)
        offer["owner"] = there.otto.username
        offer["cause"], offer["effect"] = (str(f.pk) for f in made.factors.order_by("pk"))
        offer["from"] = f"factor-{offer['cause']}"
    return offer


def action(cast: Cast, owner: str, state: str = "") -> Offer:
    """An action that waits for the product owner when no state is asked for; Ines did what is done."""
    there = at(cast, owner)
    if owner != "billing":  # somebody has to decide what is in its backlog
        Membership.objects.create(person=there.pia, team=there.billing, role="product_owner")
    made = post_mortems.complete(there, a_bug(there, product_area=there.area))
    return {"reference": post_mortems.action_in(there, state or "proposed", made).reference}


def agreement(cast: Cast, owner: str, state: str = "") -> Offer:
    """A working agreement on trial, used twice and so to be adopted; a bug to use it on."""
    there = at(cast, owner)
    made = a_trial(there, by=there.rhea)
    return {"key": str(made.pk), "bug": a_bug(there, product_area=there.area).reference}


THINGS: dict[str, Callable[..., Offer]] = {
    "report": report,
    "bug": bug,
    "release": release,
    "sprint": sprint,
    "item": item,
    "overdraft": overdraft,
    "page": page,
    "attachment": attachment,
    "settings": settings,
    "rotation": rotation,
    "feed": feed,
    "ladder": ladder,
    "handoff_note": handoff_note,
    "dead_mail": dead_mail,
    "paper_cuts": paper_cuts,
    "post_mortem": post_mortem,
    "action": action,
    "agreement": agreement,
    "nothing": nothing,
}

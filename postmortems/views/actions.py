"""The front door of actions: all of them, one page each. What decides and plans them is the backlog's (PM-6)."""

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from channels.web import Verb, fresh_key, sent_version
from channels.web.acting import Door, Opened, act_by_form, drawn
from channels.web.named import named_or_404
from foundation import clock
from foundation.references import address
from journal.querysets import timeline
from journal.rows import as_html, timeline_rows
from journal.timeline import items as told
from oncall.querysets import standing
from oncall.rules import Standing
from postmortems.forms import actions as forms
from postmortems.lifecycle.actions import ACTIONS, OPEN_ACTION, ActionState
from postmortems.models import Action
from postmortems.policy import actions as policy
from postmortems.querysets.actions import came_back, rests_on, visible_to
from postmortems.rows import actions as rows
from postmortems.rules.actions import Figures
from postmortems.services import actions as services
from sprints.lifecycle import BACKLOG
from sprints.policy import backlog as backlog_policy

#: More than these of one kind nobody reads here.
MOST = 200
STATES = {
    "backlog_item.added": ActionState.PROPOSED,
    "action.more_asked_for": ActionState.ASKED,
    "action.answered": ActionState.PROPOSED,
    "action.accepted": ActionState.ACCEPTED,
    "action.declined": ActionState.DECLINED,
    "action.completed": ActionState.DONE,
    "action.verified": ActionState.VERIFIED,
    "action.sent_back": ActionState.ACCEPTED,
}
#: What the page asks for first, in each state; the rest stands beside the facts.
ASKED_OF = {
    ActionState.ASKED: ("answer",),
    ActionState.DONE: ("verify", "send_back"),
}
#: The backlog tells these of its item, and the action says the same a moment later.
TOLD_TWICE = tuple(
    f"backlog_item.{verb}" for verb in ("accepted", "declined", "finished", "opened_again")
)


DOORS = {
    "ask_for_more": Door(
        services.ask_for_more, "Ask for more", "{0.reference}: its owner is asked.", forms.AskForMoreForm, "Ask"
    ),
    "answer": Door(services.answer, "Answer", "{0.reference} is answered.", forms.AnswerForm, "Answer"),
    "extend": Door(
        services.extend, "Move the date", "{0.reference} has another date.", forms.ExtendForm, "Move it"
    ),
    "verify": Door(services.verify, "Verify", "{0.reference} is verified.", forms.VerifyForm, "It holds"),
    "send_back": Door(
        services.send_back, "It does not hold", "{0.reference} is to be done again.", forms.SendBackForm, "Send it back"
    ),
}  # fmt: skip


@login_required
@never_cache
@require_GET
def actions(request: HttpRequest) -> HttpResponse:
    """Open first, by their date; then what is to be verified, what was, and what was declined."""
    at = clock.now()
    who = standing(request.user, at)
    if not who.works_in_delivery:
        raise Http404("Actions are read by delivery teams.")
    found = visible_to(who)

    def those(*states: str, by: str = "due_on") -> list[Action]:
        return list(found.filter(state__in=states).order_by(by, "pk")[:MOST])

    waits = those(ActionState.PROPOSED, ActionState.ASKED)
    to_do = those(ActionState.ACCEPTED)
    done = those(ActionState.DONE, by="done_at")
    verified = those(ActionState.VERIFIED, by="-verified_at")
    declined = those(ActionState.DECLINED, by="-item")
    again = came_back(verified, at)
    context = {
        "groups": [
            (title, rows.rows(group, at, again))
            for title, group in (
                ("To be decided", waits),
                ("To do", to_do),
                ("To be verified", done),
                ("Verified", verified),
                ("Declined", declined),
            )
        ],
        "some": any((waits, to_do, done, verified, declined)),
        "weak": rows.share_of_weak([*waits, *to_do]),
    }
    return render(request, "post_mortems/actions.html", context)


@login_required
@never_cache
@require_GET
def action(request: HttpRequest, reference: str) -> HttpResponse:
    at = clock.now()
    who = standing(request.user, at)
    return _page(request, action_or_404(who, reference), who, at)


@login_required
@never_cache
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """One verb of the table; what it refuses is shown beside its form, with what was typed."""
    at = clock.now()
    who = standing(request.user, at)
    one = action_or_404(who, reference)
    if request.method != "POST":
        return redirect(rows.url_of(one))

    def draw(opened: Opened, status: int) -> HttpResponse:
        return _page(request, action_or_404(who, reference), who, at, opened, status)

    return act_by_form(
        request,
        verb,
        DOORS[verb],
        one,
        at=at,
        version=sent_version(request),
        refusal=policy.may(verb, who, one),
        lifecycle=ACTIONS,
        asks=partial(DOORS[verb].asks, action=one),
        leads_to=rows.url_of,
        draw=draw,
    )


def _page(
    request: HttpRequest,
    one: Action,
    who: Standing,
    at: datetime,
    opened: Opened | None = None,
    status: int = 200,
) -> HttpResponse:
    own = [_button(verb, one, opened) for verb in policy.allowed(who, one)]
    asked = [v for v in own if v.name in ASKED_OF.get(one.state, ())]
    items = told(timeline([("backlog_item", one.pk), ("action", one.pk)]), inside=True)
    context = {
        "row": rows.rows([one], at, {})[0],
        "why": as_html(one.item.rationale),
        "comes_from": one.comes_from,
        "facts": rows.facts(one),
        "then": Figures.from_data(one.figures).in_words() if one.figures else "",
        "accepted_at": one.accepted_at,
        "now": rests_on([one], at)[one.pk].in_words(),
        "again": rows.came_again(came_back([one], at).get(one.pk)),
        "proof": as_html(one.proof.body) if one.proof else "",
        "items": timeline_rows(
            [i for i in items if i.name not in TOLD_TWICE], now=at, states=STATES
        ),
        "asked": asked,
        "verbs": _of_the_backlog(one, who),
        "forms": [v for v in (*own, *_declining(one, who)) if v not in asked],
        "refusal": opened.refusal if opened and opened.verb not in {v.name for v in own} else None,
        "idempotency_key": fresh_key(),
    }
    return render(request, "post_mortems/action.html", context, status=status)


def _button(verb: str, one: Action, opened: Opened | None) -> Verb:
    url = f"{rows.url_of(one)}{verb.replace('_', '-')}/"
    fields = {"version": one.version}
    return drawn(verb, DOORS[verb], url, opened, {"action": one}, fields=fields)


def _may(verb: str, one: Action, who: Standing) -> bool:
    there = one.state in OPEN_ACTION or one.state == ActionState.DECLINED
    return (
        there
        and BACKLOG.permits(one.item.state, verb)
        and backlog_policy.may(verb, who, one.item) is None
    )


def _of_the_backlog(one: Action, who: Standing) -> list[Verb]:
    """Accepted and finished as the backlog item that it is."""
    named = (("accept", "Accept", "next"), ("finish", "Finish", "next"))
    return [
        Verb(verb, label, f"{address('BI', one.pk)}{verb}/", kind=kind, fields=_back(one))
        for verb, label, kind in named
        if _may(verb, one, who)
    ]


def _declining(one: Action, who: Standing) -> list[Verb]:
    if not _may("decline", one, who):
        return []
    form = forms.DeclineForm(action=one)
    url = f"{address('BI', one.pk)}decline/"
    return [Verb("decline", "Decline", url, asks=form, ends="Decline it", fields=_back(one))]


def _back(one: Action) -> dict[str, Any]:
    return {"then": rows.url_of(one), "version": one.item.version}


def action_or_404(who: Standing, reference: str) -> Action:
    return named_or_404(visible_to(who), "BI", reference, "action")

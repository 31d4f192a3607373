"""The front door of post-mortems: the list with its register of waivers, one page each, one address per verb."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from bugs.querysets import visible_to as bugs_visible_to
from channels.web import Refusal, fresh_key, perform, sent_version
from channels.web.acting import Opened, act_by_form
from channels.web.named import named_or_404
from foundation import clock
from foundation.errors import Invalid
from oncall.querysets import standing
from oncall.rules import Standing
from postmortems import policy, rows, services
from postmortems.forms import AskForm
from postmortems.lifecycle import LIFECYCLE, State
from postmortems.models import PostMortem
from postmortems.querysets import Whole, visible_to
from postmortems.views.doors import ANSWERS_THE_WHOLE, DOORS, WRITES, url_of
from postmortems.views.merging import merging
from postmortems.views.page import page

#: More than these of one kind nobody reads here.
MOST = 100


@login_required
@never_cache
def post_mortems(request: HttpRequest) -> HttpResponse:
    """What is asked for, written and published, and what was waived; asking for one."""
    at = clock.now()
    who = standing(request.user, at)
    if not who.works_in_delivery and not visible_to(who).exists():
        raise Http404("Post-mortems are read by delivery teams, and by who takes part.")

    def show(form: AskForm, refusal: Refusal | None, status: int) -> HttpResponse:
        found = visible_to(who)
        by_state = {state: rows.rows(list(found.filter(state=state)[:MOST])) for state in State}
        context = {
            "groups": [
                ("To be answered", by_state[State.PROPOSED]),
                ("Being written", by_state[State.OPEN]),
                ("In review", by_state[State.IN_REVIEW]),
                ("Published", by_state[State.PUBLISHED]),
                ("Waived", by_state[State.WAIVED]),
            ],
            "some": any(by_state.values()),
            "form": form,
            "open": request.method == "POST",
            "refusal": refusal,
            "idempotency_key": fresh_key(),
        }
        return render(request, "post_mortems/list.html", context, status=status)

    def propose(given: dict[str, Any]) -> PostMortem:
        key = _bug_to_learn_from(who, given["bug"])
        return services.propose(key, reason=given["reason"], by=request.user, at=at)  # type: ignore[arg-type]

    if request.method != "POST":
        return show(AskForm(), None, 200)
    return perform(
        request,
        sent_form=lambda: AskForm(request.POST),
        act=propose,
        leads_to=url_of,
        show=show,
    )


def _bug_to_learn_from(who: Standing, key: int) -> int:
    if not bugs_visible_to(who).filter(pk=key).exists():
        raise Invalid({"bug": [f"There is no BUG-{key}, or it is not yours to see."]})
    return key


@login_required
@never_cache
@require_GET
def post_mortem(request: HttpRequest, reference: str) -> HttpResponse:
    at = clock.now()
    who = standing(request.user, at)
    return render(request, "post_mortems/detail.html", page(thing_or_404(who, reference), who, at))


@login_required
@never_cache
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """One verb of the table; what it refuses is shown beside its form, with what was typed."""
    at = clock.now()
    who = standing(request.user, at)
    one = thing_or_404(who, reference)
    if request.method != "POST":
        return redirect(url_of(one))

    def draw(opened: Opened, status: int) -> HttpResponse:
        now, form = thing_or_404(who, reference), opened.form
        if opened.refusal and verb in WRITES and form and form.is_bound and form.is_valid():
            writes = policy.may(verb, who, now) is policy.YES
            merge = merging(now, verb, form, opened.refusal, writes=writes)
            return render(request, "post_mortems/merge.html", merge, status=status)
        context = page(now, who, at, opened)
        return render(request, "post_mortems/detail.html", context, status=status)

    return act_by_form(
        request,
        verb,
        DOORS[verb],
        one,
        at=at,
        version=sent_version(request) if verb in ANSWERS_THE_WHOLE else None,
        refusal=policy.may(verb, who, one),
        lifecycle=None if verb in WRITES else LIFECYCLE,
        asks=partial(DOORS[verb].asks, whole=Whole(one)),
        leads_to=_back(request, verb),
        draw=draw,
    )


def _back(request: HttpRequest, verb: str) -> Callable[[PostMortem], str]:
    """To the part of the page where the button stood."""
    place = DOORS[verb].place or {"moment": "timeline", "factor": "factors", "link": "factors"}.get(
        request.POST.get("part", request.POST.get("part_name", "")), ""
    )
    return lambda thing: url_of(thing) + (f"#{place}" if place else "")


def thing_or_404(who: Standing, reference: str) -> PostMortem:
    return named_or_404(visible_to(who), "PM", reference, "post-mortem")

"""The verbs on an overdraft, and the signed page with one button. A GET never acts."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bugs.forms import LONGEST_REASON
from bugs.models import Bug
from bugs.notices import ANSWER, answer_url
from bugs.sprint_pages.overdrafts.rows import RiskForm, said
from channels.web import act_once, fresh_key, shown
from foundation import clock
from foundation.amounts import with_unit
from foundation.errors import NotFound, Refused
from foundation.references import address
from foundation.signed import read
from oncall.querysets import standing
from sprints import services
from sprints.lifecycle import OverdraftState
from sprints.models import Overdraft, Sprint
from sprints.querysets import visible_to
from teams.models import Person

ACTS: dict[str, Callable[..., Sprint]] = {
    "propose-swap": services.propose_swap,
    "let-go": services.let_go,
    "swap-out": services.swap_out,
    "accept-risk": services.accept_risk,
}
DONE = {
    "propose-swap": "It is proposed; the product owner hears of it.",
    "let-go": "You let it go.",
    "swap-out": "It left the sprint, and the overdraft is made good as far as it reaches.",
    "accept-risk": "The risk is accepted, and stays written down.",
}


@login_required
@never_cache
@require_POST
def act(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """One verb on an overdraft; a refusal is said on the page of its sprint."""
    at = clock.now()
    found = Overdraft.objects.filter(
        pk=key, sprint__in=visible_to(standing(request.user, at)).values("pk")
    ).first()
    if found is None or verb not in ACTS:
        raise Http404("There is no such overdraft, or it is not yours to see.")
    given: dict[str, Any] = {}
    if verb == "propose-swap":
        given["leaves"] = request.POST.getlist("leaves")
    elif verb == "accept-risk":
        given["reason"] = request.POST.get("reason", "").replace("\0", "")[:LONGEST_REASON]
    page = f"{address('SP', found.sprint_id)}#overdrafts"
    try:
        done = act_once(
            request,
            lambda: ACTS[verb](found.pk, **given, by=request.user, at=at),
            leads_to=lambda _: page,
        )
    except Refused as error:
        messages.error(request, shown(error).words)
        return redirect(page)
    messages.success(request, DONE[verb])
    return redirect(done)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The page that a signed link leads to: what it costs, and one button. A GET never acts."""
    at = clock.now()
    try:
        overdraft, person, verb = _asked(token)
    except NotFound as error:
        return render(request, "sprints/answer_gone.html", {"words": error.words}, status=404)
    refusal = None
    form = RiskForm(request.POST or None) if verb == "accept_risk" else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            given = form.cleaned_data if form else {}
            ACTS[verb.replace("_", "-")](overdraft.pk, **given, by=person, at=at)
            return redirect(request.path)
        except Refused as error:
            refusal = shown(error)
    status = 200 if refusal is None and not (form and form.is_bound) else 422
    return render(
        request, "sprints/answer.html", _page(overdraft, person, verb, form, refusal), status=status
    )


def _asked(token: str) -> tuple[Overdraft, Person, str]:
    asked = read(ANSWER, token)
    overdraft = (
        Overdraft.objects.select_related("sprint__team", "decided_by")
        .filter(pk=asked["overdraft"])
        .first()
    )
    person = Person.objects.filter(pk=asked["person"], is_active=True).first()
    if overdraft is None or person is None:
        raise NotFound("What this link asks about is not there any more.")
    return overdraft, person, asked["verb"]


def _page(
    overdraft: Overdraft, person: Person, verb: str, form: forms.Form | None, refusal: Any
) -> dict[str, Any]:
    sprint = overdraft.sprint
    bug = Bug.objects.filter(pk=overdraft.bug).first()
    leaving = list(overdraft.leaving.select_related("asked", "item").order_by("pk"))
    other = "accept_risk" if verb == "swap_out" else "swap_out"
    return {
        "person": str(person),
        "sprint": sprint,
        "goal": sprint.goal,
        "bug": bug,
        "price": f"{with_unit(overdraft.left, sprint.team.unit)} beyond the reserve",
        "leaving": [said(r) for r in leaving],
        "verb": verb,
        "form": form,
        "refusal": refusal,
        "open": overdraft.state == OverdraftState.OPEN,
        "answered": _answered(overdraft),
        "other_url": answer_url(overdraft, person, other)
        if leaving or other == "accept_risk"
        else "",
        "idempotency_key": fresh_key(),
    }


def _answered(overdraft: Overdraft) -> str:
    if overdraft.state == OverdraftState.MADE_GOOD:
        return f"{overdraft.decided_by} let planned work leave; the overdraft is made good."
    if overdraft.state == OverdraftState.ACCEPTED:
        return f"{overdraft.decided_by} accepted the risk; the overdraft stays written down."
    return ""

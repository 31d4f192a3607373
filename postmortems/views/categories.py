"""How the categories of factors are used and understood, and the form that asks for them a second time (PM-9)."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from channels.web import Refusal, fresh_key, perform
from channels.web.teams import chosen_team, team_tabs
from foundation import clock
from foundation.errors import NotAllowed
from oncall.querysets import standing, teams_read_by
from postmortems import policy, services
from postmortems.forms.categories import CategoriesForm
from postmortems.lifecycle import Category
from postmortems.models import PostMortem
from postmortems.querysets.categories import agreed, statements, to_be_read_again, used
from postmortems.rules.agreement import LEAST, Agreement, in_words
from postmortems.views import thing_or_404
from postmortems.views.doors import url_of


@login_required
@never_cache
@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    who = standing(request.user, clock.now())
    teams = teams_read_by(who)
    team = chosen_team(request, teams)
    if team is None:
        raise PermissionDenied("Post-mortems are read by delivery teams.")
    told = agreed(who, team.pk)
    context = {
        "team": team,
        "teams": team_tabs("factor_categories", teams, team),
        "used": used(who, team.pk),
        "told": told,
        "sentence": sentence(told),
        "confused": [
            (f"{Category(one).label} and {Category(other).label}", n)
            for (one, other), n in told.confused[:5]
        ],
        "waiting": [
            (thing.reference, thing.title, url_of(thing, "categorise"))
            for thing in to_be_read_again(who, team.pk)
        ],
        "least": LEAST,
    }
    return render(request, "post_mortems/categories.html", context)


def sentence(told: Agreement) -> str:
    """What the figure says, in words."""
    if not told.n:
        return "No factor was read a second time yet."
    factors = "One factor was" if told.n == 1 else f"{told.n} factors were"
    alike = f"{factors} read twice, {told.equal} with the same category ({told.share:.0%})"
    if not told.enough:
        return f"{alike}: too few to say how clear the categories are."
    if told.kappa is None:
        return f"{alike}; with one category alone there is nothing to compare with chance."
    return f"{alike}. Cohen’s kappa is {told.kappa:.2f}: {in_words(told.kappa)}."


@login_required
@never_cache
def categorise(request: HttpRequest, reference: str) -> HttpResponse:
    """The statements alone, without the categories that they have."""
    at = clock.now()
    who = standing(request.user, at)
    one = thing_or_404(who, reference)
    asks = partial(CategoriesForm, statements=statements(one))

    def show(form: CategoriesForm | None, refusal: Refusal | None, status: int) -> HttpResponse:
        context = {
            "thing": one,
            "form": form or asks(),
            "refusal": refusal,
            "back": reverse("factor_categories"),
            "act": url_of(one, "categorise"),
            "idempotency_key": fresh_key(),
        }
        return render(request, "post_mortems/categorise.html", context, status=status)

    def sent() -> CategoriesForm:
        if refusal := policy.may("categorise", who, one):
            raise NotAllowed(refusal)
        return asks(request.POST)

    if request.method != "POST":
        if refusal := policy.may("categorise", who, one):
            raise PermissionDenied(refusal)
        return show(None, None, 200)

    def act(given: dict[str, dict[int, str]]) -> PostMortem:
        done = services.categorise(one.pk, **given, by=request.user, at=at)
        messages.success(request, f"The factors of {done.reference} are read twice.")
        return done

    return perform(
        request, sent_form=sent, act=act, leads_to=lambda _: reverse("factor_categories"), show=show
    )

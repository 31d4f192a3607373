"""The page *Balance*: how a team shares its duties, and one's own part of it; nobody else's (ONC-5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from channels.web import Refusal, act_once, add_to_form, fresh_key, shown
from foundation import clock
from foundation.amounts import plain
from foundation.errors import Invalid, Refused
from oncall.models import DutyKind, FairnessWeights
from oncall.policy.fairness import may_read_fairness, may_set_fairness_weights
from oncall.querysets import standing
from oncall.querysets.fairness import Balance, balance_of, weights_of
from oncall.rules import Standing
from oncall.rules.fairness import CLASSES, HOURS, NAMES, judged_words
from oncall.services.fairness import set_fairness_weights
from teams.lifecycle import TeamKind
from teams.models import Team

#: The windows that can be looked at, in weeks.
WINDOWS = {4: "4 weeks", 13: "a quarter", 26: "half a year", 52: "a year"}
USUAL = 26


class WeightsForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CLASSES:
            self.fields[name] = forms.DecimalField(
                label=NAMES[name].capitalize(),
                min_value=Decimal(0),
                max_value=Decimal(20),
                max_digits=4,
                decimal_places=2,
                widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
            )


@dataclass(frozen=True)
class Mine:
    """One's own part of a duty: words, and a line per class."""

    words: str
    lines: list[tuple[str, str, str]]


@dataclass(frozen=True)
class DutyRow:
    name: str
    verdict: str
    flagged: bool
    figures: list[tuple[str, str]]
    mine: Mine | None


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fairness(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    who = standing(request.user, at)
    teams = _teams(who)
    team = _team(request, teams)
    if team is None:
        raise Http404("Duties are shared in a delivery team of yours.")
    if request.method != "POST":
        return _page(request, who, team, teams, at)
    form, refusal = WeightsForm(request.POST), None
    if not form.is_valid():
        return _page(request, who, team, teams, at, form, status=Invalid.status)
    sent = request.POST.get("version", "")
    version = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else None

    def keep() -> None:
        told = {"by": request.user, "at": at, "version": version}
        set_fairness_weights(team.pk, changes=form.cleaned_data, **told)
        messages.success(request, "Kept. All of it is counted with this, the past too.")

    try:
        return redirect(act_once(request, keep, leads_to=lambda _: _url(team, _weeks(request))))
    except Invalid as error:
        add_to_form(form, error)
        status = error.status
    except Refused as error:
        refusal, status = shown(error), error.status
    return _page(request, who, team, teams, at, form, refusal, status)


def _page(
    request: HttpRequest,
    who: Standing,
    team: Team,
    teams: list[Team],
    at: datetime,
    form: WeightsForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    weeks = _weeks(request)
    weights = weights_of(team)
    balances = [balance_of(team, duty, at - timedelta(weeks=weeks), at) for duty in DutyKind.values]
    first = {name: plain(Decimal(str(getattr(weights, name)))) for name in CLASSES}
    may = may_set_fairness_weights(who, team) is None
    context = {
        "team": team,
        "teams": [(t.name, _url(t, weeks), t == team) for t in teams],
        "windows": [(words, _url(team, n), n == weeks) for n, words in WINDOWS.items()],
        "window": WINDOWS[weeks],
        "rows": [_row(b, who, weights) for b in balances if len(b.judged.positions) > 1],
        "weights": [(NAMES[name].capitalize(), value) for name, value in first.items()],
        "form": (form or WeightsForm(initial=first)) if may else None,
        "open": form is not None,
        "refusal": refusal,
        "version": weights.version,
        "action": _url(team, weeks),
        "idempotency_key": fresh_key(),
    }
    return render(request, "oncall/fairness.html", context, status=status)


def _row(balance: Balance, who: Standing, weights: FairnessWeights) -> DutyRow:
    judged = balance.judged
    total = sum(p.served for p in judged.positions.values())
    return DutyRow(
        name=DutyKind(balance.duty).label,
        verdict=judged_words(judged),
        flagged=judged.flagged,
        figures=[
            ("People", str(len(judged.positions))),
            ("Points served", f"{total:.0f}"),
            ("Furthest apart", f"{judged.spread:.0f} points"),
            ("Evenness", f"{judged.jain:.2f}"),
        ],
        mine=_mine(balance, who.person_id, weights),
    )


def _mine(balance: Balance, person: int, weights: FairnessWeights) -> Mine | None:
    position = balance.judged.positions.get(person)
    if position is None:
        return None
    apart = round(position.beyond)
    said = "as much as your share"
    if apart:
        said = f"{abs(apart)} {'more' if apart > 0 else 'less'} than your share of {position.share:.0f}"
    hours = balance.hours.get(person, {})
    lines = [
        (NAMES[name].removeprefix("an hour ").capitalize(), f"{n:.1f}", f"{n * float(getattr(weights, name)):.1f}")
        for name in HOURS
        if (n := hours.get(name, 0.0))
    ]  # fmt: skip
    return Mine(f"You served {position.served:.0f} points, {said}.", lines)


def _teams(who: Standing) -> list[Team]:
    found = Team.objects.filter(kind=TeamKind.DELIVERY, pk__in=who.teams).select_related("calendar")
    return [t for t in found.order_by("name", "pk") if may_read_fairness(who, t) is None]


def _team(request: HttpRequest, teams: list[Team]) -> Team | None:
    by_slug = {team.slug: team for team in teams}
    asked = request.GET.get("team")
    if asked is not None:
        return by_slug.get(asked)
    return by_slug.get(request.session.get("team", "")) or next(iter(teams), None)


def _weeks(request: HttpRequest) -> int:
    asked = {str(n): n for n in WINDOWS}
    return asked.get(request.GET.get("weeks", ""), USUAL)


def _url(team: Team, weeks: int) -> str:
    return f"{reverse('fairness')}?team={team.slug}&weeks={weeks}"

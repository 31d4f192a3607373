"""The settings' front door for how a team fixes its P1s, from a day on (BUG-7)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bugs import services
from bugs.lifecycle import P1Way
from bugs.models import P1Policy
from bugs.policy import may_publish_p1_policy
from channels.web.fields import day
from teams.lifecycle import Binds, TeamKind
from teams.querysets import cited
from triage.team_settings.page import Place, Sheet, place_or_404, send, show
from triage.team_settings.rows import SettingRow

#: What each way asks of the people, in one line.
MEANS = {
    P1Way.ON_CALL_FIXES: "whoever is on call fixes it, in whatever area it is",
    P1Way.OWNER_FIXES: "on-call confirms it, then who knows the area fixes it",
    P1Way.PAIR: "on-call and somebody who knows the area, together",
    P1Way.SWARM: "whoever is free, together, until it is fixed",
    P1Way.SQUAD: "people who are set aside for it, outside the sprint",
}


class P1PolicyForm(forms.Form):
    way = forms.ChoiceField(
        label="How a P1 is fixed",
        choices=[(way.value, f"{way.label}: {means}") for way, means in MEANS.items()],
        widget=forms.RadioSelect,
    )
    since = day("From", "Today or later. Each P1 that is injected from then on is stamped with it.")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def p1_policy(request: HttpRequest, team: str) -> HttpResponse:
    """Every way that the team had, newest first, and the next one."""
    place = place_or_404(request, team, asked=may_publish_p1_policy)
    if place.team.kind != TeamKind.DELIVERY:
        raise Http404("Only a delivery team fixes P1s.")
    form = P1PolicyForm(request.POST or None, initial={"since": place.today})
    if request.method != "POST":
        return show(place, _sheet(place), form)

    def publish(said: dict[str, Any]) -> None:
        made = services.publish_p1_policy(place.team.pk, **said, **place.act)
        messages.success(request, f"{made.get_way_display()}, from {made.since:%-d %b %Y} on.")

    return send(place, lambda: _sheet(place), form, publish, leads_to=request.path)


def _sheet(place: Place) -> Sheet:
    found = (
        P1Policy.objects.filter(team=place.team).select_related("published_by").order_by("-since")
    )
    today = place.today
    held = next((one.pk for one in found if one.since <= today), None)
    return Sheet(
        section="p1-policy",
        title="P1 policy",
        lead="How the team fixes a P1. It is a suggestion beside each injection, and never binds.",
        columns=("Way", "From", "Published by"),
        rows=[
            SettingRow(
                cells=(
                    one.get_way_display(),
                    f"{one.since:%-d %b %Y}{', in force' if one.pk == held else ''}",
                    str(one.published_by),
                ),
                current=one.pk == held,
            )
            for one in found
        ],
        add={
            "url": f"/insights/p1-policy/?team={place.team.slug}",
            "label": "What each way took",
        },
        empty={"title": "Not said yet", "words": "Until it is, each P1 is talked over anew."},
        cited=cited(place.team.pk, Binds.P1_POLICY, today),
        form_title="Another way" if found else "Say the way",
        send="Publish it",
    )

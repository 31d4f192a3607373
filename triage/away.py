"""What an absence would move, before it is recorded (ONC-3): shifts are oncall's, investigations are of reports."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from channels.web import fresh_key
from oncall.models import Rotation
from problem_reports.lifecycle import State
from problem_reports.querysets import held_by, visible_to
from problem_reports.web.reader import reader_of
from teams.models import Person

#: The fields of the form, as its page names them.
SENT = ("away-person", "away-start", "away-end")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def away(request: HttpRequest) -> HttpResponse:
    """What goes back to the queue, and what is asked about: a fragment for the form that records it.

    Posted, without JavaScript, it is a page that records it or leads back with nothing lost: `rotation` is
    the one whose page has the form.
    """
    reader = reader_of(request)
    team = reader.who.teams
    typed = request.POST if request.method == "POST" else request.GET
    # The form's fields have a prefix of its own.
    asked = {n.rpartition("-")[2]: v.replace("\0", "") for n, v in typed.items()}
    named = {"username": asked.get("person", ""), "memberships__team__in": team}
    person = Person.objects.filter(**named).first()
    if person is None:
        raise Http404("There is nobody of that name in your teams.")
    held = list(held_by(person.pk) & visible_to(reader.who))
    context = {
        "person": person,
        "freed": [r for r in held if r.state == State.ASSIGNED],
        "begun": [r for r in held if r.state in (State.INVESTIGATING, State.WAITING)],
    }
    if request.method == "GET":
        return render(request, "triage/_away.html", context)
    key = asked.get("rotation", "")
    rotations = Rotation.objects.filter(team__in=team).select_related("team")
    rotation = rotations.filter(pk=key).first() if key.isdecimal() and len(key) < 10 else None
    if rotation is None:
        raise Http404("There is no such rotation, or it is not of your teams.")
    context |= {
        "back": reverse("rotation", args=[rotation.pk]),
        "record": reverse("rotation_act", args=[rotation.pk, "record-absence"]),
        "team": rotation.team,
        "typed": {name: typed[name] for name in SENT if name in typed},
        "idempotency_key": fresh_key(),
    }
    return render(request, "triage/away.html", context)

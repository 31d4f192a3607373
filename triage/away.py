"""What an absence would move, before it is recorded (ONC-3): shifts are oncall's, investigations are of reports."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from problem_reports.lifecycle import State
from problem_reports.querysets import held_by, visible_to
from problem_reports.web.reader import reader_of
from teams.models import Person


@login_required
@never_cache
@require_GET
def away(request: HttpRequest) -> HttpResponse:
    """A fragment for the form that records it: what goes back to the queue, and what is asked about."""
    reader = reader_of(request)
    team = reader.who.teams
    # The form's fields have a prefix of its own.
    asked = {n.rpartition("-")[2]: v.replace("\0", "") for n, v in request.GET.items()}
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
    return render(request, "triage/_away.html", context)

"""What a swap moves between sprints, before it is offered or accepted (ONC-3)."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from foundation.amounts import with_unit
from foundation.references import whole_number
from oncall.models import Duty, Rotation
from problem_reports.web.reader import reader_of
from sprints.models import Sprint
from sprints.querysets import taken_by
from teams.models import Person

ANYBODY = "whoever takes it"


@login_required
@never_cache
@require_GET
def swapped(request: HttpRequest) -> HttpResponse:
    """A fragment beside a swap: hours of planned work that it moves, by sprint; `slot` for `in_return`, to `to`."""
    reader = reader_of(request)
    # The form's fields have a prefix of its own.
    asked = {n.rpartition("-")[2]: v.replace("\0", "") for n, v in request.GET.items()}
    key = whole_number(asked.get("rotation", ""))
    rotations = Rotation.objects.filter(team__in=reader.who.teams).select_related("team__calendar")
    rotation = rotations.filter(pk=key).first()
    if rotation is None:
        raise Http404("There is no such rotation, or it is not of your teams.")
    ahead = rotation.duties.filter(during__endswith__gt=reader.at).select_related("person")
    given = _pieces(ahead, asked.get("slot", ""))
    taker = Person.objects.filter(username=asked.get("to", "")).first()
    back = _pieces(ahead, asked.get("in_return", "")) if taker else []
    for piece in (*given, *back):
        piece.team = rotation.team
    return render(request, "triage/_swapped.html", {"lines": list(_lines(given, back, taker))})


def _pieces(ahead: QuerySet[Duty], slot: str) -> list[Duty]:
    return list(ahead.filter(slot=slot).order_by("during")) if slot else []


def _lines(given: list[Duty], back: list[Duty], taker: Person | None) -> Iterator[str]:
    if not given:
        return
    giver, to = given[0].person, str(taker) if taker else ANYBODY
    moved: dict[Sprint, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for pieces, has, gets in ((given, giver, taker), (back, taker, giver)):
        for one, sign in ((has, 1), (gets, -1)):
            for sprint, hours in taken_by(pieces, one.pk if one else None):
                moved[sprint][str(one) if one else to] += sign * hours
    for sprint in sorted(moved, key=lambda s: (s.starts_on, s.pk)):
        said = [_said(name, hours) for name, hours in moved[sprint].items() if hours]
        yield f"{sprint.name}: {', '.join(said) or 'nothing moves'}."


def _said(name: str, hours: Decimal) -> str:
    return f"{name} has {with_unit(abs(hours), 'hours')} {'more' if hours > 0 else 'less'}"

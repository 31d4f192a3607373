"""Who reads whose settings, and how each page of them is put together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from channels.web import Refusal, fresh_key, perform
from foundation.errors import NotAllowed
from problem_reports.web.reader import Reader, reader_of
from teams import policy
from teams.models import Team
from triage.team_settings.rows import sections, team_links

Asked = Callable[[policy.Roles, Team], str | None]


@dataclass(frozen=True)
class Place:
    """One team's settings, as one person may read and edit them."""

    request: HttpRequest
    reader: Reader
    team: Team
    #: All teams of the reader, this one among them.
    teams: list[Team]
    #: Who edits this section.
    asked: Asked = policy.may_administer

    @property
    def refusal(self) -> str | None:
        return self.asked(self.reader.who.roles, self.team)

    @property
    def edits(self) -> bool:
        return self.refusal is policy.YES

    @property
    def today(self) -> date:
        """The day it is where the team works."""
        return self.day_of(self.reader.at)

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.team.calendar.zone)).date()

    @property
    def act(self) -> dict[str, Any]:
        """What every verb is told beside its own arguments."""
        return {"by": self.reader.person, "at": self.reader.at}


@dataclass(frozen=True)
class Sheet:
    """What one section shows: its list, and the form of the chosen row."""

    section: str
    title: str
    columns: tuple[str, ...]
    rows: list[Any]
    lead: str = ""
    empty: dict[str, str] | None = None
    add: dict[str, str] | None = None
    form_title: str = ""
    send: str = ""
    version: int | None = None
    zones: list[str] | None = None
    #: Public holidays by year, under the country of a calendar; None where there is no country to choose.
    holidays: list[dict[str, Any]] | None = None
    #: Why the chosen row is not the reader's to edit, beyond not being an admin of the team.
    may_not: str | None = None
    #: What sending the form does beyond its own row, said beside the button.
    moves: str = ""
    template: str = "teams/settings.html"
    #: What a policy version would do, and the versions there are.
    preview: Any = None
    versions: list[Any] | None = None
    #: Working agreements that bind here (PM-10).
    cited: Iterable[Any] = ()


def place_or_404(request: HttpRequest, slug: str, asked: Asked = policy.may_administer) -> Place:
    """The settings of a team that the reader belongs to; another team's are not there."""
    reader = reader_of(request)
    mine = Team.objects.select_related("calendar").filter(pk__in=reader.who.teams)
    teams = list(mine.order_by("kind", "name", "pk"))
    team = next((team for team in teams if team.slug == slug), None)
    if team is None:
        raise Http404("There is no such team, or it is not yours.")
    return Place(request, reader, team, teams, asked)


def show(
    place: Place,
    sheet: Sheet,
    form: Form | None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    may_not = place.refusal or sheet.may_not
    context = {
        **vars(sheet),
        "team": place.team,
        "teams": team_links(place.teams, place.team),
        "sections": sections(place.team, sheet.section),
        "form": None if may_not else form,
        "may_not": may_not,
        "refusal": refusal,
        "action": place.request.path,
        "add": sheet.add if place.edits else None,
        "idempotency_key": fresh_key(),
    }
    return render(place.request, sheet.template, context, status=status)


def send(
    place: Place,
    sheet: Callable[[], Sheet],
    form: Form,
    verb: Callable[[dict[str, Any]], Any],
    *,
    leads_to: str,
) -> HttpResponse:
    """Post a form of the settings: call the verb once, and show what it refuses beside the form."""

    def sent_form() -> Form:
        if place.refusal:
            raise NotAllowed(place.refusal)
        return form

    return perform(
        place.request,
        sent_form=sent_form,
        act=verb,
        leads_to=lambda _: leads_to,
        show=lambda *shown: show(place, sheet(), *shown),
    )

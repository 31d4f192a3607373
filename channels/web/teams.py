"""Pages that show one team at a time: which one, and the way to the others."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from teams.models import Team


def chosen_team(request: HttpRequest, teams: Sequence[Team]) -> Team | None:
    """The team that the address names, else the one whose desk was open last, else the first."""
    asked = request.GET.get("team") or request.session.get("team")
    return next((t for t in teams if t.slug == asked), next(iter(teams), None))


def team_url(page: str, team: Team) -> str:
    return f"{reverse(page)}?team={team.slug}"


def team_tabs(page: str, teams: Sequence[Team], team: Team | None) -> list[dict[str, Any]]:
    """A tab for each team (`_parts/_tabs.html`), to the page of that name."""
    return [{"name": t.name, "url": team_url(page, t), "current": t == team} for t in teams]

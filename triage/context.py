"""The frame of every page: team, who is on duty until when, the rail, the person and their unread notices.

Lazy, because fragments and error pages have no frame: three queries, made only where the frame is drawn.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from channels.querysets import news
from channels.services import TIMERS
from foundation.moments import in_words
from journal.rows import initials
from oncall.models import DutyKind
from oncall.querysets import Held, held
from problem_reports.web.reader import Reader, reader_of
from teams.lifecycle import Role, TeamKind
from teams.models import Team
from triage import watchdog

#: More than this are not counted: nobody reads the number any more.
MANY = 99


@dataclass(frozen=True)
class Holder:
    name: str
    until: str


@dataclass(frozen=True)
class Link:
    name: str
    url: str
    icon: str = ""
    current: bool = False
    count: str | None = None


@dataclass(frozen=True)
class Face:
    name: str
    initials: str


@dataclass(frozen=True)
class Frame:
    person: Face
    team: Team | None
    teams: list[Link]
    has_duties: bool
    release_manager: Holder | None
    on_call: Holder | None
    rail: list[Link]
    person_links: list[Link]
    unread: str
    notices_url: str
    file_url: str
    strips: tuple[watchdog.Strip, ...] = ()


def frame(request: HttpRequest) -> dict[str, Any]:
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"frame": None}
    return {"frame": SimpleLazyObject(lambda: _frame(request))}


def teams_of(request: HttpRequest, reader: Reader) -> list[Team]:
    """The teams a person works in or holds a duty of, delivery first; kept on the request."""
    known: list[Team] | None = getattr(request, "teams_of_reader", None)
    if known is None:
        rows = Team.objects.filter(pk__in=reader.who.teams)
        known = sorted(rows, key=lambda t: (t.kind != TeamKind.DELIVERY, t.name, t.pk))
        request.teams_of_reader = known  # type: ignore[attr-defined]
    return known


def team_of(request: HttpRequest, reader: Reader) -> Team | None:
    """The team whose desk is open: the one asked for, the last one, where one is on duty, or the first."""
    teams = teams_of(request, reader)
    asked = request.GET.get("team")
    by_slug = {team.slug: team for team in teams}
    if asked in by_slug:
        if request.session.get("team") != asked:
            request.session["team"] = asked
        return by_slug[asked]
    last = request.session.get("team")
    if last in by_slug:
        return by_slug[last]
    managed = [t for t in teams if reader.who.is_release_manager(t.pk)]
    worked = [t for t in teams if reader.who.has_role(t.pk, Role.DEVELOPER, Role.PRODUCT_OWNER)]
    return next(iter([*managed, *worked, *teams]), None)


def _frame(request: HttpRequest) -> Frame:
    reader = reader_of(request)
    team = team_of(request, reader)
    delivery = team is not None and team.kind == TeamKind.DELIVERY
    duties = held(team.pk, reader.at) if delivery and team else {}
    told = news(reader.person.pk, most=MANY + 1, beat=TIMERS)
    unread = f"{MANY}+" if told.unread > MANY else str(told.unread or "")
    return Frame(
        person=Face(str(reader.person), initials(str(reader.person))),
        team=team,
        teams=[
            Link(t.name, f"{_page('desk')}?team={t.slug}", current=t == team)
            for t in teams_of(request, reader)
            if t.kind == TeamKind.DELIVERY
        ],
        has_duties=delivery,
        release_manager=_holder(duties.get(DutyKind.RELEASE_MANAGER), reader),
        on_call=_holder(duties.get(DutyKind.ON_CALL), reader),
        rail=list(_rail(request, reader)),
        person_links=list(_person_links(reader, unread)),
        unread=unread,
        notices_url=_page("notices"),
        file_url=_page("file_report") if reader.who.roles else "",
        strips=watchdog.strips(told.beaten, reader.at, timezone.get_current_timezone()),
    )


def _holder(duty: Held | None, reader: Reader) -> Holder | None:
    if duty is None:
        return None
    zone = timezone.get_current_timezone()
    return Holder(duty.holder, in_words(duty.until, reader.at, zone))


def _rail(request: HttpRequest, reader: Reader) -> Iterator[Link]:
    delivery = reader.who.works_in_delivery
    answers = any(role in (Role.DEVELOPER, Role.PRODUCT_OWNER) for _, role in reader.who.roles)
    files = any(role == Role.REPORTER for _, role in reader.who.roles)
    places = (
        ("Desk", "inbox", "desk", delivery),
        ("My desk", "user-round-check", "my_desk", answers),
        ("My reports", "send", "my_reports", files),
        ("Reports", "file-search", "reports", delivery),
        ("Bugs", "bug", "bugs", delivery),
        ("Sprints", "calendar-range", "sprints", delivery),
        ("Backlog", "list-ordered", "backlog", delivery),
        ("On call", "phone", "on_call", delivery),
        ("Post\u2011mortems", "notebook-pen", "post_mortems", delivery),
        ("Insights", "chart-column", "recommended_reserve", delivery),
        ("Settings", "settings-2", "settings", any(r == Role.ADMIN for _, r in reader.who.roles)),
    )
    here = [url for name, icon, place, wanted in places if wanted and (url := _page(place))]
    current = max((u for u in here if request.path.startswith(u)), key=len, default="")
    for name, icon, place, wanted in places:
        if wanted and (url := _page(place)):
            yield Link(name, url, icon, current=url == current)


def _person_links(reader: Reader, unread: str) -> Iterator[Link]:
    places = (
        ("Notices", "notices", True),
        ("What I hear, and how", "notice_settings", True),
        ("Balance of duties", "fairness", reader.who.works_in_delivery),
        ("Handoff", "handoff", reader.who.works_in_delivery),
        ("Ladder", "ladder", reader.who.works_in_delivery),
        ("My feeds", "my_feeds", bool(reader.who.teams)),
        ("Clocks", "clocks", reader.who.works_in_delivery),
        ("Deliveries", "deliveries", any(r == Role.ADMIN for _, r in reader.who.roles)),
        ("Change password", "account_change_password", True),
    )
    for name, place, wanted in places:
        if wanted and (url := _page(place)):
            yield Link(name, url, count=unread if place == "notices" else None)


@cache
def _page(name: str) -> str:
    """The address of a place, or nothing while it has no page: the frame holds no dead link."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""

"""*My feeds*: the addresses for calendar programs, and the feeds themselves (ONC-4)."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation import clock
from foundation.errors import NotAllowed, NotFound
from foundation.moments import on_day
from oncall.models import Feed
from oncall.policy.feeds import may_read_feed
from oncall.querysets import standing
from oncall.representations import as_calendar, entries_of, stamp, teams_behind
from oncall.services.feeds import hashed, publish_feeds, renew_feed, revoke_feed
from teams.lifecycle import TeamKind
from teams.models import Team

LONGEST = 100


@dataclass(frozen=True)
class Row:
    """One feed that the reader may have. `address` only in the answer to making it."""

    name: str
    words: str
    team: str
    key: int | None
    since: str
    address: str = ""


@login_required
@never_cache
@require_safe
def my_feeds(request: HttpRequest) -> HttpResponse:
    return _page(request)


@login_required
@never_cache
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Makes an address and shows it, here and never again. Sent twice, it makes another: the last one holds."""
    team = _team(request)
    try:
        feed, secret = renew_feed(request.user, team=team, by=request.user, at=clock.now())
    except NotAllowed as refused:
        return _page(request, refused=refused.words, status=refused.status)
    address = request.build_absolute_uri(reverse("feed", args=[secret]))
    return _page(request, made=feed, address=address)


@login_required
@never_cache
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    key = request.POST.get("feed", "")
    known = key.isascii() and key.isdecimal() and len(key) < 19
    if not known or not Feed.objects.filter(pk=int(key), person=request.user.pk).exists():
        raise Http404("There is no such address of yours.")
    try:
        revoke_feed(int(key), by=request.user, at=clock.now())
        messages.success(request, "The address is revoked: calendars that have it hear no more.")
    except NotFound:  # sent twice
        messages.info(request, "The address was revoked before.")
    return redirect("my_feeds")


def _team(request: HttpRequest) -> Team | None:
    slug = request.POST.get("team", "")
    if not slug:
        return None
    team = Team.objects.filter(slug=slug[:60].replace("\0", ""), kind=TeamKind.DELIVERY).first()
    if team is None:
        raise Http404("There is no such team.")
    return team


def _page(
    request: HttpRequest,
    *,
    made: Feed | None = None,
    address: str = "",
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    person: Any = request.user
    at = clock.now()
    who = standing(person, at)
    living = {
        f.team_id: f for f in Feed.objects.filter(person=person, revoked_at=None).order_by("pk")
    }
    teams = Team.objects.filter(kind=TeamKind.DELIVERY).order_by("name", "pk")
    readable = [t for t in teams if t.pk in living or may_read_feed(who, t) is None]
    # One's own teams first; feeds of the others are there when wanted.
    readable.sort(key=lambda t: (t.pk not in who.teams, t.name))

    def row(team: Team | None) -> Row:
        feed = living.get(team.pk if team else None)
        new = feed is not None and made is not None and feed.pk == made.pk
        return Row(
            name=team.name if team else "My duties",
            words="Everybody's duties of the team" if team else "Yours, of every team",
            team=team.slug if team else "",
            key=feed.pk if feed else None,
            since=on_day(timezone.localdate(feed.made_at), at.date()) if feed else "",
            address=address if new else "",
        )

    context = {"rows": [row(team) for team in (None, *readable)], "refused": refused}
    return render(request, "oncall/feeds.html", context, status=status)


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar file behind a secret address: whoever has the address is its owner."""
    at = clock.now()
    found = None
    if len(secret) <= LONGEST:
        living = Feed.objects.filter(secret_hash=hashed(secret), revoked_at=None)
        found = living.select_related("person", "team").first()
    if found is None or not found.person.is_active:
        raise Http404("There is no such calendar.")
    if may_read_feed(standing(found.person, at), found.team):
        raise Http404("There is no such calendar.")
    publish_feeds(teams_behind(found, at), at=at)
    entries = entries_of(found, at)
    etag = f'"{hashlib.sha256(stamp(found, entries).encode()).hexdigest()[:32]}"'
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    if etag in asked or f"W/{etag}" in asked or asked == ["*"]:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        page = request.build_absolute_uri(reverse("my_feeds"))
        answer = HttpResponse(
            as_calendar(found, entries, page), content_type="text/calendar; charset=utf-8"
        )
        answer["Content-Disposition"] = 'inline; filename="on-call.ics"'
    answer["ETag"] = etag
    patch_cache_control(answer, private=True, no_cache=True)
    answer["Referrer-Policy"] = "no-referrer"
    return answer

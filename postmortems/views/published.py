"""What was published: the company's page, what it hides, versions beside each other, Markdown, and hearing of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from channels.web import back_to
from channels.web.named import named_or_404
from foundation import clock
from foundation.references import whole_number
from oncall.querysets import standing
from postmortems import services
from postmortems.models import PostMortem, Published
from postmortems.querysets import Whole, company_visible_to, may_hear_of, subscribed, visible_to
from postmortems.querysets.naming import hider_for
from postmortems.rows import published as rows
from postmortems.rules import markdown
from postmortems.rules.comparing import changes, shortened
from postmortems.services.reviewing import frozen
from postmortems.views.doors import url_of
from teams.models import Team

TEAM, COMPANY = "team", "company"


@login_required
@never_cache
@require_GET
def company(request: HttpRequest, reference: str) -> HttpResponse:
    """The last published version without names of people or customers; read by whoever the team's setting lets."""
    at = clock.now()
    who = standing(request.user, at)
    thing = named_or_404(company_visible_to(who), "PM", reference, "post-mortem")
    version = _version(thing, request.GET.get("version", ""))
    inside = visible_to(who).filter(pk=thing.pk).exists()
    context = {
        "thing": thing,
        "version": version,
        "team": thing.team,
        "body": version.company,
        "story": rows.story(version.company),
        "moments": rows.moments(version.company),
        "factors": rows.factors(version.company),
        "inside": url_of(thing) if inside else "",
        "export": f"{url_of(thing)}export.md?profile=company&version={version.number}",
        "may_hear": may_hear_of(who, thing.team),
        "subscribed": subscribed(thing.team.pk, who),
    }
    return render(request, "post_mortems/company.html", context)


@login_required
@never_cache
@require_GET
def hidden(request: HttpRequest, reference: str) -> HttpResponse:
    """What the company's profile of this text would hide, before it is published."""
    thing = named_or_404(
        visible_to(standing(request.user, clock.now())), "PM", reference, "post-mortem"
    )
    body = frozen(Whole(thing))
    bits = changes(markdown.write(body), markdown.write(hider_for(thing).body(body)))
    count = sum(bit.change == "gone" for bit in bits)
    context = {
        "thing": thing,
        "bits": shortened(bits) if count else [],
        "count": count,
        "back": url_of(thing),
    }
    return render(request, "post_mortems/hidden.html", context)


@login_required
@never_cache
@require_GET
def versions(request: HttpRequest, reference: str) -> HttpResponse:
    """Every published version, and what changed between two of them."""
    thing = named_or_404(
        visible_to(standing(request.user, clock.now())), "PM", reference, "post-mortem"
    )
    found = list(thing.versions.select_related("reviewer").order_by("-number"))
    by_number = {one.number: one for one in found}
    new = by_number.get(_number(request.GET.get("to", "")), found[0] if found else None)
    old = by_number.get(_number(request.GET.get("from", "")))
    if old is None and new is not None:
        old = by_number.get(new.number - 1)
    context = {
        "thing": thing,
        "versions": found,
        "old": old,
        "new": new,
        "bits": shortened(changes(markdown.write(old.body), markdown.write(new.body)))
        if old and new
        else [],
        "back": url_of(thing),
    }
    return render(request, "post_mortems/versions.html", context)


@login_required
@never_cache
@require_GET
def export(request: HttpRequest, reference: str) -> HttpResponse:
    """A published version as Markdown, in the profile that is asked for; read back, it is the same record."""
    who = standing(request.user, clock.now())
    profile = request.GET.get("profile", COMPANY)
    if profile not in (TEAM, COMPANY):
        raise Http404("There is a profile for the team and one for the company.")
    found = visible_to(who) if profile == TEAM else company_visible_to(who)
    thing = named_or_404(found, "PM", reference, "post-mortem")
    version = _version(thing, request.GET.get("version", ""))
    text = markdown.write(record(version, profile))
    answer = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    name = f"{thing.reference}-version-{version.number}-{profile}.md"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@login_required
@never_cache
@require_POST
def hear(request: HttpRequest, team: str) -> HttpResponse:
    """Hear of each post-mortem that a team publishes, or hear no more."""
    found = Team.objects.filter(slug=team).first()
    if found is None or not may_hear_of(standing(request.user, clock.now()), found):
        raise Http404("There is no such team, or it publishes for itself alone.")
    wanted = request.POST.get("wanted") == "1"
    services.subscribe(found, by=request.user, wanted=wanted)  # type: ignore[arg-type]
    said = "You will hear of each post-mortem" if wanted else "You hear no more of post-mortems"
    messages.success(request, f"{said} that {found.name} publishes.")
    return redirect(back_to(request) or "post_mortems")


def record(version: Published, profile: str) -> dict[str, Any]:
    """The body of a version in a profile, with what it is a version of."""
    body = version.company if profile == COMPANY else version.body
    named = f"PM-{version.post_mortem_id}"
    return {"post_mortem": named, "version": version.number, "profile": profile, **body}


def _version(thing: PostMortem, asked: str) -> Published:
    """The version that is asked for, or the last one."""
    found = thing.versions.exclude(company={}).order_by("-number")
    version = found.filter(number=_number(asked)).first() if asked else found.first()
    if version is None:
        raise Http404("There is no such version.")
    return version


def _number(asked: str) -> int:
    return whole_number(asked, 6) or 0

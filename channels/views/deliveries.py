"""What became of every mail: waits, fails and is tried again, is dead, was sent; and one verb, *replay*."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from channels import policy, querysets, services
from channels.rows import age, delivery_row
from channels.web import act_once, fresh_key
from foundation import clock
from foundation.errors import NotFound
from foundation.references import whole_number
from teams.querysets import roles_of

PAGE_SIZE = 50
TABS = {
    querysets.WAITING: "Waiting",
    querysets.FAILING: "Tried again",
    querysets.DEAD_ONES: "Dead",
    querysets.SENT: "Sent",
}
EMPTY = {
    querysets.WAITING: "No mail waits. What is written next leaves within seconds.",
    querysets.FAILING: "The mail server took everything it was given.",
    querysets.DEAD_ONES: "Nothing was given up. What the mail server refuses for good shows here.",
    querysets.SENT: "No mail was sent yet.",
}


@login_required
@never_cache
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    _allow(request)
    at, zone = clock.now(), timezone.get_current_timezone()
    dead = querysets.dead_letters()
    show = request.GET.get("show", "")
    if show not in TABS:
        show = querysets.DEAD_ONES if dead else querysets.WAITING
    before = whole_number(request.GET.get("after", ""))
    found = list(querysets.deliveries(show, before=before)[: PAGE_SIZE + 1])
    here, more = found[:PAGE_SIZE], found[PAGE_SIZE:]
    address = f"{reverse('deliveries')}?show={show}"
    context = {
        "tabs": [
            {
                "name": name,
                "url": f"{reverse('deliveries')}?show={key}",
                "current": key == show,
                "count": dead if key == querysets.DEAD_ONES and dead else None,
            }
            for key, name in TABS.items()
        ],
        "rows": [delivery_row(mail, at, zone) for mail in here],
        "empty": EMPTY[show],
        "late": _late(),
        "by_email": settings.NOTICES_BY_EMAIL,
        "domain": settings.MAIL_DOMAIN,
        "idempotency_key": fresh_key(),
        "pager": {
            "previous": address if before else None,
            "next": f"{address}&after={here[-1].pk}" if more else None,
            "note": "newest first",
        },
    }
    return render(request, "channels/deliveries.html", context)


@login_required
@never_cache
@require_POST
def replay(request: HttpRequest, key: int) -> HttpResponse:
    _allow(request)

    def verb() -> None:
        mail = services.replay(key, by=_person(request), at=clock.now())
        messages.success(request, f"It is sent to {mail.person} once more, as the same message.")

    back = f"{reverse('deliveries')}?show={querysets.DEAD_ONES}"
    try:
        return redirect(act_once(request, verb, leads_to=lambda _: back))
    except NotFound as error:
        raise Http404(str(error)) from error


def _late() -> list[str]:
    """What holds up deliveries now, in sentences; empty when nothing does."""
    said = []
    if events := age(querysets.oldest_pending_age()):
        said.append(f"An event has waited {events} for its notices to be written.")
    if mails := age(querysets.oldest_unsent_age()):
        said.append(f"A mail ought to have left {mails} ago.")
    silent = querysets.since_beat(services.OUTBOX)
    if silent is None:
        said.append("The outbox has never run.")
    elif words := age(silent):
        said.append(f"The outbox last ran {words} ago.")
    return said


def _allow(request: HttpRequest) -> None:
    if refusal := policy.may_see_deliveries(roles_of(_person(request))):
        raise PermissionDenied(refusal)


def _person(request: HttpRequest) -> Any:
    return request.user

"""How a person wants to hear: a choice per topic, their digest hour, their quiet hours."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from channels import services
from channels.forms import HearingForm
from channels.querysets import hearing_of
from channels.web import act_once, add_to_form, fresh_key
from foundation.errors import Invalid


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    ways, hours = hearing_of(request.user.pk)
    if request.method != "POST":
        return _show(request, HearingForm(initial={**ways, **hours}))
    form = HearingForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=Invalid.status)

    def verb() -> None:
        services.choose_how_to_hear(by=request.user, **form.given())
        messages.success(request, "Kept. What is already on its way comes as it was planned.")

    try:
        return redirect(act_once(request, verb, leads_to=lambda _: reverse("notice_settings")))
    except Invalid as error:
        add_to_form(form, error)
        return _show(request, form, status=error.status)


def _show(request: HttpRequest, form: HearingForm, status: int = 200) -> HttpResponse:
    person: Any = request.user
    context = {
        "form": form,
        "address": person.email,
        "by_email": settings.NOTICES_BY_EMAIL,
        "zone": person.zone,
        "idempotency_key": fresh_key(),
    }
    return render(request, "channels/hearing.html", context, status=status)

"""What one person was told: their notices, newest first, and one button that marks all of them read."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from channels import services
from channels.mail.writing import quoted
from channels.models import Notice
from channels.querysets import notices_of
from channels.web import act_once, fresh_key
from foundation import clock
from foundation.moments import in_words, span
from foundation.references import whole_number
from journal.rows import as_html

PAGE_SIZE = 50


@dataclass(frozen=True)
class NoticeRow:
    subject: str
    body: str
    quoted: SafeString | None
    late: str
    url: str
    at: datetime
    words: str
    unread: bool


@login_required
@never_cache
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    before = whole_number(request.GET.get("after", ""))
    found = list(notices_of(request.user.pk, before=before)[: PAGE_SIZE + 1])
    here, more = found[:PAGE_SIZE], found[PAGE_SIZE:]
    address = reverse("notices")
    context = {
        "rows": [_row(notice, at) for notice in here],
        "any_unread": any(notice.read_at is None for notice in here),
        "idempotency_key": fresh_key(),
        "pager": {
            "previous": address if before else None,
            "next": f"{address}?after={here[-1].pk}" if more else None,
            "note": "newest first",
        },
    }
    return render(request, "channels/notices.html", context)


@login_required
@never_cache
@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    def verb() -> None:
        services.mark_read(by=request.user, at=clock.now())

    return redirect(act_once(request, verb, leads_to=lambda _: reverse("notices")))


def _row(notice: Notice, at: datetime) -> NoticeRow:
    return NoticeRow(
        subject=notice.subject,
        body=notice.body,
        quoted=as_html(said) if (said := quoted(notice)) else None,
        late=f"{span(notice.late_by)} late" if notice.late_by else "",
        url=notice.url,
        at=notice.made_at,
        words=in_words(notice.made_at, at, timezone.get_current_timezone()),
        unread=notice.read_at is None,
    )

"""The burn-up as a file."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bugs.sprint_pages.burnup.rows import COLUMNS, cells
from bugs.sprint_pages.views import reader_of, sprint_or_404
from channels.web import spreadsheet
from sprints import policy
from sprints.querysets import burn_up


@login_required
@never_cache
@require_safe
def as_csv(request: HttpRequest, reference: str) -> HttpResponse:
    reader = reader_of(request)
    sprint = sprint_or_404(reader, reference)
    if not policy.sees_inside(reader.who, sprint):
        raise PermissionDenied(policy.INSIDE)
    lines = cells(sprint, burn_up(sprint, reader.at))
    return spreadsheet(f"burn-up-{sprint.reference}.csv", COLUMNS, lines)

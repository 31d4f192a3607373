"""What a team owes for its mitigations: overdue, open and settled, and how often it kept its promise (BUG-4)."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bugs import rules
from bugs.lifecycle import LoanState
from bugs.models import Loan
from bugs.querysets import loans_of
from channels.web.teams import chosen_team, team_tabs
from foundation.lifecycle import words
from foundation.moments import on_day
from foundation.references import address, reference
from problem_reports.web.reader import reader_of
from teams.lifecycle import TeamKind
from teams.models import Team

#: More than these nobody reads on one page.
MOST = 200
MOST_SETTLED = 20


@dataclass(frozen=True)
class OwedRow:
    reference: str
    url: str
    title: str
    way: str
    due: str
    state: str
    paybacks: str
    extended: str


@login_required
@never_cache
@require_safe
def loans(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if not reader.who.works_in_delivery:
        raise Http404("Loans are read by delivery teams.")
    mine = Team.objects.filter(pk__in=reader.who.teams, kind=TeamKind.DELIVERY)
    teams = list(mine.order_by("name", "pk"))
    team = chosen_team(request, teams)
    today = reader.at.astimezone(timezone.get_current_timezone()).date()
    rows = loans_of([team.pk]) if team else Loan.objects.none()
    still = list(rows.filter(state=LoanState.OPEN)[:MOST])
    settled = rows.exclude(state=LoanState.OPEN).order_by("-ended_on", "-pk")[:MOST_SETTLED]
    promised = rows.order_by().values_list("first_due_on", "ended_on", "state")
    rate = rules.kept_promises(
        ((first, ended, state == LoanState.REPAID) for first, ended, state in promised), today
    )
    context = {
        "team": team,
        "tabs": team_tabs("loans", teams, team),
        "rate": rate.words,
        "overdue": [_row(loan, today) for loan in still if loan.due_on < today],
        "open": [_row(loan, today) for loan in still if loan.due_on >= today],
        "settled": [_row(loan, today) for loan in settled],
    }
    return render(request, "bugs/loans.html", context)


def _row(loan: Loan, today: date) -> OwedRow:
    items = [i for i in (loan.fix_item, loan.cleanup_item) if i is not None]
    times = loan.extensions
    return OwedRow(
        reference=reference("BUG", loan.bug_id),
        url=f"{address('BUG', loan.bug_id)}#mitigations",
        title=loan.bug.title,
        way=loan.get_kind_display(),
        due=on_day(loan.due_on, today),
        state=_ended(loan, today),
        paybacks=", ".join(f"{i.reference} {words(i.state)}" for i in items),
        extended=("once" if times == 1 else f"{times} times") if times else "",
    )


def _ended(loan: Loan, today: date) -> str:
    if loan.ended_on is None:
        return "open"
    return f"{words(loan.state)} {on_day(loan.ended_on, today)}"

"""The page of the clocks: whether they run, what is due, and what was told late, outage by outage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from channels.models import Outage
from channels.policy import may_see_deliveries
from channels.querysets import outages
from channels.rules import stands_still
from channels.services import TIMERS
from foundation.moments import in_words, span
from foundation.references import whole_number
from problem_reports.clocks.models import Signal, Stage, TimerKind
from problem_reports.notices.clocks import SAID
from problem_reports.querysets import told_late, told_late_within
from problem_reports.web.doors import url_of
from problem_reports.web.reader import Reader, reader_of
from triage import watchdog
from triage.watchdog import Figures

PAGE = 50
#: Of one outage, what was told late is counted up to here.
COUNTED = 100
OUTAGES = 20
TOLD = {Stage.WARNED: "warning", Stage.BREACHED: "missed", Stage.ESCALATED: "to the lead"}


@dataclass(frozen=True)
class Told:
    """One thing that was told late. `late` is how late it was told, not how late the promise is."""

    reference: str
    url: str
    title: str
    what: str
    due_at: datetime
    due_words: str
    told_at: datetime
    told_words: str
    late: str


@dataclass
class Group:
    """What was told late in one outage, or while clocks ran."""

    title: str
    words: str = ""
    rows: list[Told] = field(default_factory=list)


@login_required
@never_cache
@require_safe
def clocks(request: HttpRequest) -> HttpResponse:
    reader, zone = reader_of(request), timezone.get_current_timezone()
    found = watchdog.figures()
    after = whole_number(request.GET.get("after", ""))
    told = list(told_late(reader.who, after=after)[: PAGE + 1])
    here, more = told[:PAGE], len(told) > PAGE
    address = reverse("clocks")
    context = {
        "still": stands_still(found.beaten, found.now),
        "lead": _lead(found, zone),
        "facts": list(_facts(found, reader)),
        "groups": list(_groups(here, reader, zone, first=after is None, last=not more)),
        "pager": {
            "previous": address if after else None,
            "next": f"{address}?after={here[-1].event_id}" if more else None,
            "note": f"{PAGE} at a time, newest first",
        },
    }
    return render(request, "triage/clocks.html", context)


def _lead(found: Figures, zone: tzinfo) -> str:
    if found.beaten is None:
        return "No clock has run yet. Promises are not watched until something sweeps the timers."
    if stands_still(found.beaten, found.now):
        since = watchdog.since(found.beaten, found.now, zone)
        return (
            f"Clocks have stood still since {since}. Nothing is lost: every due moment is kept, and what "
            "came due is told when they run again, with how late it is."
        )
    return "Clocks run. Every promise is watched, and what comes due is told within seconds."


def _facts(found: Figures, reader: Reader) -> Iterator[dict[str, str]]:
    yield {"name": "Last look", "value": _ago(found.age(found.beaten), "never")}
    due = _many(found.due, watchdog.COUNTED, "timer", "timers")
    late = found.age(found.oldest_timer)
    if late and late >= timedelta(minutes=1):
        due += f", the oldest late by {span(late)}"
    yield {"name": "Due now", "value": due if found.due else "nothing"}
    yield {
        "name": "Notices",
        "value": _waits(found.age(found.oldest_event), "an event waits since"),
    }
    link = reverse("deliveries") if may_see_deliveries(reader.who.roles) is None else ""
    waits = _waits(found.age(found.oldest_mail), "a mail waits since")
    again = _many(found.put_off, watchdog.COUNTED, "mail", "mails") + " tried again"
    mails = f"{waits}, {again}" if found.put_off else waits
    shown = f"{link}?show=failing" if link and found.put_off else ""
    yield {"name": "E-mail", "value": mails, "url": shown}
    dead = _many(found.dead_letters, watchdog.COUNTED, "mail", "mails") + " given up"
    yield {"name": "Dead letters", "value": dead if found.dead_letters else "none", "url": link}


def _ago(age: timedelta | None, never: str) -> str:
    if age is None:
        return never
    return "a moment ago" if age < timedelta(minutes=1) else f"{span(age)} ago"


def _waits(age: timedelta | None, words: str) -> str:
    if age is None or age < timedelta(minutes=1):
        return "nothing waits"
    return f"{words} {span(age)}"


def _many(count: int, most: int, one: str, many: str) -> str:
    return f"{count}+ {many}" if count >= most else f"{count} {one if count == 1 else many}"


# --- What was told late ------------------------------------------------------------------------------


def _groups(
    told: Sequence[Signal], reader: Reader, zone: tzinfo, *, first: bool, last: bool
) -> Iterator[Group]:
    """The rows under the outage that ended with them, newest first; outages that made nothing late too.

    What an outage held up is told before its end, because the sweep beats after its round.
    """
    if not told and not first:
        return
    since = None if last else told[-1].event.at
    until = None if first else told[0].event.at
    stood = list(outages(TIMERS, since=since, until=until)[:OUTAGES])
    counts = told_late_within(reader.who, [(o.since, o.until) for o in stood], most=COUNTED)
    heads = {
        outage.pk: (_title(outage, reader, zone), _count(count))
        for outage, count in zip(stood, counts, strict=True)
    }
    lines = [(o.until, 1, o, None) for o in stood]
    lines += [(s.event.at, 0, _outage_of(s, stood), s) for s in told]
    lines.sort(key=lambda line: line[:2], reverse=True)
    for key, of_one in groupby(lines, key=lambda line: line[2] and line[2].pk):
        group = Group(*heads[key]) if key else Group("While clocks ran")
        group.rows += [_told(signal, reader, zone) for *_, signal in of_one if signal]
        yield group


def _outage_of(signal: Signal, stood: Sequence[Outage]) -> Outage | None:
    return next((o for o in stood if o.since <= signal.event.at <= o.until), None)


def _title(outage: Outage, reader: Reader, zone: tzinfo) -> str:
    starts, ends = (watchdog.since(at, reader.at, zone) for at in (outage.since, outage.until))
    one_day = outage.since.astimezone(zone).date() == outage.until.astimezone(zone).date()
    return f"Clocks stood still {starts}" + (f"–{ends[-5:]}" if one_day else f" to {ends}")


def _count(count: int) -> str:
    if not count:
        return "nothing that you see was told late"
    return f"{_many(count, COUNTED, 'thing', 'things')} {'was' if count == 1 else 'were'} told late"


def _told(signal: Signal, reader: Reader, zone: tzinfo) -> Told:
    timer, event = signal.timer, signal.event
    due_at = datetime.fromisoformat(event.data["due_at"])
    return Told(
        reference=timer.report.reference,
        url=url_of(timer.report),
        title=timer.report.title,
        what=f"{capfirst(SAID[TimerKind(timer.kind)])}: {TOLD[Stage(signal.stage)]}",
        due_at=due_at,
        due_words=in_words(due_at, reader.at, zone),
        told_at=event.at,
        told_words=in_words(event.at, reader.at, zone),
        late=span(timedelta(seconds=float(event.data["late_by"]))),
    )

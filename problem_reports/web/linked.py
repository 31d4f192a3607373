"""What a report is tied to: the bug that explains it, its original and its duplicates, as far as one sees them."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from bugs.lifecycle import OPEN as OPEN_BUG
from bugs.querysets import customer_workaround
from bugs.rows import PromiseRow
from foundation.moments import on_day
from foundation.references import address
from journal.rows import as_html
from problem_reports.lifecycle import OPEN
from problem_reports.models import ProblemReport
from problem_reports.querysets import visible_to, wishes
from problem_reports.web.doors import url_of
from problem_reports.web.reader import Reader

MOST = 20


@dataclass(frozen=True)
class BugFact:
    reference: str
    title: str
    url: str
    state: str
    state_words: str
    promise: str
    #: What customers may be told until it is fixed.
    workaround: SafeString | str = ""


@dataclass(frozen=True)
class Link:
    reference: str
    title: str
    url: str
    words: str = ""


def bug_fact(
    report: ProblemReport, promised: list[PromiseRow], reader: Reader, *, inside: bool
) -> BugFact | None:
    """The bug that explains it: its title only for readers of the delivery team."""
    bug = report.living.bug if report.living else None
    if bug is None:
        return None
    fix = next((p for p in promised if p.kind == "fix"), None)
    told = customer_workaround(bug.pk) if bug.state in OPEN_BUG else ""
    return BugFact(
        reference=bug.reference,
        title=bug.title if inside else "",
        url=address("BUG", bug.pk),
        state=bug.state,
        state_words=bug.get_state_display().lower(),
        promise=f"{fix.label} {fix.words}".strip() if fix else "",
        workaround=as_html(told) if told else "",
    )


@dataclass(frozen=True)
class WishFact:
    """What became of the wish; only readers of the delivery team are led to the item itself."""

    reference: str
    url: str
    words: str
    reason: str


def wish_fact(report: ProblemReport, reader: Reader, *, inside: bool) -> WishFact | None:
    if report.living is None or report.living.item_id is None:
        return None
    wish = wishes.wish(report.living.item_id)
    day = on_day(wish.ends_on, reader.at.date()) if wish.ends_on else ""
    words = {
        "to_be_decided": "The product owner has not decided yet.",
        "accepted": "Accepted: it is in the backlog, without a date yet.",
        "scheduled": f"Planned in {wish.sprint}, which ends {day}.",
        "finished": "Finished.",
        "declined": "Declined.",
    }
    url = address("BI", wish.key) if inside else ""
    return WishFact(wish.reference, url, words[wish.decision], wish.reason)


def links(report: ProblemReport, reader: Reader, *, has_duplicates: bool) -> list[Link]:
    """The original of a duplicate and the duplicates of an original, as far as this reader sees them."""
    named = []
    if report.living and report.living.duplicate_of_id:
        original = visible_to(reader.who).filter(pk=report.living.duplicate_of_id).first()
        if original:
            named.append(_link(original, "the same problem"))
    if not has_duplicates:
        return named
    doubles = visible_to(reader.who).filter(living__duplicate_of=report).order_by("pk")[:MOST]
    return named + [_link(double, "the same problem") for double in doubles]


def _link(report: ProblemReport, words: str) -> Link:
    state = "" if report.state in OPEN else ", closed"
    return Link(report.reference, report.title, url_of(report), f"{words}{state}")

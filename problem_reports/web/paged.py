"""A page as it is shown: who was told when, who answered, and what the reader may do about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django import forms
from django.urls import reverse
from django.utils import timezone

from channels.web import Verb
from foundation.lifecycle import words as spoken
from foundation.moments import in_words
from foundation.references import address
from oncall.lifecycle import PAGES, PageState
from oncall.models import Page, StandInAct
from oncall.policy import paging as policy
from oncall.querysets.paging import plan_of
from problem_reports.forms.verbs import text
from problem_reports.web.reader import Reader
from sprints.forms import QUICK_HOURS
from sprints.policy import may_log_work

STATES = {
    PageState.PAGING: "waits for an answer",
    PageState.ACKNOWLEDGED: "acknowledged",
    PageState.STOPPED: "stopped",
    PageState.EXHAUSTED: "nobody answered",
}


class StopForm(forms.Form):
    reason = text("Why nobody has to come", rows=2)

    def given(self) -> dict[str, str]:
        return {"reason": self.cleaned_data["reason"]}


@dataclass(frozen=True)
class Told:
    step: int
    names: str
    when: str


@dataclass(frozen=True)
class PageRow:
    """As `pages/_page.html` wants it; `buttons` act at once, `forms` ask for something.

    `answer` is *I have it*, the first of the buttons when it may be pressed; `asks_me`: the reader was told.
    """

    key: int
    about: str
    url: str
    title: str
    priority: str
    as_stated: bool
    team: str
    state: str
    state_words: str
    begun: str
    by: str
    reason: str
    told: list[Told]
    answered: str
    next: str
    policy: str
    buttons: list[Verb] = field(default_factory=list)
    forms: list[Verb] = field(default_factory=list)
    work: Verb | None = None
    answer: Verb | None = None
    asks_me: bool = False

    def apart(self) -> "PageRow":
        """Where the answer stands somewhere else already, as the one thing to do next."""
        return replace(self, buttons=[b for b in self.buttons if b is not self.answer])

    def beside(self) -> "PageRow":
        """Where something else is the one thing to do next."""
        return replace(self, buttons=[replace(b, kind="") for b in self.buttons])


def page_row(
    page: Page,
    reader: Reader,
    titles: Mapping[str, str],
    *,
    then: str = "",
    version: int | None = None,
) -> PageRow:
    zone = timezone.get_current_timezone()

    def said(moment: object) -> str:
        return in_words(moment, reader.at, zone)  # type: ignore[arg-type]

    title = titles.get(page.about, "")
    prefix, _, number = page.about.partition("-")
    buttons, behind, work = _verbs(page, reader, then)
    return PageRow(
        key=page.pk,
        about=page.about,
        url=address(prefix, number) if title else "",
        title=title or (page.area.name if page.area else ""),
        priority=page.priority,
        as_stated=page.as_stated,
        team=page.team.name,
        state=page.state,
        state_words=STATES[PageState(page.state)],
        begun=said(page.at),
        by="" if page.by.username == "the-clock" else str(page.by),
        reason=page.reason.body if page.reason and title else "",
        told=_told(page, said),
        answered=f"{page.acknowledged_by}, {said(page.acknowledged_at)}"
        if page.acknowledged_by
        else "",
        next=_next(page, said),
        policy=_policy(page, version),
        buttons=buttons,
        forms=behind,
        work=work,
        answer=next((b for b in buttons if b.kind == "next"), None),
        asks_me=any(told.person_id == reader.person.pk for told in page.told.all()),
    )


def page_rows(pages: Iterable[Page], reader: Reader, titles: Mapping[str, str]) -> list[PageRow]:
    """The rows of a list; the policy in force is asked once for each team."""
    rows = list(pages)
    current = {team: plan_of(team)[0] for team in {page.team_id for page in rows}}
    return [page_row(p, reader, titles, version=current[p.team_id]) for p in rows]


def _told(page: Page, said) -> list[Told]:  # type: ignore[no-untyped-def]
    steps: dict[int, list] = {}  # type: ignore[type-arg]
    for row in sorted(page.told.all(), key=lambda r: r.pk):
        steps.setdefault(row.step, []).append(row)
    return [
        Told(step, ", ".join(str(row.person) for row in rows), said(rows[0].at))
        for step, rows in steps.items()
    ]


def _next(page: Page, said) -> str:  # type: ignore[no-untyped-def]
    if page.state != PageState.PAGING:
        return ""
    if page.step >= len(page.steps):
        return f"All were told; gives up {said(page.next_at)}."
    return f"Step {page.step + 1} of {len(page.steps)} is told {said(page.next_at)}."


def _policy(page: Page, current: int | None) -> str:
    number = page.policy_number
    own = f"version {number} of the policy" if number else "what a team begins with"
    if current is None or current == number:
        return f"By {own}."
    return f"By {own}; version {current} is in force now."


def _verbs(page: Page, reader: Reader, then: str) -> tuple[list[Verb], list[Verb], Verb | None]:
    allowed = [v for v in PAGES.verbs_from(page.state) if v in ("acknowledge", "escalate", "stop")]
    may = [v for v in allowed if getattr(policy, f"may_{v}")(reader.who, page) is policy.YES]
    buttons, behind = [], []
    if "acknowledge" in may:
        buttons.append(_button(page, "acknowledge", "I have it", then, kind="next"))
    # Answered, it is theirs: only they hand it on.
    theirs = page.acknowledged_by_id in (None, reader.person.pk)
    if "escalate" in may and theirs and page.step < len(page.steps):
        label = (
            "Hand it on: tell the next step"
            if page.acknowledged_by_id
            else "Tell the next step now"
        )
        buttons.append(_button(page, "escalate", label, then))
    if "stop" in may:
        form = StopForm(auto_id=f"stop_{page.pk}_%s")
        behind.append(_button(page, "stop", "Stop paging", then, asks=form))
    work = None
    if page.told.all() and not may_log_work(reader.who, page.team_id):
        work = _button(page, "log_work", "Log work", then, beside=QUICK_HOURS)
    return buttons, behind, work


def _button(page: Page, verb: str, label: str, then: str, **more: object) -> Verb:
    return Verb(
        name=f"{verb}_{page.pk}",
        label=label,
        url=reverse("page_act", args=[page.pk, verb.replace("_", "-")]),
        fields={"then": then} if then else {},
        ends=label,
        **more,  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class Review:
    """An act to look at, as `pages/list.html` wants it."""

    about: str
    url: str
    words: str
    verb: Verb


def reviews(reader: Reader) -> list[Review]:
    """What somebody on call decided for this release manager, oldest first."""
    zone = timezone.get_current_timezone()
    rows = StandInAct.objects.filter(team__in=reader.who.teams, reviewed_at__isnull=True)
    found = []
    for act in rows.select_related("team", "by").order_by("pk"):
        if policy.may_review(reader.who, act) is not policy.YES:
            continue
        prefix, _, number = act.about.partition("-")
        when = in_words(act.at, reader.at, zone)
        words = f"{act.by}: {spoken(act.verb)}, {when}, while no release manager was on duty"
        verb = Verb(f"review_{act.pk}", "Reviewed", reverse("page_review", args=[act.pk]))
        found.append(Review(act.about, address(prefix, number), words, verb))
    return found

"""What a rotation's page shows to one reader, and the forms that they may use (ONC-3)."""

from collections.abc import Callable
from datetime import timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from psycopg2.extras import DateTimeTZRange

from channels.web import fresh_key
from foundation import clock
from oncall import policy, rows
from oncall.forms import AwayForm, OverrideForm, SinceForm, SwapForm
from oncall.lifecycle import SwapState
from oncall.models import Absence, Duty, Rotation, SwapOffer
from oncall.policy import swaps
from oncall.querysets import readable_teams, standing
from oncall.querysets.fairness import LOOK, whom_to_ask_next
from oncall.querysets.gaps import gaps_of
from oncall.querysets.ladder import trainees_among
from oncall.querysets.rotas import overrides_ahead, segments, versions_of
from oncall.rules import Standing
from teams.models import Person
from teams.querysets import members_of

AHEAD = timedelta(weeks=12)
MOST = 60


class Page:
    """One rotation as one person sees it at a moment."""

    def __init__(self, request: HttpRequest, key: int) -> None:
        self.request, self.at = request, clock.now()
        self.zone = timezone.get_current_timezone()
        self.who: Standing = standing(request.user, self.at)  # type: ignore[arg-type]
        readable = readable_teams(self.who).order_by().values("pk")
        rows_ = Rotation.objects.filter(pk=key, team__in=readable)
        found = rows_.select_related("team__calendar").first()
        if found is None:
            raise Http404("There is no such rotation.")
        self.rotation = found
        #: Read once: what stands and is planned, and who took turns lately (whom to ask for a swap).
        self.versions = versions_of(found, self.at - LOOK)
        self.people = list(members_of(found.team_id))
        learn = trainees_among(found.team_id, found.duty, [p.pk for p in self.people])
        #: Who may be put on duty: whoever is not still on the ladder (ONC-7).
        self.able = [p for p in self.people if p not in learn]
        self.learning = any(p.pk == self.who.person_id for p in learn)
        self.leads = policy.leads(self.who, found.team)
        span = DateTimeTZRange(self.at, self.at + AHEAD)
        ahead = found.duties.filter(during__overlap=span).order_by("during", "pk")
        self.ahead = list(ahead.select_related("person", "instead_of"))

    @property
    def own(self) -> list[Person]:
        """For whom the reader may speak: themselves; a lead for everybody."""
        return self.people if self.leads else [p for p in self.people if p.pk == self.who.person_id]

    def shifts(self) -> list[tuple[str, list[Duty]]]:
        ordered = sorted(self.ahead, key=lambda d: d.slot)
        found = [(slot, list(pieces)) for slot, pieces in groupby(ordered, lambda d: d.slot)]
        return sorted(found, key=lambda shift: shift[1][0].during.lower)[:MOST]

    def asked_first(self, shift: Duty) -> list[Person]:
        """Who may be put on duty: who is free for this shift first, and furthest behind their share (ONC-5)."""
        span = shift.during
        team, duty = self.rotation.team, self.rotation.duty
        free = whom_to_ask_next(team, duty, span.lower, span.upper, self.at, self.versions)
        return sorted(self.able, key=lambda p: free.index(p) if p in free else len(free))

    def forms(self) -> dict[str, Callable[..., Any]]:
        """The forms of the verbs that the reader may use."""
        found: dict[str, Callable[..., Any]] = {}
        if policy.may_take_shift(self.who, self.rotation.team) is not policy.YES:
            return found
        shifts = self.shifts()
        mine = [s for s in shifts if self.leads or s[1][0].person_id == self.who.person_id]
        if mine:
            choices = [
                [rows.shift_words(slot, pieces, self.zone) for slot, pieces in some]
                for some in (mine, shifts)
            ]
            asked = self.asked_first(mine[0][1][0])
            found["offer-swap"] = lambda data=None: SwapForm(
                data,
                people=asked,
                rotation=self.rotation.pk,
                shifts=choices[0],
                others=choices[1],
                prefix="swap",
            )
        if self.own:
            found["record-absence"] = lambda data=None: AwayForm(
                data, people=self.own, prefix="away"
            )
        if self.leads:
            found["override"] = lambda data=None: OverrideForm(
                data, people=self.able, prefix="override"
            )
            found["join-rotation"] = lambda data=None: SinceForm(
                data, people=self.able, prefix="join"
            )
            found["leave-rotation"] = lambda data=None: SinceForm(
                data, people=self.people, prefix="leave"
            )
        return found

    def show(
        self,
        verb: str = "",
        form: Any = None,
        refused: Any = None,
        status: int = 200,
        preview: rows.PreviewLines | None = None,
    ) -> HttpResponse:
        """The page; `form` of `verb` stands open, with what it would move when `preview` says that."""
        rotation, names = self.rotation, {p.pk: str(p) for p in self.people}
        schedule = segments(self.ahead)
        forms = {name: make() for name, make in self.forms().items()}
        if form is not None:
            forms[verb] = form
        context = {
            "rotation": rotation,
            "version": rotation.version,
            "orders": rows.orders(
                self.versions, max(self.at, self.versions[0].since), names, self.zone
            ),
            "gaps": rows.gap_lines(
                gaps_of(rotation.team, rotation.duty, self.at, schedule), self.at, self.zone
            )
            if rotation.published_at <= self.at
            else [],
            "begins": rotation.published_at if rotation.published_at > self.at else None,
            "shifts": rows.shift_lines(self.ahead[:MOST], self.zone, me=self.who.person_id),
            "forms": [
                {
                    "verb": name,
                    "form": forms[name],
                    "url": self.url(name),
                    "open": name == verb,
                    "preview": preview if name == verb else None,
                    "previews_at": "/on-call/away/" if name == "record-absence" else "",
                    **WORDS[name],
                }
                for name in WORDS
                if name in forms
            ],
            "offers": self.offers(),
            "away": self.away(),
            "overrides": self.overrides(),
            "revise": reverse("revise_rotation", args=[rotation.pk]) if self.leads else "",
            "calendar": f"{reverse('on_call')}?team={rotation.team.slug}",
            "refusal": refused,
            "idempotency_key": fresh_key(),
        }
        return render(self.request, "oncall/rotation.html", context, status=status)

    def url(self, verb: str) -> str:
        return reverse("rotation_act", args=[self.rotation.pk, verb])

    def offers(self) -> list[dict[str, Any]]:
        when = dict(rows.shift_words(s, p, self.zone) for s, p in self.shifts())
        found = self.rotation.swaps.filter(state=SwapState.OFFERED).select_related(
            "offered_by", "to"
        )
        return [
            {
                "words": when.get(swap.slot, swap.slot),
                "to": str(swap.to) if swap.to else "anybody",
                "in_return": when.get(swap.in_return, swap.in_return),
                "moves": urlencode(
                    {
                        "rotation": self.rotation.pk,
                        "slot": swap.slot,
                        "to": swap.to.username if swap.to else "",
                        "in_return": swap.in_return,
                    }
                ),
                "verbs": [
                    (
                        self.words(verb, swap),
                        reverse("swap_act", args=[swap.pk, verb.replace("_", "-")]),
                    )
                    for verb in swaps.allowed(
                        self.who, self.rotation.team, swap, learning=self.learning
                    )
                ],
            }
            for swap in found.order_by("starts_at", "pk")
            if swap.slot in when
        ]

    def words(self, verb: str, swap: SwapOffer) -> str:
        """A lead answers on behalf of whom it is offered to: the button says so."""
        word = verb.removesuffix("_swap").capitalize()
        others = verb != "withdraw_swap" and swap.to_id not in (None, self.who.person_id)
        return f"{word} for {swap.to}" if others else word

    def away(self) -> list[dict[str, Any]]:
        span = DateTimeTZRange(self.at, self.at + AHEAD)
        found = Absence.objects.filter(
            person__in=self.people, during__overlap=span, taken_back_at__isnull=True
        ).select_related("person")
        return [
            {
                "name": str(a.person),
                "when": rows.span(a.during.lower, a.during.upper, self.zone),
                "url": reverse("take_back_absence", args=[self.rotation.pk, a.pk])
                if self.leads or a.person_id == self.who.person_id
                else "",
            }
            for a in found.order_by("during", "pk")[:MOST]
        ]

    def overrides(self) -> list[dict[str, Any]]:
        return [
            {
                "name": str(o.person),
                "when": rows.span(o.during.lower, o.during.upper, self.zone),
                "url": reverse("take_back_override", args=[o.pk]) if self.leads else "",
            }
            for o in overrides_ahead(self.rotation, self.at)[:MOST]
        ]


WORDS = {
    "offer-swap": {"title": "Offer a shift", "send": "Offer it"},
    "record-absence": {"title": "Say who is away", "send": "Record it"},
    "override": {"title": "Override", "send": "Put them on duty"},
    "join-rotation": {"title": "Somebody joins", "send": "Add them", "previews": True},
    "leave-rotation": {"title": "Somebody leaves", "send": "Take them out", "previews": True},
}

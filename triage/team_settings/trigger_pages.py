"""The settings' front door for when a bug asks for a post-mortem: what the rules would have raised, then publishing."""

import hashlib
from dataclasses import asdict, dataclass, fields
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bugs.models import Bug
from channels.web import sent_version
from foundation.references import address, reference
from postmortems import services
from postmortems.models import TriggerRules
from postmortems.policy import may_publish_trigger_rules
from postmortems.querysets.cutting import cuts_would_have_raised
from postmortems.querysets.triggers import plain, rules_of, would_have_raised
from postmortems.rules.triggers import Rules
from teams.lifecycle import TeamKind
from triage.team_settings.page import Place, Sheet, place_or_404, send, show
from triage.team_settings.rows import SettingRow

#: More than these nobody reads one by one.
FIRST = 20


class TriggerForm(forms.Form):
    """An empty number switches its rule off."""

    p0 = forms.BooleanField(label="It was a P0", required=False)
    broken_promise = forms.BooleanField(label="A promise on a P0 or P1 was broken", required=False)
    reports = forms.IntegerField(
        label="This many reports of one bug", min_value=1, max_value=1000, required=False
    )
    customers = forms.IntegerField(
        label="from at least this many customers", min_value=1, max_value=1000, required=False
    )
    displaced = forms.DecimalField(
        label="Planned work that made room for it", min_value=1, max_value=1000, decimal_places=2, required=False,
        help_text="In the team's unit.",
    )  # fmt: skip
    loan_days = forms.IntegerField(
        label="Days that its payback is overdue", min_value=1, max_value=1000, required=False
    )
    came_back = forms.BooleanField(label="It came back after it was fixed", required=False)
    cut_reports = forms.IntegerField(
        label="This many small reports of one area and cause in 30 days", min_value=1, max_value=1000, required=False,
        help_text="They ask for one review together.",
    )  # fmt: skip
    cut_hours = forms.IntegerField(
        label="or this many hours of work on them", min_value=1, max_value=1000, required=False
    )

    def rules(self) -> Rules:
        return Rules(**{field.name: self.cleaned_data[field.name] for field in fields(Rules)})

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name, other in (("reports", "customers"), ("customers", "reports")):
            if said.get(name) is None and said.get(other) is not None and name not in self.errors:
                self.add_error(name, "Say both, or neither.")
        return said


@dataclass(frozen=True)
class RaisedRow:
    reference: str
    url: str
    title: str
    why: str


@dataclass(frozen=True)
class Preview:
    """`stamp` is sent with *Publish*: it stands for the rules whose effect was shown."""

    count: int
    was: int
    reviews: int
    reviews_were: int
    rows: list[RaisedRow]
    stamp: str

    @property
    def hidden(self) -> int:
        return self.count - len(self.rows)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def triggers(request: HttpRequest, team: str) -> HttpResponse:
    """The rules in a form; posted, first what they would have raised, and published only once that was seen."""
    place = place_or_404(request, team, asked=may_publish_trigger_rules)
    if place.team.kind != TeamKind.DELIVERY:
        raise Http404("Only a delivery team learns from its bugs.")
    versions = list(
        TriggerRules.objects.filter(team=place.team)
        .select_related("published_by")
        .order_by("-number")
    )
    rules = rules_of(place.team.pk)
    form = TriggerForm(request.POST or None, initial=asdict(rules))
    preview = None
    if request.method != "POST":
        return show(place, _sheet(versions), form)
    if place.edits and form.is_valid():
        preview = _preview(place, rules, form.rules())
    sheet = _sheet(versions, preview=preview, opened=sent_version(request))
    if preview and request.POST.get("previewed") != preview.stamp:
        return show(place, sheet, form)

    def publish(said: dict[str, Any]) -> None:
        made = services.publish_trigger_rules(
            place.team.pk, rules=form.rules(), version=sheet.version, **place.act
        )
        messages.success(request, f"Version {made.number} asks from now on.")

    return send(place, lambda: sheet, form, publish, leads_to=request.path)


def _preview(place: Place, now: Rules, then: Rules) -> Preview:
    found = would_have_raised(place.team, then, place.reader.at)
    was = would_have_raised(place.team, now, place.reader.at)
    first = list(found.items())[:FIRST]
    titles = dict(Bug.objects.filter(pk__in=dict(first)).values_list("pk", "title"))
    return Preview(
        count=len(found),
        was=len(was),
        reviews=cuts_would_have_raised(place.team, then, place.reader.at),
        reviews_were=cuts_would_have_raised(place.team, now, place.reader.at),
        rows=[
            RaisedRow(
                reference=reference("BUG", key),
                url=address("BUG", key),
                title=titles[key],
                why="; ".join(hit.words for hit in reasons),
            )
            for key, reasons in first
        ],
        stamp=hashlib.sha256(repr(then).encode()).hexdigest()[:16],
    )


def _sheet(
    versions: list[TriggerRules], *, preview: Preview | None = None, opened: int | None = None
) -> Sheet:
    latest = versions[0].number if versions else 0
    return Sheet(
        section="post-mortems",
        title="Post-mortems",
        lead="When a bug, or many small reports together, ask to be learnt from. Each hit proposes one post-mortem "
        "per bug; people answer full, light or waived with a reason. Anyone may ask for one at any time.",
        columns=("Version", "Rules", "Published by"),
        rows=[_row(one, current=one.number == latest) for one in versions]
        or [SettingRow(("0, in force", _in_words(Rules()), "as every team begins"), current=True)],
        form_title=f"Version {latest + 1}",
        send="Preview",
        version=opened if opened is not None else latest,
        template="teams/triggers.html",
        preview=preview,
    )


def _row(one: TriggerRules, *, current: bool) -> SettingRow:
    return SettingRow(
        cells=(
            f"{one.number}{', in force' if current else ''}",
            _in_words(plain(one)),
            f"{one.published_by}, {one.published_at:%-d %b %Y}",
        ),
        current=current,
    )


def _in_words(rules: Rules) -> str:
    return (
        " · ".join(
            words
            for words in (
                "a P0" if rules.p0 else "",
                "a broken promise" if rules.broken_promise else "",
                f"{rules.reports} reports of {rules.customers} customers" if rules.reports else "",
                f"{rules.displaced.normalize():f} of planned work made room"
                if rules.displaced
                else "",
                f"a payback {rules.loan_days} days overdue" if rules.loan_days else "",
                "it came back" if rules.came_back else "",
                f"{rules.cut_reports} small reports in 30 days" if rules.cut_reports else "",
                f"{rules.cut_hours} hours of small reports in 30 days" if rules.cut_hours else "",
            )
            if words
        )
        or "none: people ask"
    )

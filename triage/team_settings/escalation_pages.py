"""The settings' front door for whom a team's pages tell, and when: versions, and a preview for this moment (ONC-6)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from channels.web import sent_version
from oncall import services
from oncall.models import P1Hours
from oncall.policy.paging import may_publish_escalation_policy
from oncall.querysets.paging import plan, plan_of, roster_of, versions
from oncall.rules import escalation
from teams.lifecycle import TeamKind
from teams.models import Person
from teams.querysets import members_of
from triage.team_settings.page import Place, Sheet, place_or_404, send, show
from triage.team_settings.rows import SettingRow


class EscalationForm(forms.Form):
    steps = forms.CharField(
        label="Steps",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One a line: minutes after the step before, a colon, and whom: on call, release manager, lead, "
        "expert (of the area), or user names, with commas between. A gap in a duty falls to the lead; "
        "a P0 also tells an expert at once.",
    )
    gives_up_after = forms.IntegerField(
        label="Gives up after",
        help_text="Minutes after the last step. Then the lead hears that nobody answered.",
    )
    p1 = forms.ChoiceField(
        label="A P1 pages",
        choices=P1Hours.choices,
        widget=forms.RadioSelect,
        help_text="A P0 pages at any hour. Support hours are those of the team's calendar; minutes count in them.",
    )

    def clean_steps(self) -> list[escalation.Step]:
        steps, wrong = escalation.from_lines(self.cleaned_data["steps"])
        if wrong:
            raise forms.ValidationError(wrong)
        return steps


@dataclass(frozen=True)
class Told:
    """One step of the preview: after how many minutes of the beginning, and whom it would tell now."""

    after: str
    names: str


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def escalation_policy(request: HttpRequest, team: str) -> HttpResponse:
    """What is in force, whom it would tell at this moment, and the next version."""
    place = place_or_404(request, team, asked=may_publish_escalation_policy)
    if place.team.kind != TeamKind.DELIVERY:
        raise Http404("Only a delivery team is paged.")
    number, held = plan_of(place.team.pk)
    began = {
        "steps": escalation.as_lines(held.steps),
        "gives_up_after": held.gives_up_after,
        "p1": held.p1,
    }
    form = EscalationForm(request.POST or None, initial=began)
    if request.method != "POST":
        return show(place, _sheet(place, number, held), form)
    if "preview" in request.POST and place.edits and form.is_valid():
        said = form.cleaned_data
        shown = escalation.Plan(tuple(said["steps"]), said["gives_up_after"], said["p1"])
        known = set(members_of(place.team.pk).values_list("username", flat=True))
        wrong = escalation.wrong_with(shown.steps, shown.gives_up_after, shown.p1, known)
        for name, sentences in wrong.items():
            form.add_error(name, sentences)
        return show(place, _sheet(place, number, held if wrong else shown), form)

    def publish(said: dict[str, Any]) -> None:
        version = sent_version(request)
        made = services.publish_escalation_policy(
            place.team.pk, **said, **place.act, version=version
        )
        messages.success(request, f"Version {made.number} is in force for every page from now on.")

    return send(place, lambda: _sheet(place, number, held), form, publish, leads_to=request.path)


def _sheet(place: Place, number: int, shown: escalation.Plan) -> Sheet:
    found = list(versions(place.team.pk))
    sheet = Sheet(
        section="escalation",
        title="Paging",
        lead="Whom a page tells, step by step, until somebody answers. A page that runs keeps the version that it "
        "began with.",
        columns=("Version", "Steps", "P1", "Published by"),
        rows=[
            SettingRow(
                cells=(
                    f"{one.number}, {one.published_at:%-d %b %Y}{', in force' if one.number == number else ''}",
                    escalation.as_lines(plan(one).steps).replace("\n", " · "),
                    one.get_p1_display(),
                    str(one.published_by),
                ),
                current=one.number == number,
            )
            for one in found
        ],
        empty={
            "title": "Nothing published yet",
            "words": "Until then a page tells who is on call, after 5 minutes the release manager, after 10 more "
            "the lead.",
        },
        form_title="The next version",
        send="Publish it",
        version=number,
        template="teams/escalation.html",
    )
    return replace(sheet, preview=_preview(place, shown))


def _preview(place: Place, shown: escalation.Plan) -> list[Told]:
    """Whom each step would tell if a P0 without an area came in now."""
    return [
        Told(after, ", ".join(_names(place, step)) or "nobody: it is passed at once")
        for after, step in zip(_afters(shown.steps), shown.steps, strict=True)
    ]


def _afters(steps: Sequence[escalation.Step]) -> list[str]:
    said, total = [], 0
    for step in steps:
        total += step.after
        said.append(f"after {total} min" if total else "at once")
    return said


def _names(place: Place, step: escalation.Step) -> list[str]:
    told = escalation.told(step, roster_of(place.team.pk, None, place.reader.at, step))
    people = Person.objects.in_bulk(told)
    return [str(people[key]) for key in told]

"""The settings' front door for what a team promises: a table of targets, what they would do, and publishing them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from channels.web import sent_version
from foundation.errors import Invalid
from foundation.references import address, reference
from problem_reports import services
from problem_reports.clocks import policies
from problem_reports.clocks.models import PolicyVersion
from problem_reports.policy import may_publish_policy_version
from problem_reports.querysets import foreseen
from problem_reports.querysets.foresight import FIRST, Change
from problem_reports.services.policies import ALSO_OPEN, ASKED, check
from teams.lifecycle import TeamKind
from triage.team_settings.page import Place, Sheet, place_or_404, send, show
from triage.team_settings.policy_form import KINDS, PolicyForm

GET_OR_POST = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class ChangeRow:
    reference: str
    url: str
    title: str
    priority: str
    kind: str
    was: str
    now: str
    said: str


@dataclass(frozen=True)
class Preview:
    """`stamp` is sent with *Publish*: it stands for the targets whose effect was shown."""

    open: int
    moved: int
    late: int
    warned: int
    changes: list[ChangeRow]
    hidden: int
    stamp: str


@dataclass(frozen=True)
class VersionRow:
    number: int
    published: datetime
    by: str
    warn: int
    escalate: int
    targets: list[tuple[str, list[str]]]


@login_required
@never_cache
@require_http_methods(GET_OR_POST)
def policy(request: HttpRequest, team: str) -> HttpResponse:
    """The present targets in a form; posted, first what they would do, and published only once that was seen."""
    place = place_or_404(request, team, asked=may_publish_policy_version)
    if place.team.kind != TeamKind.DELIVERY:
        raise Http404("Only a delivery team promises.")
    versions = list(
        PolicyVersion.objects.filter(team=place.team)
        .select_related("published_by")
        .prefetch_related("targets")
        .order_by("-number")
    )
    form = PolicyForm(request.POST or None, initial=_first(versions))
    if request.method != "POST":
        return show(place, _sheet(versions), form)
    preview = None
    if place.edits and form.is_valid():
        try:
            check(form.draft(), place.team, at=place.reader.at)
        except Invalid as error:
            _beside(form, error)
        else:
            preview = _preview(place, form)
    opened = sent_version(request)
    sheet = _sheet(versions, preview=preview, opened=opened)
    if preview and not _publishes(request, form, preview):
        status = 400 if form.errors else 200
        return show(place, sheet, form, status=status)

    def publish(said: dict[str, Any]) -> None:
        made = services.publish_policy_version(
            place.team.pk,
            draft=form.draft(),
            applies=said["applies"],
            version=opened,
            **place.act,
        )
        messages.success(request, _published(made.number, said["applies"]))

    return send(place, lambda: sheet, form, publish, leads_to=request.path)


def _first(versions: list[PolicyVersion]) -> dict[str, Any]:
    """The present values; of a team that never promised anything, those that it would start with."""
    if versions:
        return PolicyForm.first_values(policies.policy(versions[0].pk))
    return PolicyForm.first_values(policies.default())


def _publishes(request: HttpRequest, form: PolicyForm, preview: Preview) -> bool:
    """Whether *Publish* was pressed below the preview of these very targets; if not, why is said in the form."""
    if "publish" not in request.POST:
        return False
    if not form.cleaned_data["applies"]:
        form.add_error("applies", "Say to which reports it applies.")
    if request.POST.get("previewed") != preview.stamp:
        form.add_error(
            None, "You changed the targets: below is what they would do now. Look, then publish."
        )
    return not form.errors


def _beside(form: PolicyForm, error: Invalid) -> None:
    for name, whys in error.fields.items():
        for why in whys:
            form.add_error(name if name in form.fields else None, why)


def _published(number: int, applies: str) -> str:
    if applies == ALSO_OPEN:
        return f"Version {number} is published; the open reports are promised anew."
    return f"Version {number} is published; it counts for what is filed from now on."


def _preview(place: Place, form: PolicyForm) -> Preview:
    found = foreseen(place.team, form.draft().policy, place.reader.who, at=place.reader.at)
    changes = [_row(change) for change in found.changes[:FIRST]]
    return Preview(
        open=found.open,
        moved=found.moved,
        late=found.late,
        warned=found.warned,
        changes=changes,
        hidden=found.moved - len(changes),
        stamp=form.stamp(),
    )


def _row(change: Change) -> ChangeRow:
    return ChangeRow(
        reference=reference("PR", change.report_id),
        url=address("PR", change.report_id),
        title=change.title,
        priority=change.priority,
        kind=KINDS[change.kind][0],  # type: ignore[index]
        was=_exact(change.was_due_at),
        now=_exact(change.due_at),
        said="late at once" if change.late else "warned at once" if change.warned else "",
    )


def _exact(at: datetime) -> str:
    return f"{at.astimezone(timezone.get_current_timezone()):%a %-d %b %H:%M}"


def _sheet(
    versions: list[PolicyVersion], *, preview: Preview | None = None, opened: int | None = None
) -> Sheet:
    latest = versions[0].number if versions else 0
    return Sheet(
        section="policy",
        title="Promises",
        lead="How long each promise may take. A report keeps the version it was filed under, unless you say otherwise.",
        columns=(),
        rows=[],
        form_title=f"Version {latest + 1}" if versions else "The first version",
        send="Preview",
        version=opened if opened is not None else latest,
        template="teams/policy.html",
        preview=preview,
        versions=[_version(v) for v in versions],
    )


def _version(version: PolicyVersion) -> VersionRow:
    targets = {(t.kind, t.priority): t for t in version.targets.all()}
    return VersionRow(
        number=version.number,
        published=version.published_at,
        by=str(version.published_by) if version.published_by else "as a team begins",
        warn=version.warn_percent,
        escalate=version.escalate_percent,
        targets=[
            (name, [_target(p, targets.get((kind, p))) for k, p in ASKED if k == kind])
            for kind, (name, _) in KINDS.items()
        ],
    )


def _target(priority: str, target: Any) -> str:
    if target is None:
        return f"{priority} –".strip()
    minutes, _ = divmod(target.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    span = (
        f"{hours} h {minutes:02}"
        if hours and minutes
        else f"{hours} h"
        if hours
        else f"{minutes} min"
    )
    return f"{priority} {span}{' around the clock' if target.around_the_clock else ''}".strip()

"""The addresses of reports."""

from functools import cached_property
from typing import Any, ClassVar

from django.http import FileResponse
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from channels.idempotency import fingerprint
from channels.rest import bodies, conditions, cursors
from channels.rest.filtering import filtered
from channels.rest.plain import hyphens
from channels.rest.told import Told
from channels.rest.views import SOURCE, ActingDoor, Door, Shown, ThingDoor, VerbDoor
from foundation.errors import Invalid, NotAllowed, NotFound, VersionNeeded
from foundation.references import parse
from oncall.rules import Standing
from problem_reports import policy, querysets, representations, services
from problem_reports.api import shapes, shown
from problem_reports.api.acts import ACTS
from problem_reports.api.filters import ReportFilter
from problem_reports.lifecycle import State
from problem_reports.models import Attachment, ProblemReport

LIST = "/api/v1/problem-reports/"


class ReportDoor(ThingDoor):
    """What every address of a report shares: who asks, and what they see."""

    @cached_property
    def who(self) -> Standing:
        return querysets.viewer(self.request.user, self.at)

    def visible(self, reference: str) -> Any:
        key = parse(reference, "PR")
        if key is None:
            raise NotFound("There is no such report.")
        return querysets.visible_to(self.who).filter(pk=key)

    def find(self, reference: str) -> ProblemReport:
        report = self.visible(reference).select_related("team__calendar").first()
        if report is None:
            raise NotFound("There is no such report.")
        return report

    def show(self, thing: ProblemReport) -> dict[str, Any]:
        # Read again: an act changes what its actor may do next, also what they hold.
        now = querysets.viewer(self.request.user, self.at)
        return representations.whole(thing.pk, now, self.at)

    def refusal(self, verb: str, thing: ProblemReport) -> str | None:
        return policy.may(verb, self.who, thing)

    def allowed_now(self, reference: str) -> list[str]:
        report = self.find(reference)
        now = querysets.viewer(self.request.user, self.at)
        return [hyphens(v) for v in policy.allowed(now, report)]


class Reports(ActingDoor):
    """The list, and filing."""

    told: ClassVar = {
        "GET": Told(
            "Reports that you may know of, newest first",
            shown.ReportCard,
            shown.CARD,
            lists=True,
            filters=ReportFilter,
            orders=(cursors.NEWEST.name, cursors.DUE.name),
        ),
        "POST": Told(
            "File a report: two promises run from now",
            shown.Report,
            shown.REPORT,
            takes=shapes.File,
            sends=shown.FILED,
            status=201,
        ),
    }

    @cached_property
    def who(self) -> Standing:
        return querysets.viewer(self.request.user, self.at)

    def get(self, request: Request) -> Response:
        rows = filtered(ReportFilter, request, querysets.visible_to(self.who), also=("order",))
        page = cursors.page(request, rows.values_list("pk", "due_at", named=True), _order(request))
        keys = [row.pk for row in page.rows]
        return Response(page.shown(representations.cards(keys, self.who, self.at)))

    def act_on(self, request: Request, **where: str) -> Shown:
        typed = bodies.shaped(shapes.File, bodies.read_object(request))
        report = services.file(**typed, by=request.user, at=self.at, source=SOURCE, who=self.who)
        body = representations.filed(report, self.who, self.at)
        headers = {
            "Location": request.build_absolute_uri(f"{LIST}{report.reference}/"),
            "ETag": conditions.etag(report.version),
        }
        return Shown(body, 201, headers)


def _order(request: Request) -> cursors.Order:
    """Newest first; the queue also by the nearest promise."""
    asked = request.query_params.get("order", cursors.NEWEST.name)
    if asked == cursors.NEWEST.name:
        return cursors.NEWEST
    if asked != cursors.DUE.name:
        raise Invalid({"order": ["Order by newest or due."]})
    if request.query_params.getlist("state") != [State.TO_BE_INVESTIGATED]:
        raise Invalid({"order": ["Only the queue is ordered by due: state=to_be_investigated."]})
    return cursors.DUE


class Report(ReportDoor):
    """One report: read it, edit what describes it."""

    told: ClassVar = {
        "GET": Told("One report", shown.Report, shown.REPORT, versioned=True, refuses=(404,)),
        "PATCH": Told(
            "Edit what describes the problem; what it said before is kept",
            shown.Report,
            shown.REPORT,
            takes=shapes.Edit,
            sends={"environment": "production, since Monday"},
            versioned=True,
            refuses=(404, 409, 412, 428),
        ),
    }

    def get(self, request: Request, reference: str) -> Response:
        row = (
            self.visible(reference)
            .values_list("pk", "version", "due_at", "living__bug_id", named=True)
            .first()
        )
        if row is None:
            raise NotFound("There is no such report.")
        if conditions.already_known(request, row.version) and self._only_its_version(row):
            return Response(status=304, headers={"ETag": conditions.etag(row.version)})
        body = representations.whole(row.pk, self.who, self.at)
        return Response(body, headers={"ETag": conditions.etag(body["version"])})

    def _only_its_version(self, row: Any) -> bool:
        """Whether nothing but an act on the report can have changed what was shown of it.

        Its promises also change with the clock and with the bug that explains it.
        """
        return row.living__bug_id is None and (row.due_at is None or row.due_at > self.at)

    def patch(self, request: Request, reference: str) -> Response:
        report = self.find(reference)
        changes = bodies.shaped(shapes.Edit, bodies.read_object(request))
        if not conditions.has_version(request):
            if why := self.refusal("edit", report):
                raise NotAllowed(why)
            raise VersionNeeded("Send If-Match with the ETag of what you edit.")
        done = services.edit(
            report.pk,
            changes=changes,
            by=request.user,
            at=self.at,
            source=SOURCE,
            version=conditions.demanded(request, report.version),
        )
        return self.answer(done).sent()


class History(ReportDoor):
    """What happened to a report and to the bug that explains it, oldest first."""

    told: ClassVar = {
        "GET": Told(
            "What happened to a report and to the bug that explains it, oldest first",
            shown.HistoryItem,
            shown.ITEM,
            lists=True,
            refuses=(404,),
        )
    }

    def get(self, request: Request, reference: str) -> Response:
        report = self.find(reference)
        inside = policy.sees_inside(self.who, report)
        items = querysets.history(report, inside=inside)
        page = cursors.page_of_few(request, items, lambda item: str(item.id))
        return Response(page.shown([representations.history_item(i) for i in page.rows]))


class Attachments(ReportDoor, ActingDoor):
    """Keep a screenshot or a log with the report: multipart, field `file`."""

    told: ClassVar = {
        "POST": Told(
            "Keep a screenshot or a log with the report",
            shown.Report,
            shown.REPORT,
            uploads=True,
            status=201,
            versioned=True,
            refuses=(404, 409, 412),
        )
    }

    def act_on(self, request: Request, reference: str) -> Shown:
        report = self.find(reference)
        name, content = bodies.read_file(request)
        kept = services.attach(
            report.pk,
            name=name,
            content=content,
            by=request.user,
            at=self.at,
            source=SOURCE,
            version=conditions.demanded(request, report.version),
        )
        body = self.show(report)
        address = request.build_absolute_uri(f"/api/v1/attachments/{kept.pk}/")
        return Shown(body, 201, {"Location": address, "ETag": conditions.etag(body["version"])})

    def what_was_sent(self, request: Request) -> bytes:
        # A repeated upload has another boundary: the file is what must be the same.
        name, content = bodies.read_file(request)
        return f"{name}\n{fingerprint(content)}".encode()


class Download(Door):
    """A file, always as a download: nothing that somebody uploaded runs or shows in our name."""

    told: ClassVar = {
        "GET": Told("A file, as a download", None, None, downloads=True, refuses=(404,))
    }

    def get(self, request: Request, key: Any) -> FileResponse:
        who = querysets.viewer(request.user, self.at)
        seen = querysets.visible_to(who)
        file = Attachment.objects.filter(pk=key, report__in=seen.values("pk")).first()
        if file is None:
            raise NotFound("There is no such file.")
        try:
            content = file.file.open("rb")
        except FileNotFoundError:
            raise NotFound("The file is gone.") from None
        answer = FileResponse(
            content, as_attachment=True, filename=file.name, content_type=file.content_type
        )
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return answer


class ReportVerb(ReportDoor, VerbDoor):
    """A verb on a report."""

    shape = shown.Report
    example = shown.REPORT


ONE = "problem-reports/<str:reference>/"
urlpatterns = [
    path("problem-reports/", Reports.as_view(), name="api-reports"),
    path(ONE, Report.as_view(), name="api-report"),
    path(f"{ONE}history/", History.as_view(), name="api-report-history"),
    path(f"{ONE}attachments/", Attachments.as_view(), name="api-report-attachments"),
    path("attachments/<uuid:key>/", Download.as_view(), name="api-attachment"),
    *(
        path(f"{ONE}{act.verb}/", ReportVerb.of(act).as_view(), name=f"api-report-{act.verb}")
        for act in ACTS
    ),
]

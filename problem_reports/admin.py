"""Reports and their timers in the operator's cupboard: read only."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html

from foundation.operators import ReadOnlyAdmin
from problem_reports.models import ProblemReport, Timer


@admin.register(ProblemReport)
class ProblemReportAdmin(ReadOnlyAdmin):
    prefix, page = "PR", "problem-reports"
    list_display = (
        "reference",
        "open",
        "title",
        "priority",
        "state",
        "team",
        "assignee",
        "due_at",
        "filed_at",
    )
    list_filter = ("state", "priority", "team", "filing_team", "living__outcome")
    list_select_related = ("team", "assignee")
    search_fields = ("title",)
    search_help_text = "PR-12, or words of the title"
    ordering = ("-pk",)


@admin.register(Timer)
class TimerAdmin(ReadOnlyAdmin):
    list_display = ("of", "kind", "epoch", "state", "due_at", "stopped_at", "armed_because")
    list_filter = ("state", "kind", "armed_because")
    ordering = ("-pk",)

    @admin.display(description="Report")
    def of(self, timer: Timer) -> Any:
        name = f"PR-{timer.report_id}"
        return format_html('<a href="/problem-reports/{}/">{}</a>', name, name)

"""Which facts reporters hear of, and in which words."""

from collections.abc import Iterator

from channels.lifecycle import Topic
from channels.registry import Letter, tells
from foundation.references import reference
from journal.models import Event
from problem_reports.models import ProblemReport
from problem_reports.querysets import answered_by


@tells("bug.verified")
def fixed_and_verified(event: Event) -> Iterator[Letter]:
    """Everybody who filed or watches a report that the bug explains hears once, duplicates included."""
    reports = ProblemReport.objects.filter(pk__in=answered_by(event.subject)).order_by("pk")
    told: set[int] = set()
    for report in reports.prefetch_related("watches"):
        for person_id in [report.filed_by_id, *(w.person_id for w in report.watches.all())]:
            if person_id in told:
                continue
            told.add(person_id)
            yield Letter(
                person_id=person_id,
                subject=f"Fixed and verified: {report.title}",
                body=f"What you reported as {report.reference} is fixed, and somebody has checked it.",
                url=f"/problem-reports/{reference('PR', report.pk)}/",
                topic=Topic.FIXED,
                thread=report.reference,
            )

"""Who hears of a report: who filed or watches it, the same for every report that repeats it, and who decides.

Nobody hears of their own act, twice of one, or of a report that they may not see. Who has left, and
tools, hear nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from foundation.references import address
from journal.models import Event
from oncall.models import DutyKind
from oncall.querysets import holder
from problem_reports.models import ProblemReport
from problem_reports.querysets import viewer, visible_to
from teams.lifecycle import PersonKind, Role
from teams.models import Person

REPEATING = """
    WITH RECURSIVE told(id) AS (
        SELECT %s::bigint
      UNION
        SELECT r.id FROM problem_reports_problemreport r
        JOIN problem_reports_classification c ON c.id = r.living_id
        JOIN told ON told.id = c.duplicate_of_id
    )
    SELECT id FROM told
"""


@dataclass(frozen=True)
class Hearer:
    """A person and the report by which they hear; `sees` whether they may read the one it is about."""

    person: Person
    report: ProblemReport
    sees: bool

    @property
    def filed_it(self) -> bool:
        return self.report.filed_by_id == self.person.pk

    @property
    def url(self) -> str:
        return address("PR", self.report.pk)


def repeating(report_id: int) -> list[int]:
    """The report itself first, then every report whose chain of duplicates ends in it."""
    with connection.cursor() as cursor:
        cursor.execute(REPEATING, [report_id])
        keys = [key for (key,) in cursor.fetchall()]
    return [report_id, *sorted(key for key in keys if key != report_id)]


def hearers(event: Event, keys: list[int], *, about: int | None = None) -> Iterator[Hearer]:
    """Who filed or watches these reports, each once, by the first of theirs that they may see.

    `about` is the report that the event is of; None for a bug, of which everybody reads the public words.
    """
    near: dict[int, list[ProblemReport]] = defaultdict(list)
    people: dict[int, Person] = {}
    rows = ProblemReport.objects.filter(pk__in=keys).select_related("filed_by")
    for report in sorted(rows.prefetch_related("watches__person"), key=lambda r: keys.index(r.pk)):
        for person in (report.filed_by, *(watch.person for watch in report.watches.all())):
            people[person.pk] = person
            near[person.pk].append(report)
    for person in sorted(people.values(), key=lambda p: p.pk):
        if not hears(person, event):
            continue
        found = _seen_by(person, near[person.pk], about, event.at)
        if found is not None:
            yield found


def _seen_by(
    person: Person, reports: list[ProblemReport], about: int | None, at: datetime
) -> Hearer | None:
    first = reports[0]
    # Who filed a report always sees it: no need to ask what else they may.
    if first.filed_by_id == person.pk and about in (None, first.pk):
        return Hearer(person, first, sees=True)
    asked = {report.pk for report in reports} | ({about} if about else set())
    seen = set(visible_to(viewer(person, at)).filter(pk__in=asked).values_list("pk", flat=True))
    for report in reports:
        if report.pk in seen:
            return Hearer(person, report, sees=about is None or about in seen)
    return None


def hears(person: Person, event: Event) -> bool:
    return person.is_active and person.kind == PersonKind.PERSON and person.pk != event.by_id


def that_see(people: Iterable[Person], report: ProblemReport, event: Event) -> Iterator[Person]:
    """Those of them, each once, who may see the report and did not do it themselves."""
    once = {person.pk: person for person in people}
    for person in once.values():
        if hears(person, event):
            mine = visible_to(viewer(person, event.at)).filter(pk=report.pk)
            if mine.exists():
                yield person


def who_decides(team_id: int, at: datetime, *duties: str) -> list[Person]:
    """Who held these duties of a team at a moment (the release manager's alone when none is named).

    A gap falls to the team's leads (PRODUCT, ONC-6).
    """
    held = [holder(team_id, duty, at) for duty in duties or (DutyKind.RELEASE_MANAGER,)]
    found = [person for person in held if person is not None]
    if len(found) < len(held):
        leads = Person.objects.filter(memberships__team_id=team_id, memberships__role=Role.LEAD)
        found += list(leads.order_by("pk"))
    return found


def the_report(event: Event) -> ProblemReport:
    return ProblemReport.objects.select_related("assignee", "filed_by").get(pk=event.subject)

"""Records of a log to rows in our words, by case and in order of time; every bad line is named."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from problem_reports.event_log.mapping import PLACES, LogMapping, Stated
from problem_reports.event_log.reading import BadLog, Record, records
from problem_reports.models import Customer, ImportedFrom, ProblemReport
from teams.models import ProductArea

#: How many bad lines are named one by one.
NAMED = 20
CASE_LIMIT = ImportedFrom._meta.get_field("case").max_length
AREA_LIMIT = ProductArea._meta.get_field("name").max_length
CUSTOMER_LIMIT = Customer._meta.get_field("name").max_length
TITLE_LIMIT = ProblemReport._meta.get_field("title").max_length
PERSON_LIMIT = 100

Progress = Callable[[str, int, int | None], None]


class BadRow(Exception):
    """One row cannot be imported; the words say why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One event of a case. Names are as the mapping words them; empty when the log has none."""

    line: int
    case: str
    activity: str
    at: datetime
    person: str
    area: str
    customer: str
    stated: Stated
    cells: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Log:
    """The log as read: its cases, each with its rows in order of time."""

    mapping: LogMapping
    columns: dict[str, int]
    cases: dict[str, list[Row]]
    #: Rows on and after the day that the import stops at.
    left_out: int = 0

    @property
    def rows(self) -> int:
        return sum(map(len, self.cases.values()))

    def kept(self, row: Row) -> dict[str, str]:
        """The columns that the history keeps beside what the row did."""
        cells = {name: row.cells[self.columns[name]] for name in self.mapping.keep}
        return {name: value for name, value in cells.items() if value}

    def title(self, row: Row) -> str:
        return (self._worded(self.mapping.title, row) or row.case)[:TITLE_LIMIT]

    def description(self, row: Row) -> str:
        about = f" ({self.mapping.about})" if self.mapping.about else ""
        origin = (
            f"Imported from the event log “{self.mapping.log}”{about}, case “{row.case}”. "
            "A log holds events and no words: what happened is in the history."
        )
        own = self._worded(self.mapping.description, row)
        return f"{own}\n\n{origin}" if own else origin

    def _worded(self, words: str, row: Row) -> str:
        rendered = {
            "the case": row.case,
            "the area": row.area,
            "the customer": row.customer,
            "the activity": row.activity,
            "the log": self.mapping.log,
        }
        return PLACES.sub(
            lambda place: rendered.get(place[1]) or _cell(self, row.cells, place[1]), words
        ).strip()


def read(
    path: Path, mapping: LogMapping, *, now: datetime, until: datetime | None, told: Progress
) -> Log:
    """The whole log, or BadLog with every line that cannot be imported and its reason.

    Rows from `until` on are checked as the others and left out.
    """
    source = records(path, encoding=mapping.encoding, delimiter=mapping.delimiter)
    header = next(source, None)
    if header is None:
        raise BadLog(f"{path} is empty.")
    log = Log(mapping, _columns(header, mapping), {})
    bad: list[str] = []
    seen = left_out = 0
    for record in source:
        seen += 1
        try:
            row = _row(log, record, len(header.cells), now)
        except BadRow as error:
            bad.append(f"Line {record.line}: {error}.")
            continue
        if until is not None and row.at >= until:
            left_out += 1
        else:
            log.cases.setdefault(row.case, []).append(row)
        if not seen % 1000:
            told("Reading", seen, None)
    told("Reading", seen, seen)
    if bad:
        raise BadLog(_listed(bad, mapping))
    if not seen:
        raise BadLog(f"{path} has a header and no events.")
    for rows in log.cases.values():
        # Stable: events of the same second stay in the order of the log.
        rows.sort(key=lambda row: row.at)
    # Filed first, numbered first: PR-1 is the oldest.
    by_age = sorted(log.cases.items(), key=lambda item: (item[1][0].at, item[1][0].line))
    return Log(mapping, log.columns, dict(by_age), left_out)


def _columns(header: Record, mapping: LogMapping) -> dict[str, int]:
    names = [name.strip() for name in header.cells]
    if header.trouble:
        raise BadLog(f"Line {header.line}: {header.trouble}.")
    if missing := sorted(mapping.columns - set(names)):
        raise BadLog(
            f"The log lacks the columns {', '.join(missing)}; it has {', '.join(names) or 'none'}."
        )
    if double := sorted({n for n in mapping.columns if names.count(n) > 1}):
        raise BadLog(f"The log has two columns called {', '.join(double)}.")
    return {name: place for place, name in enumerate(names)}


def _row(log: Log, record: Record, width: int, now: datetime) -> Row:
    if record.trouble:
        raise BadRow(record.trouble)
    if len(record.cells) != width:
        raise BadRow(f"it has {len(record.cells)} cells, the header has {width}")
    # A log says the same few words ten thousand times: one copy of each is kept.
    cells = tuple(sys.intern(cell.strip()) for cell in record.cells)
    mapping = log.mapping

    def at(name: str) -> str:
        return cells[log.columns[name]]

    activity = sys.intern(" / ".join(filter(None, map(at, mapping.activity))))
    if activity not in mapping.activities:
        raise BadRow(f"the mapping knows no activity “{activity}”")
    return Row(
        line=record.line,
        case=_within(CASE_LIMIT, "case", at(mapping.case), needed=True),
        activity=activity,
        at=_moment(at(mapping.at), mapping, now),
        person=_within(PERSON_LIMIT, "person", _worded(log, mapping.person, cells)),
        area=_within(AREA_LIMIT, "product area", _worded(log, mapping.area, cells), needed=True),
        customer=_within(CUSTOMER_LIMIT, "customer", _worded(log, mapping.customer, cells)),
        stated=_stated(mapping, at(mapping.priority) if mapping.priority else ""),
        cells=cells,
    )


def _worded(log: Log, words: str, cells: tuple[str, ...]) -> str:
    """“Agent {resource}” with the row's cell; empty when every column that it names is empty."""
    named = [_cell(log, cells, name) for name in PLACES.findall(words)]
    if named and not any(named):
        return ""
    told = iter(named)
    return sys.intern(PLACES.sub(lambda _: next(told), words).strip())


def _cell(log: Log, cells: tuple[str, ...], name: str) -> str:
    """A cell without the prefix that the mapping drops, such as the “Value ” of anonymised logs."""
    place = log.columns.get(name)
    if place is None:  # a place such as {the customer} that came to nothing
        return ""
    for prefix in log.mapping.drop:
        if cells[place].startswith(prefix):
            return cells[place].removeprefix(prefix)
    return cells[place]


def _within(limit: int, what: str, value: str, *, needed: bool = False) -> str:
    if needed and not value:
        raise BadRow(f"it names no {what}")
    if len(value) > limit:
        raise BadRow(f"its {what} has {len(value)} signs, more than {limit}")
    return value


def _stated(mapping: LogMapping, value: str) -> Stated:
    if value in mapping.stated:
        return mapping.stated[value]
    if mapping.otherwise is not None:
        return mapping.otherwise
    known = ", ".join(mapping.stated)
    raise BadRow(f"the mapping knows no {mapping.priority} “{value}”, only {known}")


def _moment(told: str, mapping: LogMapping, now: datetime) -> datetime:
    """When it happened, in UTC; without an offset it is read in the mapping's zone."""
    try:
        moment = _read_moment(told, mapping.time_format)
        if moment.utcoffset() is None:
            if not mapping.zone:
                raise BadRow(f"its moment “{told}” has no offset, and the mapping names no zone")
            moment = moment.replace(tzinfo=_zone(mapping.zone))
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRow(f"its moment “{told}” is no date and time") from None
    if moment > now:
        raise BadRow(f"its moment “{told}” is ahead of now")
    return moment


def _read_moment(told: str, form: str) -> datetime:
    if form:
        return datetime.strptime(told, form)  # noqa: DTZ007 - the caller gives it a zone
    return datetime.fromisoformat(told)


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _listed(bad: list[str], mapping: LogMapping) -> str:
    lines = bad[:NAMED]
    if len(bad) > NAMED:
        lines.append(f"… and {len(bad) - NAMED:,} more.")
    if any("knows no activity" in line for line in bad):
        known = ", ".join(f"“{name}”" for name in mapping.activities)
        lines.append(f'The mapping knows the activities {known}; map others to "note".')
    return "\n".join((f"Nothing was imported, because of {len(bad):,} of its lines:", *lines))

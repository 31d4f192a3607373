"""A mapping: how the columns and activities of one log read in our fields and verbs (TOML).

Only shapes and their checks; docs/import.md explains each key. A mapping with anything unknown in
it is refused by name, because a misspelt key would silently import something else.
"""

import codecs
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from problem_reports.event_log.tables import BadMapping, Table
from problem_reports.lifecycle import Cause, Impact, Outcome, Urgency

SHIPPED = Path(__file__).parent / "mappings"

#: Verbs of the report that a row may stand for; each moves by the lifecycle table or not at all.
MOVES = (
    "take",
    "start",
    "classify",
    "respond",
    "ask",
    "answer",
    "return",
    "resubmit",
    "hand_back",
    "prioritise",
    "dispute",
    "reopen",
    "note",
)
#: What only a log has: its first row, an acknowledgement, one more anomaly of a known bug.
MARKS = ("file", "first_sign", "link")
#: Verbs of the bug that the report opened.
BUG_MOVES = ("bug.fix", "bug.verify", "bug.decline", "bug.reopen")
VERBS = (*MARKS, *MOVES, *BUG_MOVES)
#: Outcomes that need evidence which no log has: an original, a version.
WITHOUT_EVIDENCE = tuple(
    o.value for o in Outcome if o not in (Outcome.DUPLICATE, Outcome.ALREADY_FIXED)
)

#: Verbs that one row goes through in turn; the row is told by the last.
Chain = tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """One activity: the first chain that the table permits is what happened.

    `once_a_bug` are the chains for a report that has opened its bug; the same when not given.
    """

    verbs: tuple[Chain, ...]
    once_a_bug: tuple[Chain, ...]
    outcome: str = ""
    cause: str = Cause.UNKNOWN


@dataclass(frozen=True)
class Stated:
    """Impact and urgency, as a value of the log's priority column reads."""

    impact: str
    urgency: str


@dataclass(frozen=True)
class LogTeam:
    slug: str
    name: str
    zone: str


@dataclass(frozen=True)
class LogMapping:
    log: str
    about: str
    encoding: str
    delimiter: str
    zone: str
    time_format: str
    team: LogTeam
    #: Columns, by what they hold. Several activity columns read as "one / other".
    case: str
    activity: tuple[str, ...]
    at: str
    keep: tuple[str, ...]
    drop: tuple[str, ...]
    #: Words with {columns}: "Agent {resource}".
    person: str
    area: str
    customer: str
    title: str
    description: str
    priority: str
    stated: Mapping[str, Stated]
    otherwise: Stated | None
    activities: Mapping[str, Reading]

    @property
    def columns(self) -> set[str]:
        """Every column that the log must have."""
        words = (self.person, self.area, self.customer, self.title, self.description)
        named = {name for text in words for name in PLACES.findall(text)} - RENDERED
        own = {self.case, *self.activity, self.at, *self.keep}
        return named | own | ({self.priority} if self.priority else set())


PLACES = re.compile(r"\{([^{}]+)\}")
#: Places of title and description that are not columns but what the names above came to.
RENDERED = {"the case", "the area", "the customer", "the activity", "the log"}


def shipped() -> list[str]:
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def load(name: str) -> LogMapping:
    """A mapping by the name of a shipped one, or by its path."""
    path = SHIPPED / f"{name}.toml" if name in shipped() else Path(name)
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(shipped())
        raise BadMapping(
            f"There is no mapping {name}; shipped with the product: {known}."
        ) from None
    except OSError as error:
        raise BadMapping(f"{path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMapping(f"{path} is not TOML: {error}.") from None
    return _mapping(Table(told, ""))


def _mapping(told: Table) -> LogMapping:
    file, columns, team = told.table("file"), told.table("columns"), told.table("team")
    names, priority = told.table("names"), told.table("priority")
    otherwise = priority.table("otherwise")
    mapping = LogMapping(
        log=told.word("log", limit=80),
        about=told.word("about", ""),
        encoding=_encoding(file.word("encoding", "utf-8")),
        delimiter=_delimiter(file.word("delimiter", ",")),
        zone=_zone(file.word("zone", "")),
        time_format=file.word("time_format", ""),
        team=LogTeam(
            slug=_slug(team.word("slug", limit=60)),
            name=team.word("name", limit=80),
            zone=_zone(team.word("zone", "Europe/Brussels")),
        ),
        case=columns.word("case"),
        activity=columns.words("activity"),
        at=columns.word("at"),
        keep=columns.words("keep", ()),
        drop=columns.words("drop", ()),
        person=names.word("person", ""),
        area=names.word("area"),
        customer=names.word("customer", ""),
        title=names.word("title"),
        description=names.word("description", ""),
        priority=priority.word("column", ""),
        stated={
            value: _stated(table) for value, table in priority.table("values").tables().items()
        },
        otherwise=_stated(otherwise) if otherwise.told else None,
        activities=_activities(told.table("activities")),
    )
    if not mapping.priority and mapping.otherwise is None:
        raise BadMapping("[priority] names no column, so [priority.otherwise] says what holds.")
    for part in (told, file, columns, team, names, priority):
        part.nothing_else()
    return mapping


def _activities(told: Table) -> dict[str, Reading]:
    readings = {name: _reading(name, value) for name, value in told.told.items()}
    told.told = {}
    if not readings:
        raise BadMapping("[activities] names no activity.")
    return readings


def _reading(activity: str, value: Any) -> Reading:
    if not isinstance(value, dict):
        value = {"verbs": value}
    told = Table(dict(value), f"activities.“{activity}”.")
    verbs = _chains(told.words("verbs"), activity)
    bug = told.words("once_a_bug", None)
    outcome = told.choice("outcome", WITHOUT_EVIDENCE, "")
    reading = Reading(
        verbs=verbs,
        once_a_bug=verbs if bug is None else _chains(bug, activity),
        outcome=outcome,
        cause=told.choice("cause", Cause.values, Cause.UNKNOWN),
    )
    told.nothing_else()
    classifies = any("classify" in c for c in (*reading.verbs, *reading.once_a_bug))
    if classifies and not outcome:
        raise BadMapping(f"“{activity}” classifies: say with which `outcome`.")
    return reading


def _chains(told: Iterable[str], activity: str) -> tuple[Chain, ...]:
    chains = tuple(tuple(verb.strip() for verb in words.split("+")) for words in told)
    for verb in (verb for chain in chains for verb in chain):
        if verb not in VERBS:
            raise BadMapping(
                f"“{activity}” reads as “{verb}”, which is no verb of an import; "
                f"those are: {', '.join(VERBS)}."
            )
    return chains


def _stated(told: Table) -> Stated:
    stated = Stated(told.choice("impact", Impact.values), told.choice("urgency", Urgency.values))
    told.nothing_else()
    return stated


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadMapping(f"There is no time zone “{name}”.") from None


def _encoding(name: str) -> str:
    try:
        b"a".decode(name)  # some codecs are no text encodings, and say so only here
        return codecs.lookup(name).name
    except (LookupError, UnicodeError):
        raise BadMapping(f"There is no encoding “{name}”.") from None


def _delimiter(sign: str) -> str:
    if len(sign) != 1 or sign in '"\r\n':
        raise BadMapping(f"A delimiter is one sign, not “{sign}”.")
    return sign


def _slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise BadMapping(f"The slug “{text}” has other signs than a to z, 0 to 9 and hyphens.")
    return text

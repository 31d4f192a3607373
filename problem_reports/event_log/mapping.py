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

from foundation.errors import Refused
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


class BadMapping(Refused):
    """The mapping cannot be used; the words name the key."""

    status = 400
    title = "This mapping cannot be used"


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
    return _mapping(_Table(told, ""))


def _mapping(told: "_Table") -> LogMapping:
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


def _activities(told: "_Table") -> dict[str, Reading]:
    readings = {name: _reading(name, value) for name, value in told.told.items()}
    told.told = {}
    if not readings:
        raise BadMapping("[activities] names no activity.")
    return readings


def _reading(activity: str, value: Any) -> Reading:
    if not isinstance(value, dict):
        value = {"verbs": value}
    told = _Table(dict(value), f"activities.“{activity}”.")
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


def _stated(told: "_Table") -> Stated:
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


_NEEDED: Any = object()


class _Table:
    """A TOML table that is read key by key; `nothing_else` refuses what nobody asked for."""

    def __init__(self, told: dict[str, Any], path: str) -> None:
        self.told, self.path = told, path

    def _take(self, key: str, default: Any) -> Any:
        if key not in self.told and default is _NEEDED:
            raise BadMapping(f"The mapping lacks `{self.path}{key}`.")
        return self.told.pop(key, default)

    def word(self, key: str, default: str = _NEEDED, *, limit: int = 2000) -> str:
        value = self._take(key, default)
        if not isinstance(value, str) or len(value) > limit or "\0" in value:
            raise BadMapping(f"`{self.path}{key}` is a text of at most {limit} signs.")
        if default is _NEEDED and not value.strip():
            raise BadMapping(f"`{self.path}{key}` is empty.")
        return value

    def words(self, key: str, default: Any = _NEEDED) -> Any:
        """One text or a list of them, as a tuple; the default as it is."""
        value = self._take(key, default)
        if value is default:
            return value
        listed = [value] if isinstance(value, str) else value
        if (
            not isinstance(listed, list)
            or not listed
            or not all(isinstance(v, str) for v in listed)
        ):
            raise BadMapping(f"`{self.path}{key}` is a text or a list of texts.")
        return tuple(listed)

    def choice(self, key: str, among: Iterable[str], default: str = _NEEDED) -> str:
        value = self._take(key, default)
        if value != default and value not in list(among):
            raise BadMapping(f"`{self.path}{key}` is one of {', '.join(among)}; not “{value}”.")
        return str(value)

    def table(self, key: str) -> "_Table":
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise BadMapping(f"`{self.path}{key}` is a table.")
        return _Table(dict(value), f"{self.path}{key}.")

    def tables(self) -> dict[str, "_Table"]:
        return {key: self.table(key) for key in list(self.told)}

    def nothing_else(self) -> None:
        if self.told:
            known = ", ".join(f"`{self.path}{key}`" for key in self.told)
            raise BadMapping(f"The mapping says {known}, which an import does not know.")

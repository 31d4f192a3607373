"""In which version of the product a fix is (BUG-6)."""

from dataclasses import dataclass
from datetime import date

from journal.facts import Fact


@dataclass(frozen=True)
class BugReleasePlanned(Fact):
    """The version is named and not out yet."""

    name = "bug.release_planned"
    words = "planned it for version {in_version}, out on {on}"
    public = ("in_version", "on")
    in_version: str
    on: date


@dataclass(frozen=True)
class BugReleased(Fact):
    """Customers can have it."""

    name = "bug.released"
    words = "released it in version {in_version}, out since {on}"
    public = ("in_version", "on")
    in_version: str
    on: date


@dataclass(frozen=True)
class VersionBroughtOut(Fact):
    """A planned version is out, with everything in it. Its subject is the team."""

    name = "team.version_brought_out"
    words = "brought out version {in_version}"
    public = ("in_version", "on", "bugs")
    in_version: str
    on: date
    bugs: tuple[str, ...] = ()

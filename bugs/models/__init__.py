"""The tables of bugs, one file a thing."""

from bugs.models.bug import Bug
from bugs.models.link import BugLink

__all__ = ["Bug", "BugLink"]

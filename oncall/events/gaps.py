"""A fact of the clock about a schedule ahead."""

from dataclasses import dataclass
from datetime import datetime

from journal.facts import Fact


@dataclass(frozen=True)
class RotationGapNear(Fact):
    """`start` is when the nearest begins, `gaps` all that are told with it, each start/end."""

    name = "rotation.gap_near"
    words = "warned that nobody has the duty ahead: {duty}, from {start} on"
    public = ("duty", "start", "gaps")
    duty: str
    start: datetime
    gaps: tuple[str, ...]

"""Facts about logged hours that belong to no bug and no report."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from journal.facts import Fact


@dataclass(frozen=True)
class WorkLogged(Fact):
    name = "work.logged"
    words = "logged {hours} h"
    internal = True
    hours: Decimal
    on: date
    kind_of_work: str
    team: str
    source_team: str = ""


@dataclass(frozen=True)
class WorkTakenBack(Fact):
    name = "work.taken_back"
    words = "took back {hours} h that were logged by mistake"
    internal = True
    hours: Decimal

"""How customers are kept from a defect, and what is owed for it (BUG-4): the team's own."""

from dataclasses import dataclass
from datetime import date

from journal.facts import Fact


@dataclass(frozen=True)
class BugMitigated(Fact):
    """`loan`: what is owed, by its number; none for a customer workaround."""

    name = "bug.mitigated"
    words = "mitigated it: {way}"
    internal = True
    way: str
    kind_of_mitigation: str
    loan: int | None = None
    due_on: date | None = None
    paybacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class BugRepaid(Fact):
    name = "bug.repaid"
    words = "repaid what was owed for the {way}"
    internal = True
    loan: int
    way: str
    kept: bool = False


@dataclass(frozen=True)
class BugLoanReminded(Fact):
    """Told by the clock, once each: it is soon due, it is overdue. `stage`: soon, overdue."""

    name = "bug.loan_reminded"
    words = "reminded: the payback of the {way} is {said} {due_on}"
    internal = True
    loan: int
    way: str
    due_on: date
    stage: str
    said: str


@dataclass(frozen=True)
class BugExtended(Fact):
    name = "bug.extended"
    words = "moved the payback of the {way} to {due_on}; extension {extensions}"
    internal = True
    loan: int
    way: str
    due_on: date
    was: date
    extensions: int


@dataclass(frozen=True)
class BugWrittenOff(Fact):
    """Said twice: by the product owner and by an engineer. `stands` says whether a second yes is needed."""

    name = "bug.written_off"
    words = "said yes to writing off what is owed for the {way}: {stands}"
    internal = True
    loan: int
    way: str
    stands: str

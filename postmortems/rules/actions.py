"""Actions of a post-mortem (PM-6): how strong, due when, what it costs to leave things, what is no action. Pure."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from foundation.amounts import plain

#: What an action rests on is counted over so many days.
WINDOW = timedelta(days=90)
#: Days until an action is due, by the priority of the bug.
DUE_WITHIN = {"P0": 15, "P1": 30, "P2": 60, "P3": 90}
#: So long before it is due its owner is reminded.
SOON = timedelta(days=3)
#: What is overdue is said again after so long, until somebody moves the date or declines it.
OVERDUE_AGAIN = timedelta(days=7)
#: So long after it was done somebody is asked whether it holds, and again each time.
VERIFY_WITHIN = timedelta(days=5)

#: From what needs nobody's care to what needs everybody's, every time.
STRENGTH = {
    "eliminate": "strong",
    "guard": "strong",
    "detect": "intermediate",
    "mitigate": "intermediate",
    "document": "weak",
    "train": "weak",
}


def due_by(priority: str, today: date) -> date:
    return today + timedelta(days=DUE_WITHIN[priority])


@dataclass(frozen=True)
class Figures:
    """What was reported and spent in a stretch of time, on how many bugs. `hours` are of any logged work."""

    bugs: int = 0
    reports: int = 0
    customers: int = 0
    hours: Decimal = Decimal(0)

    def as_data(self) -> dict[str, Any]:
        return {**asdict(self), "hours": plain(self.hours)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Figures":
        return cls(data["bugs"], data["reports"], data["customers"], Decimal(data["hours"]))

    def in_words(self) -> str:
        """3 reports from 2 customers, 12.5 hours of work on 2 bugs."""
        of = f" from {_many(self.customers, 'customer')}" if self.customers else ""
        hours = f"{plain(self.hours) or 0} {'hour' if self.hours == 1 else 'hours'}"
        return f"{_many(self.reports, 'report')}{of}, {hours} of work on {_many(self.bugs, 'bug')}"


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


# Care is no action: nobody can tell whether it was taken, and in three months nobody remembers it.
_PEOPLE = (
    r"(?:we|you|they|everyone|everybody|all|people|staff|developers?|engineers?|reviewers?|"
    r"the (?:team|developers?|engineers?|reviewers?))"
)
_WHEN = r"(?:next time|from now on|in (?:the )?future|always|please)"
_MUST = r"(?:must|should|shall|will|need to|needs to|have to|has to)"
#: How such an action begins: “Next time, everybody should always …”.
_START = rf"^\W*(?:{_WHEN}\W+)*(?:{_PEOPLE} )?(?:{_MUST} )?(?:all |always )?"
_CAREFUL = (
    "(?:careful|vigilant|attentive|diligent|mindful|thorough|disciplined|aware|alert|cautious)"
)
_ANYWHERE = (rf"\b(?:be|being) more {_CAREFUL}\b",)
_AT_THE_START = (
    rf"(?:be|being|stay|remain|become) (?:more |extra |very )?{_CAREFUL}\b(?! of the)",
    r"(?:take|taking) (?:more|better|greater|extra) care\b",
    r"(?:pay|paying) (?:more |closer |better |greater )?attention\b",
    r"(?:try|trying|work|working|think|thinking) (?:harder|twice|first)\b",
    r"(?:remember|remembering|not forget|don't forget|do not forget|never forget)\b",
    rf"(?:remind|reminding) (?:{_PEOPLE}|each other|one another|colleagues)\b",
    r"(?:double|triple)[- ]check(?:ing)?\b",
    r"(?:raise|raising|increase|increasing|create|creating) awareness\b",
    r"(?:communicat|test|review|check|plann?)(?:e|ing)? "
    r"(?:better|more|more carefully|more thoroughly|more often|properly)\W*$",
    r"(?:improve|improving) (?:discipline|communication|diligence|attention|care)\W*$",
    r"(?:make|making) sure (?:that )?(?:this|it) (?:does not|doesn't|never|will not|won't) happen",
    r"(?:talk|speak)(?:ing)? (?:to|with) (?:him|her|the (?:developer|engineer|author|person))\W*$",
)
_CARE = re.compile("|".join((*_ANYWHERE, *(_START + said for said in _AT_THE_START))), re.I)


def asks_for_care(text: str) -> bool:
    """Whether all that it asks is that people be better: more careful, more attentive, reminded."""
    return bool(_CARE.search(text.replace("’", "'")))


NO_ACTION = (
    "This asks people to be better. Care does not last, and nobody can verify it: say what will stop it, show it, "
    "or make it hurt less. “The command shows its target and asks for its name.”"
)

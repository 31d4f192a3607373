"""The composer: one text, and a button for each verb that may send it."""

from dataclasses import dataclass

from channels.web import Refusal, Verb
from channels.web.acting import Opened
from problem_reports.models import ProblemReport
from problem_reports.web.doors import DOORS, SPOKEN, url_of


@dataclass(frozen=True)
class Composer:
    """One text and a button per verb that sends it."""

    label: str
    verbs: list[Verb]
    keep: str
    text: str = ""
    asks: bool = False
    third_party: str = ""
    refusal: Refusal | None = None


def composer(report: ProblemReport, allowed: list[str], opened: Opened | None) -> Composer | None:
    spoken = [v for v in SPOKEN if v in allowed]
    refused = opened if opened and opened.verb in SPOKEN else None
    if not spoken:
        return None
    first = report.filed_by.get_short_name() or report.filed_by.username
    label = f"Write to {first}" if "respond" in spoken else "Write"
    if spoken == ["note"]:
        label = "A note that only the team reads"
    elif spoken[0] == "answer":
        label = "Your answer"
    typed = refused.form.data.get("message", "") if refused and refused.form else ""
    return Composer(
        label=label,
        verbs=[Verb(v, _spoken_label(v, first), url_of(report, v)) for v in spoken],
        keep=f"write {report.reference}",
        text=typed,
        asks="ask" in spoken,
        third_party=refused.form.data.get("third_party", "") if refused and refused.form else "",
        refusal=refused.refusal if refused and refused.verb in allowed else None,
    )


def _spoken_label(verb: str, first: str) -> str:
    return DOORS[verb].label.format(filed_by=first)

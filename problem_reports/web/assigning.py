"""Assign: the people who may investigate a report, with one honest line each, and never a ranking (PR-9)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.text import capfirst

from channels.web import Refusal
from channels.web.acting import Opened
from journal.rows import initials
from problem_reports.models import ProblemReport
from problem_reports.querysets import candidates as who_may_investigate
from problem_reports.web.doors import url_of
from problem_reports.web.reader import Reader
from teams.models import Person


@dataclass(frozen=True)
class Candidate:
    """One honest line about a developer, for *assign*: present load and knowledge, never a ranking."""

    name: str
    username: str
    initials: str
    line: str
    label: str


@dataclass(frozen=True)
class Assign:
    """As `problem_reports/_assign.html` wants it."""

    url: str
    reference: str
    people: list[Candidate]
    then: str = ""
    target: str = ""
    open: bool = False
    refusal: Refusal | None = None


def assign(
    report: ProblemReport,
    reader: Reader,
    *,
    then: str = "",
    target: str = "",
    opened: Opened | None = None,
) -> Assign:
    here = opened if opened and opened.verb == "assign" else None
    return Assign(
        url=url_of(report, "assign"),
        reference=report.reference,
        people=_candidates(who_may_investigate(report, reader.at), report),
        then=then,
        target=target,
        open=here is not None,
        refusal=here.refusal if here else None,
    )


def _candidates(people: Iterable[Person], report: ProblemReport) -> list[Candidate]:
    """`people` as `querysets.candidates` gives them."""
    return [
        Candidate(
            name=str(person),
            username=person.username,
            initials=initials(str(person)),
            line=capfirst(", ".join(_line(person, report))),
            label=f"Assign to {person.get_short_name() or person.username}",
        )
        for person in people
    ]


def _line(person: Person, report: ProblemReport) -> Iterator[str]:
    area, known = report.product_area.name, person.knows_area  # type: ignore[attr-defined]
    reports = f"{known} report{'' if known == 1 else 's'}"
    if person.is_expert:  # type: ignore[attr-defined]
        yield f"expert for {area}" + (f" ({reports})" if known else "")
    elif known:
        yield f"knows {area} ({reports})"
    held = person.open_investigations  # type: ignore[attr-defined]
    yield f"{held} of {report.team.investigation_limit} open"
    if person.is_on_call:  # type: ignore[attr-defined]
        yield "on call"

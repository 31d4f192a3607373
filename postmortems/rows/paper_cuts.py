"""Prepared rows and sentences of the pages of paper cuts: no query happens here."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.text import capfirst

from foundation.lifecycle import words
from foundation.references import address
from postmortems.models import PostMortem
from postmortems.querysets.paper_cuts import Cut, Span
from postmortems.rules.paper_cuts import Cluster, Total
from problem_reports.models import ProblemReport

#: From this share of reports without a known cause the page says that it cannot tell much.
MUCH = 0.3


@dataclass(frozen=True)
class Line:
    """One cluster in the table; `band` is empty when there are too few to compare."""

    place: str
    area: str
    cause: str
    url: str
    n: int
    hours: str
    band: str
    customers: int
    span: str
    review: str
    review_url: str


@dataclass(frozen=True)
class CutLine:
    url: str
    reference: str
    title: str
    priority: str
    hours: str
    at: datetime


def line(
    one: Cluster, place: int, area: str, url: str, zone: ZoneInfo, review: PostMortem | None
) -> Line:
    return Line(
        place=f"{place}" if one.comparable else "",
        area=area,
        cause=capfirst(words(one.cause)),
        url=url,
        n=one.n,
        hours=took(one),
        band=band(one),
        customers=one.customers,
        span=days(one.first.astimezone(zone).date(), one.last.astimezone(zone).date()),
        review=f"{review.reference}, {words(review.state)}" if review else "",
        review_url=address("PM", review.pk) if review else "",
    )


def cut_line(cut: Cut, report: ProblemReport) -> CutLine:
    return CutLine(
        url=address("PR", report.pk),
        reference=report.reference,
        title=report.title,
        priority=report.priority,
        hours=hours(cut.hours, about=cut.estimated),
        at=cut.at,
    )


def facts(one: Cluster, span: Span) -> list[dict[str, str]]:
    could_be = band(one)
    return [
        {"name": "Reports", "value": f"{one.n}"},
        {"name": "Hours", "value": took(one)},
        {
            "name": "Could be",
            "value": f"{could_be} hours" if could_be else "too few to compare: read them",
        },
        {"name": "Customers", "value": f"{one.customers}"},
        {"name": "Days", "value": days(span.since, span.until)},
    ]


def why(one: Cluster | None, span: Span) -> str:
    if one is None:
        return ""
    reports = "One small report" if one.n == 1 else f"{one.n} small reports"
    customers = {0: "no customer", 1: "one customer"}.get(
        one.customers, f"{one.customers} customers"
    )
    return f"{reports}, {took(one)} hours, {customers}, {days(span.since, span.until)}."


def hours(amount: float, *, about: bool) -> str:
    said = f"{amount:,.0f}" if amount >= 20 else f"{amount:.1f}".removesuffix(".0")
    return f"≈ {said}" if about else said


def took(one: Cluster) -> str:
    return hours(one.hours, about=one.estimated > 0)


def band(one: Cluster) -> str:
    if one.band is None:
        return "no hours" if one.comparable else ""
    low, high = (hours(end, about=False) for end in one.band)
    return f"{low} to {high}"


def days(since: date, until: date) -> str:
    if since == until:
        return f"{since:%-d %b %Y}"
    first = f"{since:%-d %b}" if since.year == until.year else f"{since:%-d %b %Y}"
    return f"{first} to {until:%-d %b %Y}"


def lead(told: Total, n: int, span: Span) -> str:
    """The one sentence on top (INS-4)."""
    reports = "one small report" if told.n == 1 else f"{told.n:,} small reports"
    spent = f"{hours(told.hours, about=told.estimated > 0)} hours"
    first = f"From {days(span.since, span.until)}: {reports} took {spent}"
    if n < 2 or not told.hours:
        return f"{first}."
    some = "one" if told.half == 1 else f"the first {told.half}"
    return f"{first}; {some} of {n} clusters took half of them."


def unknown(told: Total) -> str:
    """How much the causes can tell."""
    if not told.n or told.unknown / told.n < MUCH:
        return ""
    return (
        f"Of {told.n:,} reports {told.unknown:,} have no known cause. Where an area is large and its cause unknown, "
        "read some of its reports first."
    )

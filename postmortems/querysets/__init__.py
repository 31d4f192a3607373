"""Reading post-mortems. They are read by who reads the whole bug."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from journal.models import Event
from oncall.models import Page
from oncall.querysets import work_read_by
from oncall.rules import Standing
from postmortems.lifecycle import Size
from postmortems.models import (
    Action,
    Barrier,
    Factor,
    FactorLink,
    Hit,
    KeptPhrase,
    Moment,
    Participant,
    PostMortem,
    Published,
    Subscriber,
)
from postmortems.rules.factors import Link
from postmortems.rules.linter import Finding, Names, check, must_be_answered
from postmortems.rules.readiness import Draft, missing
from problem_reports.models import ProblemReport
from problem_reports.querysets import answered_by
from teams.lifecycle import PersonKind, Readers
from teams.models import Membership, Person, Team

INVITED = Participant.objects.filter(post_mortem=OuterRef("pk")).order_by("pk")
ROWS = PostMortem.objects.select_related(
    *("bug__team__calendar", "bug__product_area", "done_clause", "area__team__calendar"),
    *("author", "facilitator", "reviewer", "proposed_by", "proposed_because", "waived_because"),
).annotate(invited=ArraySubquery(INVITED.values("person_id")))


def visible_to(who: Standing) -> QuerySet[PostMortem]:
    """Those on bugs of own teams and of teams that the company reads; a team's setting limits them too. And
    those that one takes part in."""
    seen = work_read_by(who, "bug__team__") | work_read_by(who, "area__team__")
    takes_part = Q(pk__in=Participant.objects.filter(person=who.person_id).values("post_mortem"))
    leads = Q(facilitator=who.person_id)
    return ROWS.filter(seen | takes_part | leads).order_by("-pk")


#: Who did one of these was part of the response.
RESPONDED = (
    *("problem_report.taken", "problem_report.started", "problem_report.classified"),
    *("bug.started", "bug.mitigated", "bug.fixed", "page.acknowledged"),
)


def responders_of(thing: PostMortem) -> set[int]:
    """Who took part in the response: investigated, fixed, or was asked to, or answered a page for it. Of many
    small reports nobody did: there was no incident."""
    if thing.bug is None:
        return set()
    did = events_around(thing).filter(name__in=RESPONDED).values_list("by_id", flat=True)
    held = reports_of(thing).values_list("assignee_id", flat=True)
    fixed = (thing.bug.worked_on_by_id, thing.bug.paired_with_id, thing.bug.fixed_by_id)
    return {key for key in (*did, *held, *fixed) if key is not None}


def reports_of(thing: PostMortem) -> QuerySet[ProblemReport]:
    """Those that its bug explains, with their duplicates, or that it is an aggregate review of."""
    if thing.bug_id:
        return ProblemReport.objects.filter(pk__in=answered_by(thing.bug_id))
    return ProblemReport.objects.filter(product_area_id=thing.area_id, living__cause=thing.cause)


def people_around(thing: PostMortem) -> QuerySet[Person]:
    """The people of the team and of the teams that filed its reports."""
    filed = reports_of(thing).values("filing_team_id")
    there = Membership.objects.filter(Q(team_id=thing.team.pk) | Q(team_id__in=filed))
    people = Person.objects.filter(pk__in=there.values("person_id"), kind=PersonKind.PERSON)
    return people.order_by("first_name", "last_name", "pk")


def names_around(thing: PostMortem) -> Names:
    """Whom a text may name."""
    return Names.of(people_around(thing).values_list("first_name", "last_name", "username"))


def company_visible_to(who: Standing) -> QuerySet[PostMortem]:
    """Those of which a version is published for the company: by everybody, where the company reads the team."""
    out = Q(pk__in=Published.objects.exclude(company={}).values("post_mortem"))
    reads = Q(pk__in=visible_to(who).values("pk"))
    if who.human and who.teams:
        reads |= Q(bug__team__readers=Readers.COMPANY) | Q(area__team__readers=Readers.COMPANY)
    return ROWS.filter(out & reads).order_by("-pk")


def may_hear_of(who: Standing, team: Team) -> bool:
    """Whether a person could read, in the company's profile, what a team publishes."""
    return (
        who.human
        and bool(who.teams)
        and (team.readers == Readers.COMPANY or who.belongs_to(team.pk))
    )


def subscribed(team_id: int, who: Standing) -> bool:
    return Subscriber.objects.filter(team=team_id, person=who.person_id).exists()


@dataclass(frozen=True)
class Piece:
    """One text of a post-mortem: which field of which part, and how people call it."""

    part: str
    key: int
    field: str
    label: str
    text: str
    timeline: bool = False


@dataclass(frozen=True)
class Phrase:
    """What the linter found, where, and whether it was kept with a reason."""

    piece: Piece
    finding: Finding
    kept: str = ""


#: What an investigation wants to know (PM-11).
QUESTIONS = {
    "summary": "What went wrong?",
    "how_it_happened": "How did it happen?",
    "how_fixed": "How was it fixed?",
    "what_prevents": "What could have prevented it?",
    "what_changes": "What keeps it from happening again?",
}
STORY = {
    **QUESTIONS,
    "went_well": "What went well",
    "was_hard": "What was hard",
    "got_lucky": "Where we got lucky",
    "surprised": "Why we were surprised",
    "no_action_because": "No action, because",
}


class Whole:
    """One post-mortem with everything in it, each kind read once."""

    def __init__(self, post_mortem: PostMortem) -> None:
        self.thing = post_mortem

    @cached_property
    def moments(self) -> list[Moment]:
        return list(Moment.objects.filter(post_mortem=self.thing).order_by("at", "pk"))

    @cached_property
    def factors(self) -> list[Factor]:
        return list(Factor.objects.filter(post_mortem=self.thing).order_by("pk"))

    @cached_property
    def link_rows(self) -> list[FactorLink]:
        return list(FactorLink.objects.filter(effect__post_mortem=self.thing).order_by("pk"))

    @cached_property
    def links(self) -> list[Link]:
        return [(link.cause_id, link.effect_id) for link in self.link_rows]

    @cached_property
    def barriers(self) -> list[Barrier]:
        return list(Barrier.objects.filter(post_mortem=self.thing).order_by("pk"))

    @cached_property
    def hits(self) -> list[Hit]:
        return list(Hit.objects.filter(post_mortem=self.thing).order_by("at", "pk"))

    @cached_property
    def actions(self) -> list[Action]:
        rows = Action.objects.filter(post_mortem=self.thing).order_by("pk")
        return list(
            rows.select_related(
                "item__sprint",
                "item__team__calendar",
                "post_mortem__bug__product_area",
                "post_mortem__area",
                "factor",
                "barrier",
                "owner",
            )
        )

    @cached_property
    def kept(self) -> dict[tuple[str, str], KeptPhrase]:
        rows = KeptPhrase.objects.filter(post_mortem=self.thing).select_related("by").order_by("pk")
        return {(row.rule, row.said): row for row in rows}

    @cached_property
    def part(self) -> list[Person]:
        """Who was invited, in order."""
        return list(Person.objects.filter(pk__in=self.thing.invited).order_by("first_name", "pk"))

    @cached_property
    def people(self) -> list[Person]:
        """Who could be asked to take part: the team, and the teams that filed its reports."""
        return list(people_around(self.thing).filter(is_active=True)[:200])

    @cached_property
    def versions(self) -> list[Published]:
        return list(Published.objects.filter(post_mortem=self.thing).order_by("-number"))

    @cached_property
    def pieces(self) -> list[Piece]:
        return list(self._pieces())

    def _pieces(self) -> Iterable[Piece]:
        for field, label in STORY.items():
            yield Piece("post_mortem", self.thing.pk, field, label, getattr(self.thing, field))
        yield Piece(
            "post_mortem",
            self.thing.pk,
            "done_because",
            "Definition of done",
            self.thing.done_because,
        )
        for moment in self.moments:
            yield Piece("moment", moment.pk, "what", "Timeline", moment.what, timeline=True)
            yield Piece("moment", moment.pk, "evidence", "Evidence", moment.evidence, timeline=True)
        for factor in self.factors:
            yield Piece("factor", factor.pk, "statement", "Factor", factor.statement)
            yield Piece("factor", factor.pk, "evidence", "Evidence", factor.evidence)
        for barrier in self.barriers:
            yield Piece("barrier", barrier.pk, "what", "Barrier", barrier.what)
            yield Piece("barrier", barrier.pk, "why_not", "Barrier", barrier.why_not)
        for action in self.actions:
            yield Piece("action", action.pk, "title", "Action", action.item.title)
            yield Piece("action", action.pk, "rationale", "Action", action.item.rationale)

    @cached_property
    def phrases(self) -> list[Phrase]:
        """What the linter finds in every text, in the order of the page."""
        names = names_around(self.thing)
        return [
            Phrase(piece, finding, self._reason(finding))
            for piece in self.pieces
            if piece.text
            for finding in check(piece.text, names, timeline=piece.timeline)
        ]

    def _reason(self, finding: Finding) -> str:
        kept = self.kept.get((finding.rule, finding.said))
        return kept.reason if kept else ""

    @cached_property
    def unanswered(self) -> list[Finding]:
        return must_be_answered(p.finding for p in self.phrases if not p.kept)

    @cached_property
    def missing(self) -> list[str]:
        """What is missing before it is reviewed and published, as sentences."""
        named = [p.piece.key for p in self.phrases if p.piece.field == "statement" and _person(p)]
        return missing(
            Draft(
                light=self.thing.size == Size.LIGHT,
                questions={QUESTIONS[name]: bool(getattr(self.thing, name)) for name in QUESTIONS},
                moments=len(self.moments),
                factors={factor.pk: factor.kind for factor in self.factors},
                links=self.links,
                named=named,
                blame=[finding.said for finding in self.unanswered],
                actions=[action.item.title for action in self.actions],
                no_action_because=self.thing.no_action_because,
                done=bool(self.thing.done),
            )
        )


def _person(phrase: Phrase) -> bool:
    """Names alone: a factor that blames by its words is asked to be said another way already."""
    return phrase.finding.rule == "I1"


def events_around(thing: PostMortem) -> QuerySet[Event]:
    """What the journal says about its bug, the reports that it explains and the pages for them, oldest first."""
    reports = list(reports_of(thing).values_list("pk", flat=True))
    pages = Page.objects.filter(Q(bug=thing.bug_id) | Q(report__in=reports)).values("pk")
    about = (
        Q(kind="bug", subject=thing.bug_id)
        | Q(kind="problem_report", subject__in=reports)
        | Q(kind="page", subject__in=pages)
    )
    return Event.objects.filter(about).order_by("at", "id")

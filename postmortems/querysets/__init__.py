"""Reading post-mortems. They are read by who reads the whole bug."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from journal.models import Event
from oncall.querysets import work_read_by
from oncall.rules import Standing
from postmortems.lifecycle import Size
from postmortems.models import Barrier, Factor, FactorLink, KeptPhrase, Moment, PostMortem
from postmortems.rules.factors import Link
from postmortems.rules.linter import Finding, Names, check, must_be_answered
from postmortems.rules.readiness import Draft, missing
from problem_reports.models import ProblemReport
from teams.lifecycle import PersonKind
from teams.models import Membership, Person

ROWS = PostMortem.objects.select_related(
    *("bug__team__calendar", "bug__product_area", "area__team__calendar"),
    *("author", "reviewer", "proposed_by", "proposed_because", "waived_because"),
)


def visible_to(who: Standing) -> QuerySet[PostMortem]:
    """Those on bugs of own teams and of teams that the company reads; a team's setting limits them too."""
    seen = work_read_by(who, "bug__team__") | work_read_by(who, "area__team__")
    return ROWS.filter(seen).order_by("-pk")


def reports_of(thing: PostMortem) -> QuerySet[ProblemReport]:
    """Those that its bug explains, or that it is an aggregate review of."""
    if thing.bug_id:
        return ProblemReport.objects.filter(living__bug_id=thing.bug_id)
    return ProblemReport.objects.filter(product_area_id=thing.area_id, living__cause=thing.cause)


def names_around(thing: PostMortem) -> Names:
    """Whom a text may name: the people of the team and of the teams that filed its reports."""
    filed = reports_of(thing).values("filing_team_id")
    there = Membership.objects.filter(Q(team_id=thing.team.pk) | Q(team_id__in=filed))
    people = Person.objects.filter(pk__in=there.values("person_id"), kind=PersonKind.PERSON)
    return Names.of(people.values_list("first_name", "last_name", "username"))


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
    def kept(self) -> dict[tuple[str, str], KeptPhrase]:
        rows = KeptPhrase.objects.filter(post_mortem=self.thing).select_related("by").order_by("pk")
        return {(row.rule, row.said): row for row in rows}

    @cached_property
    def pieces(self) -> list[Piece]:
        return list(self._pieces())

    def _pieces(self) -> Iterable[Piece]:
        for field, label in STORY.items():
            yield Piece("post_mortem", self.thing.pk, field, label, getattr(self.thing, field))
        for moment in self.moments:
            yield Piece("moment", moment.pk, "what", "Timeline", moment.what, timeline=True)
            yield Piece("moment", moment.pk, "evidence", "Evidence", moment.evidence, timeline=True)
        for factor in self.factors:
            yield Piece("factor", factor.pk, "statement", "Factor", factor.statement)
            yield Piece("factor", factor.pk, "evidence", "Evidence", factor.evidence)
        for barrier in self.barriers:
            yield Piece("barrier", barrier.pk, "what", "Barrier", barrier.what)
            yield Piece("barrier", barrier.pk, "why_not", "Barrier", barrier.why_not)

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
            )
        )


def _person(phrase: Phrase) -> bool:
    """Names alone: a factor that blames by its words is asked to be said another way already."""
    return phrase.finding.rule == "I1"


def events_of(post_mortem: PostMortem) -> QuerySet[Event]:
    """What the journal says about its bug and the reports that it explains, oldest first."""
    bug = Q(kind="bug", subject=post_mortem.bug_id)
    reports = list(reports_of(post_mortem).values_list("pk", flat=True))
    theirs = Q(kind="problem_report", subject__in=reports)
    return Event.objects.filter(bug | theirs, internal=False).order_by("at", "id")

"""What a team agrees: clauses of its definition of done and working agreements, by one machinery (PM-7, PM-10).

Words are never edited: they are proposed, commented on, adopted in writing, revised as another row, retired.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from foundation.errors import Conflict, Invalid, NotAllowed, RuleBroken, Stale, need
from foundation.locking import locked
from journal import services as journal
from journal.facts import Fact
from journal.models import Text
from teams import policy
from teams.events import (
    AgreementAdopted,
    AgreementCommented,
    AgreementProposed,
    AgreementReplaced,
    AgreementRetired,
    AgreementRevised,
    AgreementUsed,
)
from teams.lifecycle import AGREEMENTS as LIFE
from teams.lifecycle import AgreementKind, AgreementState, Binds
from teams.models import Agreement, AgreementUse, Person, Team
from teams.querysets import AGREEMENTS, clauses_of, in_force, roles_of, today_of
from teams.rules import THE_FOUR, USES_BEFORE_REVIEW

LONGEST = 300
#: So long a clause is open for comments, unless somebody says another day.
COMMENTS = timedelta(days=7)
PRIORITIES = ("P0", "P1", "P2", "P3")


@transaction.atomic
def propose(
    team: Team,
    *,
    kind: str,
    text: str,
    because: str,
    comments_until: date | None = None,
    starts_on: date | None = None,
    decides: str = "",
    priorities: Collection[str] = (),
    binds: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
) -> Agreement:
    """Without a day a clause is open for comments for a week, and a working agreement takes effect at once."""
    _allow(policy.may_propose_agreement(roles_of(by), team), by)
    made = Agreement(
        team=team, kind=kind, decides=decides.strip(), priorities=sorted(priorities), binds=binds
    )
    _say(made, text, because, comments_until, starts_on, by, at)
    made.save()
    _record(made, AgreementProposed(text=made.text), by, at, source, made.because)
    return made


@transaction.atomic
def comment(
    agreement_id: int,
    *,
    text: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Agreement:
    need(text=text)
    agreement = _begin(agreement_id, "comment", by=by, version=version)
    return _finish(agreement, AgreementCommented(), [], by, at, source, text)


@transaction.atomic
def use(
    agreement_id: int,
    *,
    kind: str,
    subject: int,
    what: str,
    followed: bool,
    reason: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Agreement:
    """It was used on `what` (`bug` 7 is BUG-7), or it was not, because; after two uses it is reviewed."""
    if not followed:
        need(reason=reason)
    agreement = _begin(agreement_id, "use", by=by, version=version)
    if agreement.kind != AgreementKind.WORKING:
        raise RuleBroken("A clause is ticked where the work is done.")
    if agreement.uses.filter(kind=kind, subject=subject).exists():
        raise Conflict(f"That is said of {what} already.")
    _count(agreement, kind, subject, followed, reason, by, at)
    fact = AgreementUsed(how="used" if followed else "not used", what=what)
    return _finish(agreement, fact, [], by, at, source, reason)


@transaction.atomic
def adopt(
    agreement_id: int,
    *,
    words: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Agreement:
    """In writing, once its comments are over; a working agreement once it was used twice. What it revises ends."""
    need(words=words)
    agreement = _begin(agreement_id, "adopt", by=by, version=version)
    today = today_of(agreement.team, at)
    if agreement.comments_until and today <= agreement.comments_until:
        raise RuleBroken(f"It is open for comments until {agreement.comments_until:%-d %B %Y}.")
    used = agreement.uses.count()
    tried = agreement.kind == AgreementKind.DONE or agreement.revises_id is not None
    if not tried and used < USES_BEFORE_REVIEW:
        raise RuleBroken(f"It was used {used} of {USES_BEFORE_REVIEW} times: try it first.")
    agreement.adopted_by, agreement.adopted_at = by, at
    agreement.adopted_words = Text.objects.create(body=words.strip())
    if agreement.revises_id is not None:
        # A clause that begins later than it is adopted follows the old one without a gap.
        agreement.starts_on = max(agreement.starts_on, today)
        old = locked(AGREEMENTS, agreement.revises_id)
        if LIFE.permits(old.state, "replace"):  # it may have been retired meanwhile
            LIFE.advance(old, "replace")
            old.ended_on = agreement.starts_on
            _finish(old, AgreementReplaced(), ["state", "ended_on"], by, at, source)
    fields = ["state", "adopted_by", "adopted_at", "adopted_words", "starts_on"]
    fact = AgreementAdopted()
    return _finish(agreement, fact, fields, by, at, source, agreement.adopted_words)


@transaction.atomic
def revise(
    agreement_id: int,
    *,
    text: str,
    because: str,
    comments_until: date | None = None,
    starts_on: date | None = None,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Agreement:
    """Propose other words; these bind until those are adopted."""
    agreement = _begin(agreement_id, "revise", by=by, version=version)
    if agreement.revisions.exclude(state=AgreementState.RETIRED).exists():
        raise Conflict("A revision of it is there already: comment on that one.")
    made = Agreement(
        team=agreement.team, kind=agreement.kind, decides=agreement.decides, binds=agreement.binds,
        priorities=agreement.priorities, revises=agreement,
    )  # fmt: skip
    _say(made, text, because, comments_until, starts_on, by, at)
    made.save()
    _record(made, AgreementProposed(text=made.text), by, at, source, made.because)
    _finish(agreement, AgreementRevised(text=made.text), [], by, at, source)
    return made


@transaction.atomic
def retire(
    agreement_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Agreement:
    """It does not bind any more, from today on; of a proposal: it is dropped."""
    need(reason=reason)
    agreement = _begin(agreement_id, "retire", by=by, version=version)
    agreement.ended_on = today_of(agreement.team, at)
    fields = ["state", "ended_on"]
    return _finish(agreement, AgreementRetired(), fields, by, at, source, reason)


def tick(
    team: Team,
    *,
    kind: str,
    subject: int,
    ticked: Iterable[int],
    open_because: str,
    by: Person,
    at: datetime,
) -> None:
    """The clauses in force, ticked or left open with one reason, by the verb that says that work is done."""
    clauses = list(in_force(team.pk, AgreementKind.DONE, today_of(team, at)))
    known = {clause.pk for clause in clauses}
    said = set(ticked)
    if said - {*clauses_of(team.pk).values_list("pk", flat=True)}:
        raise Invalid({"ticked": [f"Tick clauses that {team.name} has adopted."]})
    if known - said and not open_because.strip():
        count = len(known - said)
        words = f"{count} {'clause is' if count == 1 else 'clauses are'} not ticked: say why."
        raise Invalid({"open_because": [words]})
    for clause in clauses:
        _count(clause, kind, subject, clause.pk in said, open_because, by, at)


def start_with_the_four(team: Team, *, by: Person, at: datetime) -> None:
    """What a new delivery team begins with; it was agreed by nobody yet, and the team may change each of them."""
    today = today_of(team, at)
    for text in THE_FOUR:
        Agreement.objects.create(
            team=team, kind=AgreementKind.DONE, text=text, state=AgreementState.ADOPTED, proposed_by=by,
            because=Text.objects.create(body=WHY_THE_FOUR), proposed_at=at, adopted_by=by, adopted_at=at,
            adopted_words=Text.objects.create(body=WHY_THE_FOUR), starts_on=today,
            comments_until=today - timedelta(days=1),
        )  # fmt: skip


WHY_THE_FOUR = "What incidents of other teams asked for again and again. Change it, or retire it."


def _say(
    made: Agreement,
    text: str,
    because: str,
    comments_until: date | None,
    starts_on: date | None,
    by: Person,
    at: datetime,
) -> None:
    need(text=text, because=because)
    today = today_of(made.team, at)
    if made.kind == AgreementKind.DONE and comments_until is None:
        comments_until = today + COMMENTS
    begins = starts_on or (comments_until + timedelta(days=1) if comments_until else today)
    wrong: dict[str, list[str]] = {}
    if made.kind not in AgreementKind.values:
        wrong["kind"] = ["Choose one of the list."]
    if len(text.strip()) > LONGEST:
        wrong["text"] = [f"At most {LONGEST} characters: it is read often."]
    if made.binds not in ("", *Binds.values):
        wrong["binds"] = ["Choose one of the list."]
    if set(made.priorities) - {*PRIORITIES}:
        wrong["priorities"] = ["P0 to P3."]
    if made.kind == AgreementKind.DONE and (made.decides or made.binds or made.priorities):
        wrong["kind"] = ["A clause binds all work: it names no priority, place or person."]
    if comments_until and comments_until <= today:
        wrong["comments_until"] = ["Leave at least until tomorrow for comments."]
    if begins < today or (comments_until and begins <= comments_until):
        wrong["starts_on"] = ["It starts after its comments, today at the earliest."]
    if wrong:
        raise Invalid(wrong)
    made.text, made.comments_until, made.starts_on = text.strip(), comments_until, begins
    made.because = Text.objects.create(body=because.strip())
    made.proposed_by, made.proposed_at = by, at


def _count(
    agreement: Agreement,
    kind: str,
    subject: int,
    followed: bool,
    reason: str,
    by: Person,
    at: datetime,
) -> None:
    why = None if followed else Text.objects.create(body=reason.strip())
    AgreementUse.objects.create(
        agreement=agreement, kind=kind, subject=subject, followed=followed, reason=why, by=by, at=at
    )


def _allow(refusal: str | None, by: Person) -> None:
    if refusal or not by.is_human:
        raise NotAllowed(refusal or "People agree how they work, no tools.")


def _begin(agreement_id: int, verb: str, *, by: Person, version: int | None) -> Agreement:
    agreement = locked(AGREEMENTS, agreement_id)
    _allow(getattr(policy, f"may_{verb}_agreement")(roles_of(by), agreement.team), by)
    if version is not None and version != agreement.version:
        raise Stale("Somebody changed this agreement since you opened it.")
    LIFE.advance(agreement, verb)
    return agreement


def _finish(
    agreement: Agreement,
    fact: Fact,
    fields: list[str],
    by: Person,
    at: datetime,
    source: str,
    text: str | Text = "",
) -> Agreement:
    agreement.version += 1
    agreement.save(update_fields=[*fields, "version"])
    _record(agreement, fact, by, at, source, text)
    return agreement


def _record(
    agreement: Agreement, fact: Fact, by: Person, at: datetime, source: str, text: str | Text
) -> None:
    journal.record(fact, subject=agreement.pk, by=by, at=at, source=source, text=text)

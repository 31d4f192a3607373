"""Written rules ask for post-mortems, and whose rules they are (PM-1)."""

from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction

from bugs.models import Bug, Loan
from foundation.errors import Invalid, NotAllowed, Stale
from foundation.locking import locked
from journal import services as journal
from journal.models import Source, Text
from postmortems import policy
from postmortems.events import PostMortemJoined, PostMortemProposed, TriggerRulesPublished
from postmortems.lifecycle import LIVING
from postmortems.models import Hit, PostMortem, TriggerRules
from postmortems.querysets.triggers import BUGS, figures, rules_of
from postmortems.rules.triggers import Rule, Rules, hits
from postmortems.services.deciding import create
from teams.models import Person, Team
from teams.querysets import CLOCK, automatic, roles_of

MOST = 1000


@transaction.atomic
def consider(bug_id: int, *, at: datetime, source: str) -> PostMortem | None:
    """Ask the team's rules about a bug: a new hit proposes a post-mortem, or joins the one that there is.

    A rule asks once per bug: what was waived is not proposed again for the same reason. The row of the bug is
    not locked: this runs at the end of other verbs, and the unique key of a bug decides who proposes.
    """
    bug = BUGS.get(pk=bug_id)
    met = hits(rules_of(bug.team_id), figures({bug_id: bug}, at)[bug_id], bug.team.unit)
    known = set(Hit.objects.filter(post_mortem__bug=bug_id).values_list("rule", flat=True))
    new = [hit for hit in met if hit.rule not in known]
    if not new:
        return None
    why = "; ".join(hit.words for hit in new) + "."
    thing, proposed = _the_one_of(bug, why, at=at)
    Hit.objects.bulk_create(
        [Hit(post_mortem=thing, rule=hit.rule, words=hit.words, at=at) for hit in new],
        ignore_conflicts=True,
    )
    clock = automatic(CLOCK)
    if proposed:
        fact = PostMortemProposed(bug=bug.reference, rules=tuple(hit.rule.value for hit in new))
        because = thing.proposed_because
        journal.record(fact, subject=thing.pk, by=clock, at=at, source=source, text=because)
    else:
        joined = PostMortemJoined(why=why.removesuffix("."))
        journal.record(joined, subject=thing.pk, by=clock, at=at, source=source)
    return thing


def _the_one_of(bug: Bug, why: str, *, at: datetime) -> tuple[PostMortem, bool]:
    """The living post-mortem of a bug, and whether it was made just now."""
    living = PostMortem.objects.filter(bug=bug, state__in=LIVING)
    if (found := living.first()) is not None:
        return found, False
    try:
        with transaction.atomic():
            because = Text.objects.create(body=why)
            made = create(bug, because, by=automatic(CLOCK), at=at)
    except IntegrityError:  # somebody proposed one at this very moment
        return living.get(), False
    return made, True


def consider_what_is_late(*, at: datetime) -> int:
    """Paybacks grow late by themselves: their bugs are asked about again. Returns how many joined or proposed."""
    owing = Loan.objects.filter(ended_on__isnull=True, due_on__lt=at.date())
    asked = Hit.objects.filter(rule=Rule.LOAN_OVERDUE).values("post_mortem__bug")
    keys = (
        owing.exclude(bug__in=asked).order_by("bug_id").values_list("bug_id", flat=True).distinct()
    )
    return sum(consider(key, at=at, source=Source.SYSTEM) is not None for key in keys)


@transaction.atomic
def publish_trigger_rules(
    team_id: int,
    *,
    rules: Rules,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> TriggerRules:
    """From now on these rules ask; `version` is the number of the rules that the change was made from."""
    team = locked(Team.objects.select_related("calendar"), team_id)
    if refusal := policy.may_publish_trigger_rules(roles_of(by), team):
        raise NotAllowed(refusal)
    _check(rules)
    last = TriggerRules.objects.filter(team=team).order_by("-number").first()
    number = last.number if last else 0
    if version is not None and version != number:
        raise Stale("Somebody changed these rules since you opened them.")
    made = TriggerRules.objects.create(
        team=team, number=number + 1, published_by=by, published_at=at, **asdict(rules)
    )
    fact = TriggerRulesPublished(number=made.number)
    journal.record(fact, subject=team.pk, by=by, at=at, source=source)
    return made


def _check(rules: Rules) -> None:
    wrong: dict[str, list[str]] = {}
    for name in ("reports", "customers", "displaced", "loan_days", "cut_reports", "cut_hours"):
        value = getattr(rules, name)
        if value is not None and not 0 < value <= MOST:
            wrong[name] = [f"Between 1 and {MOST:,}, or nothing."]
    if (rules.reports is None) != (rules.customers is None):
        missing = "reports" if rules.reports is None else "customers"
        wrong.setdefault(missing, []).append("Say both, or neither: N reports of M customers.")
    if wrong:
        raise Invalid(wrong)

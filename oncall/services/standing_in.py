"""Acts of whoever stood in for a release manager: kept for the next one, who has looked at them by one click."""

from datetime import datetime

from django.db import transaction

from foundation.errors import NotAllowed
from foundation.locking import locked
from journal import services as journal
from oncall.events.paging import StandInReviewed
from oncall.models import StandInAct
from oncall.policy import paging as policy
from oncall.querysets import standing
from oncall.rules import Standing
from teams.models import Person


def note(
    who: Standing,
    verb: str,
    team_id: int,
    by: Person,
    *,
    report: int | None = None,
    bug: int | None = None,
) -> None:
    """Within an act on a P0: kept when the person acts for a release manager that there is none of.

    What one act does to several things is reviewed once, by the first.
    """
    if team_id not in who.stands_in or who.is_release_manager(team_id):
        return
    if not StandInAct.objects.filter(team_id=team_id, by=by, at=who.at).exists():
        StandInAct.objects.create(
            team_id=team_id, verb=verb, report=report, bug=bug, by=by, at=who.at
        )


@transaction.atomic
def review(act_id: int, *, by: Person, at: datetime, source: str = "web") -> StandInAct:
    """The release manager has looked at it; once more changes nothing."""
    found = locked(StandInAct.objects.select_related("team", "by"), act_id)
    if refusal := policy.may_review(standing(by, at), found):
        raise NotAllowed(refusal)
    if found.reviewed_at is None:
        found.reviewed_by, found.reviewed_at = by, at
        found.save(update_fields=["reviewed_by", "reviewed_at"])
        fact = StandInReviewed(about=found.about, verb_reviewed=found.verb)
        journal.record(fact, subject=found.pk, by=by, at=at, source=source)
    return found

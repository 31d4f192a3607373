"""Whom a team's pages tell, from now on (ONC-6). A page that runs keeps the version that it began with."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from foundation.errors import Invalid, NotAllowed, Stale
from foundation.locking import locked
from journal import services as journal
from oncall.events.paging import EscalationPolicyPublished
from oncall.models import EscalationPolicy
from oncall.policy import paging as policy
from oncall.querysets.paging import plan_of
from oncall.rules import escalation
from teams.models import Person, Team
from teams.querysets import members_of, roles_of


@transaction.atomic
def publish_escalation_policy(
    team_id: int,
    *,
    steps: Sequence[escalation.Step],
    gives_up_after: int,
    p1: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> EscalationPolicy:
    """Publish the next version. `version` is the number that this one was made from."""
    team = locked(Team.objects.all(), team_id)
    if refusal := policy.may_publish_escalation_policy(roles_of(by), team):
        raise NotAllowed(refusal)
    number, _ = plan_of(team.pk)
    if version is not None and version != number:
        raise Stale("Somebody published another version since you opened this one.")
    known = set(members_of(team.pk).values_list("username", flat=True))
    if wrong := escalation.wrong_with(steps, gives_up_after, p1, known):
        raise Invalid(wrong)
    made = EscalationPolicy.objects.create(
        team=team,
        number=number + 1,
        steps=escalation.as_data(steps),
        gives_up_after=gives_up_after,
        p1=p1,
        published_by=by,
        published_at=at,
    )
    fact = EscalationPolicyPublished(version=made.number)
    journal.record(fact, subject=team.pk, by=by, at=at, source=source)
    return made

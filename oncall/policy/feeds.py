"""Who has a calendar feed: each person their own, and one of each team that they work with."""

from oncall.rules import Standing
from teams.models import Team

Answer = str | None
YES = None


def may_renew_feed(who: Standing, owner: int, team: Team | None) -> Answer:
    if not who.human or who.person_id != owner:
        return "A calendar address is its owner's alone."
    return may_read_feed(who, team)


def may_revoke_feed(who: Standing, owner: int, team: Team | None) -> Answer:
    """Its owner, also of a team that they have left."""
    if who.person_id == owner:
        return YES
    return "A calendar address is its owner's alone."


def may_read_feed(who: Standing, team: Team | None) -> Answer:
    """Asked again whenever the feed is read: who has left a team reads no more of it."""
    if team is None or team.pk in who.teams or who.works_in_delivery:
        return YES
    return f"The schedule of {team.name} is for the people who work with it."

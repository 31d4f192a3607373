"""Who moves the ladder: mentors of the duty, the lead and the admin; nobody vouches for themselves."""

from oncall.rules import Standing
from teams.lifecycle import Role
from teams.models import Team

Answer = str | None
YES = None
LEADS = (Role.LEAD, Role.ADMIN)


def may_read_ladder(who: Standing, team: Team) -> Answer:
    if who.human and who.belongs_to(team.pk):
        return YES
    return f"The ladder of {team.name} is its own."


def may_advance(who: Standing, team: Team, person: int, *, mentor: bool) -> Answer:
    if who.person_id == person:
        return "Nobody vouches for themselves: a mentor, the lead or an admin does."
    if mentor or who.has_role(team.pk, *LEADS):
        return YES
    return f"A mentor, the lead or an admin of {team.name} vouches."


def may_speak(who: Standing, team: Team, person: int, *, mentor: bool) -> Answer:
    """One's own word, or a mentor's (the lead speaks as one)."""
    if who.human and who.person_id == person and who.belongs_to(team.pk):
        return YES
    if mentor or who.has_role(team.pk, *LEADS):
        return YES
    return f"Who is on the way and a mentor of {team.name} have a word here."


def may_note_incident(who: Standing, team: Team, person: int, *, mentor: bool) -> Answer:
    return may_advance(who, team, person, mentor=mentor)


def may_pair(who: Standing, team: Team, trainee: int, holder: int) -> Answer:
    """Who goes along, whose shift it is, or the lead."""
    if who.human and who.belongs_to(team.pk) and who.person_id in (trainee, holder):
        return YES
    if who.has_role(team.pk, *LEADS):
        return YES
    return f"Who goes along, whose shift it is, or the lead of {team.name} arranges it."


may_take_back_pairing = may_pair


def may_set_ladder_gate(who: Standing, team: Team) -> Answer:
    if who.has_role(team.pk, *LEADS):
        return YES
    return f"The lead or an admin of {team.name} says what has to be seen."

"""Who takes turns at which duty, since when, and one of each team who is on the way (ONC-7)."""

from datetime import datetime, timedelta

from oncall import services as oncall
from oncall.models import Duty
from triage.demonstration.company import DUTIES, LEADS, Company
from triage.demonstration.duties import joined

#: team: (who learns, from whom, which duty).
LEARNS = {"clinic": ("kofi", "otto", "on_call"), "platform": ("clara", "aoife", "on_call")}


def climb(company: Company, now: datetime) -> None:
    """Vouched for by the lead, who is vouched for by the admin; at working hours, in order of time."""
    for slug, duties in DUTIES.items():
        team, hours = company.teams[slug], company.hours[slug]
        lead = company.people[LEADS[slug]]
        for duty, turns in duties.items():
            for nth, name in enumerate(turns):
                person = company.people[name]
                oncall.advance(
                    team,
                    duty,
                    person=person,
                    stage="mentor" if nth == 0 else "solo",
                    evidence="Has handled what came, alone and calmly.",
                    by=company.people["adam"] if person == lead else lead,
                    at=hours.before(now - joined(nth), 40),
                    source="demo",
                )
        name, mentor, duty = LEARNS[slug]
        learns, act = company.people[name], {"source": "demo"}
        oncall.advance(
            team, duty, person=learns, evidence="Wants to learn it.", by=company.people[mentor],
            at=hours.before(now - timedelta(weeks=6), 2), **act,
        )  # fmt: skip
        oncall.speak(
            team, duty, person=learns, text="I have read every page of the last months.",
            by=learns, at=hours.before(now - timedelta(weeks=5), 2), **act,
        )  # fmt: skip
        oncall.advance(
            team, duty, person=learns, evidence="Explained last week's page to the team.",
            by=company.people[mentor], at=hours.before(now - timedelta(weeks=4), 2), **act,
        )  # fmt: skip
        shifts = Duty.objects.filter(
            team=team, duty=duty, person=company.people[mentor], during__startswith__lt=now
        )
        for shift in reversed(shifts.order_by("-during")[:2]):  # the one that runs, and one before
            before = hours.before(shift.during.lower, 3)
            oncall.pair(shift.pk, trainee=learns, by=learns, at=before, **act)

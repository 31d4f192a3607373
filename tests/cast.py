"""The cast: people with names and roles, so that permission tests read as sentences.

Services (support) files for Billing (read by itself and the filing team) and Platform (read by the
company). Rhea is release manager of Billing now, Otto is on call, Sami develops for Platform.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from psycopg2.extras import DateTimeTZRange

from foundation import clock
from oncall.models import Duty, DutyKind, EscalationPolicy
from oncall.rules.escalation import DEFAULT, as_data
from problem_reports.clocks import policies
from teams.lifecycle import PersonKind, Readers, Role, TeamKind
from teams.models import (
    AreaExpert,
    Membership,
    Person,
    ProductArea,
    Team,
)
from teams.rules import Hours
from teams.services.calendars import Week, lay_out


def today_there() -> date:
    """The day it is where the cast works: around midnight it is not the day of UTC."""
    return clock.now().astimezone(ZoneInfo("Europe/Brussels")).date()


@dataclass
class Cast:
    now: datetime = field(default_factory=clock.now)
    today: date = field(default_factory=today_there)

    def __post_init__(self) -> None:
        hours = [
            Hours(day, starts, ends)
            for day in range(5)
            for starts, ends in ((time(9), time(12, 30)), (time(13, 30), time(18)))
        ]
        self.office = lay_out("Office", Week("Europe/Brussels", hours), at=self.now)
        support, delivery = TeamKind.SUPPORT, TeamKind.DELIVERY
        self.services = self._team("services", "Services", support)
        self.partners = self._team("partners", "Partners", support)
        self.billing = self._team("billing", "Billing", delivery, Readers.FILING)
        self.platform = self._team("platform", "Platform", delivery)

        self.lena = self._person("lena", (self.services, Role.REPORTER))
        self.leo = self._person("leo", (self.services, Role.REPORTER))
        self.paul = self._person("paul", (self.partners, Role.REPORTER))
        self.rhea = self._person("rhea", (self.billing, Role.DEVELOPER), (self.billing, Role.LEAD))
        self.otto = self._person("otto", (self.billing, Role.DEVELOPER))
        self.ines = self._person("ines", (self.billing, Role.DEVELOPER))
        self.pia = self._person("pia", (self.billing, Role.PRODUCT_OWNER))
        self.adam = self._person(
            "adam",
            *((t, Role.ADMIN) for t in (self.services, self.billing, self.platform)),
        )
        self.sami = self._person("sami", (self.platform, Role.DEVELOPER))
        self.stranger = self._person("stranger")
        self.robot = self._person("robot", (self.billing, Role.DEVELOPER), kind=PersonKind.TOOL)

        self.invoicing = self._area(self.billing, "invoicing", "Invoicing", self.ines)
        self.payments = self._area(self.billing, "payments", "Payments")
        self.login = self._area(self.platform, "login", "Login", self.sami)

        for team, duty, person in (
            (self.billing, DutyKind.RELEASE_MANAGER, self.rhea),
            (self.billing, DutyKind.ON_CALL, self.otto),
            (self.platform, DutyKind.RELEASE_MANAGER, self.sami),
        ):
            span = DateTimeTZRange(
                self.now - timedelta(days=400), self.now + timedelta(days=30), "[)"
            )
            Duty.objects.create(team=team, duty=duty, person=person, during=span)
        for team in (self.billing, self.platform):
            policies.publish_default(team, at=self.now)
            # A P1 pages at any hour here: no test depends on the hour of the day.
            EscalationPolicy.objects.create(
                team=team, number=1, steps=as_data(DEFAULT.steps), gives_up_after=15, p1="any_hour",
                published_by=self.adam, published_at=self.now,
            )  # fmt: skip

    @property
    def everybody(self) -> dict[str, Person]:
        return {name: who for name, who in vars(self).items() if isinstance(who, Person)}

    def _team(self, slug: str, name: str, kind: str, readers: str = Readers.COMPANY) -> Team:
        return Team.objects.create(
            slug=slug, name=name, kind=kind, readers=readers, calendar=self.office
        )

    def _person(
        self, username: str, *roles: tuple[Team, str], kind: str = PersonKind.PERSON
    ) -> Person:
        person = Person.objects.create_user(
            username, f"{username}@example.org", "demo", first_name=username.capitalize(), kind=kind
        )
        Membership.objects.bulk_create(
            Membership(person=person, team=team, role=role) for team, role in roles
        )
        return person

    def _area(self, team: Team, slug: str, name: str, *experts: Person) -> ProductArea:
        area = ProductArea.objects.create(team=team, slug=slug, name=name)
        AreaExpert.objects.bulk_create(AreaExpert(area=area, person=p) for p in experts)
        return area

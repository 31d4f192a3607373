"""The letter of a page: what burns, as stated or not, and one link to answer by (ONC-6).

Written here, because who was told may not be somebody who may read the report: then it says so little.
"""

from collections.abc import Iterator

from bugs.querysets import visible_to as bugs_visible_to
from channels.lifecycle import Topic
from channels.registry import Letter, tells
from foundation.signed import sign
from journal.models import Event
from oncall.lifecycle import PageState
from oncall.models import Page
from problem_reports.querysets import viewer, visible_to
from teams.lifecycle import Role
from teams.models import Person

#: What the signed links of a page are for.
ANSWER_PAGE = "acknowledge a page"


@tells("page.told")
def you_are_paged(event: Event) -> Iterator[Letter]:
    """Everybody whom this step told, in the words that they may read."""
    page = Page.objects.select_related("team", "area").get(pk=event.subject)
    for row in page.told.filter(step=event.data["step"]).select_related("person").order_by("pk"):
        title = title_for(page, row.person, event)
        area = f" in {page.area.name}" if page.area else ""
        about = f"{page.about}, {title}" if title else f"{page.about}{area}"
        ends = "" if page.state == PageState.PAGING else " Somebody has answered meanwhile."
        yield Letter(
            person_id=row.person_id,
            subject=f"{priority_words(page)}: {about}",
            body=f"{page.team.name} needs you for {page.about}{area}. Say that you have it, or others are told."
            f"{ends}",
            url=answer_url(page, row.person),
            topic=Topic.PAGE,
            thread=page.about,
            quotes=bool(title),
        )


@tells("page.exhausted")
def nobody_answered(event: Event) -> Iterator[Letter]:
    """The leads: every step was told."""
    page = Page.objects.select_related("team").get(pk=event.subject)
    leads = Person.objects.filter(
        memberships__team_id=page.team_id, memberships__role=Role.LEAD, is_active=True
    )
    for lead in leads.distinct().order_by("pk"):
        yield Letter(
            person_id=lead.pk,
            subject=f"Nobody answered the page for {page.about} ({priority_words(page)})",
            body="Every step of the escalation policy was told. Call somebody, or page again.",
            url=answer_url(page, lead),
            topic=Topic.PAGE,
            thread=page.about,
        )


def priority_words(page: Page) -> str:
    return f"{page.priority} as stated" if page.as_stated else page.priority


def title_for(page: Page, person: Person, event: Event) -> str:
    """What it is about is called, if this person may know."""
    who = viewer(person, event.at)
    seen = (
        visible_to(who).filter(pk=page.report)
        if page.report
        else bugs_visible_to(who).filter(pk=page.bug)
    )
    return seen.values_list("title", flat=True).first() or ""


def answer_url(page: Page, person: Person) -> str:
    """Where this person answers, without signing in."""
    return f"/pages/{sign(ANSWER_PAGE, {'page': page.pk, 'person': person.pk})}/"

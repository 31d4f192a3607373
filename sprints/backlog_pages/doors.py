"""Which button does which verb on a backlog item: one table, from which pages draw and the view acts."""

from channels.web import Verb
from channels.web.acting import Door, Opened, drawn
from foundation.references import address
from sprints.backlog_pages import forms
from sprints.models import BacklogItem
from sprints.services import backlog as services

DOORS: dict[str, Door] = {
    "accept": Door(services.accept, "Accept", "{0.reference} is accepted."),
    "start": Door(services.start, "Start", "{0.reference} is in progress."),
    "finish": Door(
        services.finish, "Finish", "{0.reference} is finished.", forms.FinishForm, "Finish it"
    ),
    "estimate": Door(
        services.estimate,
        "Estimate",
        "{0.reference} is estimated.",
        forms.EstimateForm,
        "Estimate it",
    ),
    "schedule": Door(
        services.schedule,
        "Plan in a sprint",
        "{0.reference} is planned.",
        forms.ScheduleForm,
        "Plan it",
    ),
    "mark": Door(
        services.mark, "Mark for the plan", "{0.reference} is marked.", forms.MarkForm, "Mark it"
    ),
    "take_out": Door(
        services.take_out, "Take out of the sprint", "{0.reference} is in the backlog again."
    ),
    "edit": Door(
        services.edit, "Edit", "{0.reference} is changed.", forms.EditForm, "Keep the changes"
    ),
    "decline": Door(
        services.decline, "Decline", "{0.reference} is declined.", forms.DeclineForm, "Decline it"
    ),
    "order": Door(services.order, "Move", "{0.reference} has moved.", forms.OrderForm),
}


def url_of(item: BacklogItem, verb: str = "") -> str:
    page = address("BI", item.pk)
    return f"{page}{verb.replace('_', '-')}/" if verb else page


def button(verb: str, item: BacklogItem, opened: Opened | None) -> Verb:
    kind = "next" if verb in ("accept", "start", "finish") else ""
    return drawn(verb, DOORS[verb], url_of(item, verb), opened, {"item": item}, kind=kind)

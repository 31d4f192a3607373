"""Which button does which verb on a backlog item: one table, from which pages draw and the view acts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from channels.web import Refusal, Verb
from foundation.references import address
from sprints.backlog_pages import forms
from sprints.models import BacklogItem
from sprints.services import backlog as services


@dataclass(frozen=True)
class Door:
    act: Callable[..., Any]
    label: str
    done: str
    form: type[forms.ItemForm] | None = None
    ends: str = ""


DOORS: dict[str, Door] = {
    "accept": Door(services.accept, "Accept", "{0} is accepted."),
    "start": Door(services.start, "Start", "{0} is in progress."),
    "finish": Door(services.finish, "Finish", "{0} is finished.", forms.FinishForm, "Finish it"),
    "estimate": Door(
        services.estimate, "Estimate", "{0} is estimated.", forms.EstimateForm, "Estimate it"
    ),
    "schedule": Door(
        services.schedule, "Plan in a sprint", "{0} is planned.", forms.ScheduleForm, "Plan it"
    ),
    "mark": Door(services.mark, "Mark for the plan", "{0} is marked.", forms.MarkForm, "Mark it"),
    "take_out": Door(services.take_out, "Take out of the sprint", "{0} is in the backlog again."),
    "edit": Door(services.edit, "Edit", "{0} is changed.", forms.EditForm, "Keep the changes"),
    "decline": Door(
        services.decline, "Decline", "{0} is declined.", forms.DeclineForm, "Decline it"
    ),
    "order": Door(services.order, "Move", "{0} has moved.", forms.OrderForm),
}


@dataclass(frozen=True)
class Opened:
    """The form that stands open after a refusal, with what was typed and why it was refused."""

    verb: str
    form: forms.ItemForm | None = None
    refusal: Refusal | None = None


def url_of(item: BacklogItem, verb: str = "") -> str:
    page = address("BI", item.pk)
    return f"{page}{verb.replace('_', '-')}/" if verb else page


def button(verb: str, item: BacklogItem, opened: Opened | None) -> Verb:
    door = DOORS[verb]
    here = opened if opened and opened.verb == verb else None
    form = here.form if here and here.form else door.form(item=item) if door.form else None
    return Verb(
        name=verb,
        label=door.label,
        url=url_of(item, verb),
        kind="next" if verb in ("accept", "start", "finish") else "",
        asks=form if form and form.fields else None,
        ends=door.ends,
        open=here is not None,
        refusal=here.refusal if here else None,
    )

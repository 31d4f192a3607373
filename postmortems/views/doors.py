"""Which button does which verb on a post-mortem: one table, from which pages draw and the view acts."""

from typing import Any

from channels.web import Verb
from channels.web.acting import Door, Opened, drawn
from foundation.references import address
from postmortems import forms, services
from postmortems.forms.actions import AgreeForm, AnswerDoneForm
from postmortems.models import PostMortem
from postmortems.querysets import Phrase, Whole

DOORS: dict[str, Door] = {
    "waive": Door(
        services.waive, "Waive", "{0.reference} is waived.", forms.ReasonForm, "There will be none"
    ),
    "open": Door(services.open, "Open", "{0.reference} is open, and you write it.", forms.OpenForm, "Open it"),
    "write": Door(
        services.write, "Write the story", "{0.reference} is kept.", forms.WriteForm, "Keep it", "story"
    ),
    "add_moment": Door(
        services.add_moment, "Add a moment", "The moment is in.", forms.MomentForm, "Add it", "timeline"
    ),
    "add_factor": Door(
        services.add_factor, "Add a factor", "The factor is in.", forms.FactorForm, "Add it", "factors"
    ),
    "link_factors": Door(
        services.link_factors, "Link factors", "They are linked.", forms.LinkForm, "Link them", "factors"
    ),
    "add_barrier": Door(
        services.add_barrier, "Add a barrier", "The barrier is in.", forms.BarrierForm, "Add it", "barriers"
    ),
    "agree_action": Door(
        services.agree_action, "Agree an action", "It is in the backlog.", AgreeForm, "Agree it", "actions"
    ),
    "answer_done": Door(
        services.answer_done, "Definition of done", "It is answered.", AnswerDoneForm, "Answer", "done"
    ),
    "edit": Door(services.edit, "Edit", "It is changed.", forms.edit_form, "Keep the changes"),
    "remove": Door(services.remove, "Take out", "It is taken out.", forms.RemoveForm),
    "keep_phrase": Door(
        services.keep_phrase, "Keep with a reason", "The words stay.", forms.KeepForm, "Keep them", "words"
    ),
    "name_facilitator": Door(
        services.name_facilitator, "Name a facilitator", "They are asked.", forms.PersonForm, "Ask them", "people"
    ),
    "invite": Door(services.invite, "Invite somebody", "They are invited.", forms.PersonForm, "Invite them", "people"),
    "uninvite": Door(services.uninvite, "Invite no more", "They are invited no more.", forms.PersonForm, "", "people"),
    "revise": Door(
        services.revise, "Revise", "{0.reference} is open for its next version.", forms.ReasonForm, "Open it again"
    ),
    "submit": Door(services.submit, "Ask for a review", "{0.reference} is in review."),
    "request_changes": Door(
        services.request_changes, "Ask for changes", "{0.reference} is open again.", forms.ReasonForm, "Ask for them"
    ),
    "publish": Door(services.publish, "Review and publish", "{0.reference} is published."),
}  # fmt: skip
#: Drawn beside the part of the page that they change.
BESIDE = ("edit", "remove", "keep_phrase", "uninvite", "categorise")
#: These answer to the whole as it stood on the page; whoever adds or writes a text is in nobody's way.
ANSWERS_THE_WHOLE = ("waive", "open", "submit", "request_changes", "publish", "revise")
#: What was typed here is shown even when nothing can be done with it any more.
WRITES = ("write", "add_moment", "add_factor", "add_barrier", "edit")


def url_of(thing: PostMortem, verb: str = "") -> str:
    page = address("PM", thing.pk)
    return f"{page}{verb.replace('_', '-')}/" if verb else page


def button(verb: str, whole: Whole, opened: Opened | None) -> Verb:
    kind = "next" if verb in ("submit", "publish") else ""
    url = url_of(whole.thing, verb)
    return drawn(verb, DOORS[verb], url, opened, {"whole": whole}, kind=kind)


def part_verbs(whole: Whole, opened: Opened | None) -> dict[tuple[str, int], list[Verb]]:
    """Edit and take out, for every moment, factor and barrier."""
    parts = [
        *(("moment", moment) for moment in whole.moments),
        *(("factor", factor) for factor in whole.factors),
        *(("barrier", barrier) for barrier in whole.barriers),
    ]
    return {(name, row.pk): _verbs(whole, name, row, opened) for name, row in parts}


def _verbs(whole: Whole, name: str, row: Any, opened: Opened | None) -> list[Verb]:
    part = (name, row.pk)
    here = opened if opened and opened.form and opened.form.part == part else None
    form = here.form if here else forms.PARTS[name](whole=whole, part=part, initial=_initial(row))
    return [
        Verb(
            f"edit-{name}-{row.pk}", "Edit", url_of(whole.thing, "edit"), asks=form, ends=DOORS["edit"].ends,
            fields={"part": name, "key": row.pk}, open=here is not None, refusal=here.refusal if here else None,
        ),
        removing(whole, name, row.pk),
    ]  # fmt: skip


def removing(whole: Whole, name: str, key: int) -> Verb:
    fields = {"part_name": name, "key": key}
    return Verb("remove", "Take out", url_of(whole.thing, "remove"), kind="quiet", fields=fields)


def uninviting(whole: Whole, username: str) -> Verb:
    door = DOORS["uninvite"]
    fields = {"person": username}
    return Verb(
        "uninvite", door.label, url_of(whole.thing, "uninvite"), kind="quiet", fields=fields
    )


def _initial(row: Any) -> dict[str, Any]:
    values = {
        f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields
    }  # no key is followed
    return {**values, "when": values.get("at")}


def keeping(whole: Whole, phrase: Phrase, number: int, opened: Opened | None) -> Verb:
    said = {"rule": phrase.finding.rule, "said": phrase.finding.said}
    here = None
    if opened and opened.verb == "keep_phrase" and opened.form:
        sent = {name: opened.form.data.get(name) for name in said}
        here = opened if sent == said else None
    form = here.form if here else forms.KeepForm(whole=whole, initial=said, part=("phrase", number))
    return Verb(
        f"keep-{number}", DOORS["keep_phrase"].label, url_of(whole.thing, "keep_phrase"), asks=form,
        ends=DOORS["keep_phrase"].ends, open=here is not None, refusal=here.refusal if here else None,
    )  # fmt: skip

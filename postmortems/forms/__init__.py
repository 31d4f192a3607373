"""The shape of what is typed about post-mortems. Whether it may be is decided by the services."""

from typing import Any

from django import forms

from channels.web.fields import moment
from foundation.errors import NotFound
from foundation.references import parse, whole_number
from postmortems.lifecycle import Category, Control, FactorKind, Known, Size
from postmortems.querysets import STORY, Whole
from postmortems.rules.comparing import stamp

LONG = 5000
SEEN = "seen_"
#: Forms say *when*, rows have *at*.
COLUMN = {"when": "at"}


def words(label: str, rows: int = 2, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": rows}), max_length=LONG, **more
    )


class AskForm(forms.Form):
    """Ask for a post-mortem of a bug."""

    bug = forms.CharField(label="Bug", max_length=30, help_text="Its reference: BUG-7.")
    reason = words("Why", help_text="What made it worth learning from?")

    def clean_bug(self) -> int:
        key = parse(self.cleaned_data["bug"], "BUG")
        if key is None:
            raise forms.ValidationError("Write the reference of a bug: BUG-7.")
        return key


class PartForm(forms.Form):
    """What one verb asks for. Ids carry a prefix: several forms stand on one page."""

    #: What it edits: ("moment", 7); None for something new.
    part: tuple[str, int] | None = None
    #: Whether it writes on texts that are there: it then says which ones it was drawn from.
    sees = False

    def __init__(
        self, *args: Any, whole: Whole, part: tuple[str, int] | None = None, **kwargs: Any
    ) -> None:
        here = f"{part[0]}_{part[1]}" if part else type(self).__name__
        super().__init__(*args, auto_id=f"id_{here}_%s", **kwargs)
        self.part = part
        self.prepare(whole)
        if self.sees or (part is not None and part[0] in PARTS):
            self._remember(whole)

    def prepare(self, whole: Whole) -> None:
        """Fill in what depends on the post-mortem."""

    def _remember(self, whole: Whole) -> None:
        """A hidden field beside each: the stamp of the text that stands in it (`rules.comparing`)."""
        for name in list(self.fields):
            first = stamp(self.get_initial_for_field(self.fields[name], name))
            self.fields[SEEN + name] = forms.CharField(
                widget=forms.HiddenInput, required=False, max_length=16, initial=first
            )

    def typed(self) -> dict[str, Any]:
        """Field of the row -> what was typed."""
        return {
            COLUMN.get(name, name): value
            for name, value in self.cleaned_data.items()
            if not name.startswith(SEEN)
        }

    def seen(self) -> dict[str, str]:
        """Field of the row -> the stamp of what its writer had read."""
        told = {n: v for n, v in self.cleaned_data.items() if n.startswith(SEEN)}
        names = {name: name.removeprefix(SEEN) for name in told}
        return {COLUMN.get(names[name], names[name]): value for name, value in told.items()}

    def given(self) -> dict[str, Any]:
        if self.part is None:
            return dict(self.cleaned_data)
        return {
            "part": self.part[0],
            "key": self.part[1],
            "changes": self.typed(),
            "seen": self.seen(),
        }


class ReasonForm(PartForm):
    reason = words("Why", help_text="It is kept, and read by everybody who reads this.")


class OpenForm(PartForm):
    size = forms.ChoiceField(
        label="How much", choices=Size.choices, help_text="Light needs no more than one page."
    )


class WriteForm(PartForm):
    summary = words(STORY["summary"], 4, required=False)
    how_it_happened = words(STORY["how_it_happened"], required=False)
    how_fixed = words(STORY["how_fixed"], required=False)
    what_prevents = words(STORY["what_prevents"], required=False)
    what_changes = words(STORY["what_changes"], required=False)
    went_well = words(STORY["went_well"], required=False)
    was_hard = words(STORY["was_hard"], required=False)
    got_lucky = words(STORY["got_lucky"], required=False)
    surprised = words(STORY["surprised"], required=False)
    no_action_because = words(
        STORY["no_action_because"], required=False, help_text="Only when nothing is to be done."
    )
    fixed_at = moment("The pain stopped", required=False)
    repaired_at = moment("What broke was whole again", required=False)
    investigated_at = moment("It was understood", required=False)
    resolved_at = moment("What will be different was decided", required=False)

    sees = True

    def prepare(self, whole: Whole) -> None:
        for name in self.fields:
            self.fields[name].initial = getattr(whole.thing, name)

    def given(self) -> dict[str, Any]:
        return {"changes": self.typed(), "seen": self.seen()}


class MomentForm(PartForm):
    when = moment("When")
    what = words("What happened", help_text="Who did it matters less than what could be seen.")
    evidence = forms.CharField(
        label="Where it can be seen", max_length=500, required=False, help_text="A link, a graph, a log line."
    )  # fmt: skip
    known = forms.ChoiceField(label="Known", choices=Known.choices)


class FactorForm(PartForm):
    statement = forms.CharField(
        label="What had to be true", max_length=300, help_text="Why was that, and what else?"
    )
    kind = forms.ChoiceField(label="Kind", choices=FactorKind.choices)
    category = forms.ChoiceField(label="Category", choices=Category.choices)
    control = forms.ChoiceField(label="Who can change it", choices=Control.choices)
    evidence = forms.CharField(label="Evidence", max_length=500, required=False)
    contributes_to = forms.TypedChoiceField(
        label="It contributed to", coerce=int, empty_value=None, required=False
    )

    def prepare(self, whole: Whole) -> None:
        if self.part is not None:
            del self.fields["contributes_to"]
            return
        self.fields["contributes_to"].choices = [("", "What happened"), *_factors(whole)]


class LinkForm(PartForm):
    cause = forms.TypedChoiceField(label="This", coerce=int)
    effect = forms.TypedChoiceField(label="contributed to this", coerce=int)

    def prepare(self, whole: Whole) -> None:
        self.fields["cause"].choices = self.fields["effect"].choices = _factors(whole)


class BarrierForm(PartForm):
    what = forms.CharField(label="What could have caught it", max_length=300)
    was_there = forms.BooleanField(label="It was there", required=False)
    why_not = words("Why it did not hold, or was not there")


class KeepForm(PartForm):
    rule = forms.CharField(max_length=4, widget=forms.HiddenInput)
    said = forms.CharField(max_length=LONG, widget=forms.HiddenInput)
    reason = words("Why these words stay")


class PersonForm(PartForm):
    person = forms.CharField(
        label="Who", max_length=150, help_text="Their username.",
        widget=forms.TextInput(attrs={"list": "people-around", "autocomplete": "off"}),
    )  # fmt: skip


class RemoveForm(PartForm):
    """Which part is said by hidden fields."""

    part_name = forms.CharField(max_length=10)
    key = forms.IntegerField(min_value=1, max_value=2**62)

    def given(self) -> dict[str, Any]:
        return {"part": self.cleaned_data["part_name"], "key": self.cleaned_data["key"]}


#: The form of each part, for adding and for editing.
PARTS: dict[str, type[PartForm]] = {
    "moment": MomentForm,
    "factor": FactorForm,
    "barrier": BarrierForm,
}


def edit_form(sent: Any, whole: Whole) -> PartForm:
    """The form of the part that the sent fields name; refuses what is no part at all."""
    kind, key = PARTS.get(sent.get("part", "")), whole_number(sent.get("key", ""))
    if kind is None or key is None:
        raise NotFound(f"{whole.thing.reference} has no such part.")
    return kind(sent, whole=whole, part=(sent["part"], key))


def _factors(whole: Whole) -> list[tuple[int, str]]:
    return [(factor.pk, factor.statement) for factor in whole.factors]

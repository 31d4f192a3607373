"""The form that files a report: the shape of its input, and every file looked at before anything is kept."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from foundation.errors import Invalid
from problem_reports.attachments import LIMIT_BYTES, LIMIT_PER_REPORT, content_type_of, safe_name
from problem_reports.lifecycle import Impact, Urgency
from teams.models import ProductArea

LONG = 20_000
#: Told apart by CSS from a field with words in it, for the completeness hint.
UNTYPED = {"placeholder": " "}
ACCEPTED = ".png,.jpg,.jpeg,.gif,.pdf,.txt,.log,.csv,.json,.har,.zip"


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one field; each is checked as *attach* will check it."""

    widget = SeveralFiles(attrs={"accept": ACCEPTED})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        sent = data if isinstance(data, list | tuple) else [data]
        files = [super(FilesField, self).clean(one, initial) for one in sent if one]
        problems = [words for file in files if (words := _problem_with(file))]
        if len(files) > LIMIT_PER_REPORT:
            problems.append(f"A report keeps at most {LIMIT_PER_REPORT} files.")
        if problems:
            raise forms.ValidationError(
                [*problems, "Please choose the files again: a browser does not keep them."]
            )
        return files


def _problem_with(file: UploadedFile) -> str:
    name = safe_name(file.name or "")
    if (file.size or 0) > LIMIT_BYTES:
        return f"{name}: a file may have at most {LIMIT_BYTES // 1024 // 1024} MB."
    try:
        content_type_of(name, file.read())
    except Invalid as error:
        return f"{name}: {error.words}"
    finally:
        file.seek(0)
    return ""


def _text(label: str, help_text: str = "", rows: int = 3, required: bool = False) -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONG,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows, **UNTYPED}),
    )


def _line(label: str, length: int, help_text: str = "", required: bool = False) -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=length,
        required=required,
        widget=forms.TextInput(attrs=UNTYPED),
    )


class FileForm(forms.Form):
    """Names as the API has them; `areas` are those that the person may file into, own team's first."""

    title = _line("What is wrong, in one line", 200, required=True)
    description = _text("What happened", rows=5, required=True)
    impact = forms.ChoiceField(
        label="Who has it?",
        choices=[
            (Impact.ONE_USER, "One user"),
            (Impact.SOME_USERS, "Some users"),
            (Impact.MANY_USERS, "Many users"),
            (Impact.EVERYONE, "Everyone"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say who has it; an estimate will do."},
    )
    urgency = forms.ChoiceField(
        label="How urgent is it for them?",
        choices=[
            (Urgency.LOW, "Low"),
            (Urgency.NORMAL, "Normal"),
            (Urgency.HIGH, "High"),
            (Urgency.CRITICAL, "Critical"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say how urgent it is; you can correct it later."},
    )
    product_area = forms.ChoiceField(
        label="Where in the product?",
        error_messages={
            "required": "Choose the area that fits best; the team moves it if need be."
        },
    )
    customer = _line("Customer", 120)
    expected = _text("What should have happened")
    actual = _text("What happened instead")
    steps = _text("Steps that show it", "One a line, as you did them.")
    version = _line("Version", 80)
    environment = _line("Environment", 120, "Browser, device, system: what you know.")
    attachments = FilesField(
        label="Screenshots and logs",
        help_text=f"Up to {LIMIT_PER_REPORT} files of 10 MB each: "
        "png, jpeg, gif, pdf, txt, log, csv, json, har or zip.",
        required=False,
    )

    def __init__(self, *args: Any, areas: Iterable[ProductArea], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_team: dict[str, list[tuple[str, str]]] = {}
        for area in areas:
            by_team.setdefault(area.team.name, []).append((area.slug, area.name))
        self.fields["product_area"].choices = [("", "Choose an area"), *by_team.items()]

    @property
    def report(self) -> dict[str, Any]:
        """What *file* takes."""
        said = {k: v for k, v in self.cleaned_data.items() if k != "attachments"}
        said["affected_version"] = said.pop("version")
        return said

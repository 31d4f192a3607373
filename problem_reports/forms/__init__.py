"""The shape of what each verb asks for. Who may and whether it fits is decided by the services."""

from problem_reports.forms.classification import ClassifyForm
from problem_reports.forms.confirming import ConfirmForm, TellCauseForm
from problem_reports.forms.verbs import (
    AskForm,
    AssignForm,
    AttachForm,
    DisputeForm,
    EditForm,
    JoinForm,
    LogWorkForm,
    MessageForm,
    PageForm,
    PrioritiseForm,
    ReopenForm,
    ReturnForm,
    RouteForm,
    SnoozeForm,
    VerbForm,
)

__all__ = [
    "AskForm",
    "AssignForm",
    "AttachForm",
    "ClassifyForm",
    "ConfirmForm",
    "DisputeForm",
    "EditForm",
    "JoinForm",
    "LogWorkForm",
    "MessageForm",
    "PageForm",
    "PrioritiseForm",
    "ReopenForm",
    "ReturnForm",
    "RouteForm",
    "SnoozeForm",
    "TellCauseForm",
    "VerbForm",
]

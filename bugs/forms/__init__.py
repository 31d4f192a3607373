"""The shape of what each verb on a bug asks for. Whether it may happen is decided by the services."""

from bugs.forms.loans import ExtendForm, MitigateForm, RepayForm, WriteOffForm
from bugs.forms.plans import AgreeForm, ObjectForm, OverrideForm, PlanForm
from bugs.forms.verbs import (
    LONGEST_REASON,
    DeclineForm,
    EstimateForm,
    FixForm,
    InjectForm,
    LogWorkForm,
    MarkForm,
    PostponeForm,
    PrioritiseForm,
    ReopenForm,
    ScheduleForm,
    VerbForm,
    amount,
    leaving_words,
    reason,
    sprint_words,
)

__all__ = [
    "LONGEST_REASON",
    "AgreeForm",
    "DeclineForm",
    "EstimateForm",
    "ExtendForm",
    "FixForm",
    "InjectForm",
    "LogWorkForm",
    "MarkForm",
    "MitigateForm",
    "ObjectForm",
    "OverrideForm",
    "PlanForm",
    "PostponeForm",
    "PrioritiseForm",
    "ReopenForm",
    "RepayForm",
    "ScheduleForm",
    "VerbForm",
    "WriteOffForm",
    "amount",
    "leaving_words",
    "reason",
    "sprint_words",
]

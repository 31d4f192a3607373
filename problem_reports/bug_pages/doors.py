"""Which button does which verb on a bug: one table, from which pages draw and the view acts.

Whether a verb may be done now is not decided here: `policy.allowed` lists it, the service has the last word.
"""

from bugs import forms, services
from bugs.models import Bug
from channels.web.acting import Door

DOORS: dict[str, Door] = {
    "prioritise": Door(
        services.prioritise,
        "Prioritise",
        "{0.reference} has its priority.",
        forms.PrioritiseForm,
        "Prioritise",
    ),
    "estimate": Door(
        services.estimate,
        "Estimate",
        "{0.reference} is estimated.",
        forms.EstimateForm,
        "Keep the estimate",
    ),
    "inject": Door(
        services.inject,
        "Inject into the running sprint",
        "{0.reference} is in the sprint.",
        forms.InjectForm,
        "Inject it",
    ),
    "schedule": Door(
        services.schedule,
        "Schedule for a later sprint",
        "{0.reference} is scheduled.",
        forms.ScheduleForm,
        "Schedule it",
    ),
    "postpone": Door(
        services.postpone,
        "Postpone",
        "{0.reference} is postponed.",
        forms.PostponeForm,
        "Postpone it",
    ),
    "decline": Door(
        services.decline, "Decline", "{0.reference} is declined.", forms.DeclineForm, "Decline it"
    ),
    "refute": Door(
        services.refute,
        "It is no defect",
        "{0.reference} is refuted; its reports are investigated again.",
        forms.RefuteForm,
        "Refute it",
    ),
    "start": Door(services.start, "Start the fix", "{0.reference} is in progress."),
    "pair": Door(
        services.pair,
        "Work in a pair",
        "Two people work on {0.reference} now.",
        forms.PairForm,
        "Name the pair",
    ),
    "fix": Door(
        services.fix,
        "It is fixed",
        "{0.reference} is fixed; somebody else verifies it.",
        forms.FixForm,
        "Fixed",
    ),
    "verify": Door(
        services.verify, "Verify the fix", "{0.reference} is verified; its reporters hear of it."
    ),
    "release": Door(
        services.release,
        "Name its version",
        "{0.reference} has its version; its reporters hear of it.",
        forms.ReleaseForm,
        "Keep the version",
    ),
    "reopen": Door(
        services.reopen,
        "Reopen",
        "{0.reference} is to be scheduled again.",
        forms.ReopenForm,
        "Reopen it",
    ),
    "mark": Door(
        services.mark, "Mark", "{0.reference} is marked.", forms.MarkForm, "Keep the marks"
    ),
    "log_work": Door(
        services.log_work,
        "Another day, or a note",
        "The hours on {0.reference} are kept.",
        forms.LogWorkForm,
        "Log the hours",
    ),
    "page": Door(
        services.page,
        "Page somebody",
        "They are being told. You see here who answers.",
        forms.PageForm,
        "Page now",
    ),
    "propose_plan": Door(
        services.propose_plan,
        "Propose a plan",
        "The plan of {0.reference} is proposed.",
        forms.PlanForm,
        "Propose it",
    ),
    "agree_plan": Door(
        services.agree_plan, "Agree", "You agreed to the plan of {0.reference}.", forms.AgreeForm
    ),
    "object_to_plan": Door(
        services.object_to_plan,
        "Object",
        "Your objection is on the record of {0.reference}.",
        forms.ObjectForm,
        "Object",
    ),
    "override_plan": Door(
        services.override_plan,
        "Override the objections",
        "The plan of {0.reference} goes ahead against the objections.",
        forms.OverrideForm,
        "Override them",
    ),
    "mitigate": Door(
        services.mitigate,
        "Mitigate",
        "{0.reference} is mitigated; it is still to be fixed.",
        forms.MitigateForm,
        "It is mitigated",
    ),
    "repay": Door(
        services.repay,
        "Repay",
        "What {0.reference} owed is repaid.",
        forms.RepayForm,
        "It is repaid",
    ),
    "extend": Door(
        services.extend,
        "Extend",
        "The payback of {0.reference} has a later date.",
        forms.ExtendForm,
        "Keep the date",
    ),
    "write_off": Door(
        services.write_off,
        "Write off",
        "Your yes to writing it off is on the record of {0.reference}.",
        forms.WriteOffForm,
        "Say yes",
    ),
}
#: Drawn beside the mitigations and what they owe.
LOANS = ("repay", "extend", "write_off")
MITIGATING = ("mitigate", *LOANS)
#: Drawn beside the plan itself.
PLAN = ("propose_plan", "agree_plan", "object_to_plan", "override_plan")
#: When is it fixed? The release manager's four answers, in the order in which they are weighed.
DECISIONS = ("inject", "schedule", "postpone", "decline")


def url_of(bug: Bug, verb: str = "") -> str:
    return f"/bugs/{bug.reference}/{verb.replace('_', '-')}/" if verb else f"/bugs/{bug.reference}/"

"""A dated promise as a reader hears it, and the one that a bug carries (PR-8). Pure over loaded rows."""

from dataclasses import dataclass
from datetime import date, datetime

from bugs.lifecycle import WORKED_ON, State
from bugs.models import Bug

RUNNING, KEPT, MISSED, LATE = "running", "kept", "missed", "late"


@dataclass(frozen=True)
class Slip:
    """An earlier due moment, and the verb that changed it."""

    due_at: datetime
    until: datetime
    because: str


@dataclass(frozen=True)
class Promise:
    """`state`: running, kept, late (kept after it was due) or missed (due has passed, still open).

    `paused_since`: its clock stands still, for the reason in `paused_why`; `due_at` moves on while it does.
    """

    kind: str
    label: str
    state: str
    due_at: datetime | None
    started_at: datetime | None = None
    kept_at: datetime | None = None
    kept_by_event: int | None = None
    due_on: date | None = None
    words: str = ""
    slips: tuple[Slip, ...] = ()
    paused_since: datetime | None = None
    paused_why: str = ""


def fix_promise(bug: Bug) -> Promise:
    """What the reporter may expect of the fix: a sprint and its end, a review date, the version that has it."""
    sprint, release = bug.sprint, bug.release
    if release is not None and release.is_out:
        words = f"Available in version {release.named}"
        return Promise("fix", "Available", KEPT, None, due_on=release.on, words=words)
    if release is not None:
        words = f"Fixed for version {release.named}, planned"
        return Promise("fix", "Fixed", RUNNING, None, due_on=release.on, words=words)
    if bug.state == State.VERIFIED:
        return Promise(
            "fix", "Fixed", KEPT, None, kept_at=bug.verified_at, words="Fixed and verified"
        )
    if bug.state == State.FIXED:
        return Promise("fix", "Fixed", RUNNING, None, words="Fixed; somebody checks it now")
    if bug.state == State.DECLINED:
        return Promise("fix", "Not fixed", MISSED, None, words="It will not be fixed")
    if bug.state == State.REFUTED:
        return Promise("fix", "Not a defect", MISSED, None, words="It turned out to be no defect")
    if sprint is not None:
        words = f"Fixed in {sprint.name}"
        return Promise("fix", "Fixed", RUNNING, None, due_on=sprint.ends_on, words=words)
    if bug.state in WORKED_ON:  # injected while no sprint runs
        return Promise("fix", "Fixed", RUNNING, None, words="Being worked on now")
    if bug.state == State.POSTPONED:
        words = "Not scheduled; next review"
        return Promise("fix", "Not scheduled", RUNNING, None, due_on=bug.review_on, words=words)
    return Promise("fix", "Not scheduled", RUNNING, None, words="Not scheduled yet")

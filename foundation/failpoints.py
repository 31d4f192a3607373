"""Points at which a process can be made to die, so that a suite can show that what it leaves is right.

Inert unless FAILPOINTS names a folder when the process starts. A file there with a point's name arms the
point: whoever reaches it first takes the file away and dies as if killed. One file is one death.
"""

import os

#: Between two steps of which only one has happened, as far as anybody else can see.
POINTS = (
    "after_sweep_before_commit",  # told, and not for good
    "after_claim",  # the attempt is counted, nothing else was done
    "before_send",  # the mail is written and the line is open
    "after_send",  # the mail server has it
    "before_done",  # and we have not said so yet
)
#: The same of a step of a page, which has a suite of its own.
PAGE_POINT = "after_page_step_before_commit"
#: What a shell says of a process that SIGKILL ended.
KILLED = 137
_FOLDER = os.environ.get("FAILPOINTS", "")


def reach(point: str) -> None:
    """Die here if the point is armed; nothing is flushed, closed or rolled back."""
    if not _FOLDER:
        return
    try:
        os.unlink(os.path.join(_FOLDER, point))
    except FileNotFoundError:
        return
    os._exit(KILLED)

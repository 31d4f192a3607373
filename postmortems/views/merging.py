"""Two people wrote on the same text: theirs, mine and both beside each other, and nothing is lost (PM-2)."""

from dataclasses import dataclass
from typing import Any

from channels.web import Refusal, fresh_key
from postmortems.forms import COLUMN, PARTS, SEEN, PartForm
from postmortems.lifecycle import LIFECYCLE
from postmortems.models import PostMortem
from postmortems.querysets import Whole
from postmortems.rules.comparing import Bit, Verdict, both, changes, shown, stamp, verdict
from postmortems.views.doors import url_of

_ROWS = {"moment": "moments", "factor": "factors", "barrier": "barriers"}


@dataclass(frozen=True)
class Clash:
    """One text that both changed. `bits`: from theirs to mine; `field`: where both stand, to be edited."""

    label: str
    theirs: str
    mine: str
    bits: list[Bit]
    field: Any = None


def merging(
    thing: PostMortem, verb: str, form: PartForm, refusal: Refusal, *, writes: bool
) -> dict[str, Any]:
    """What the merge page shows. Without a form, where nothing more can be written: what was typed, to be copied."""
    whole = Whole(thing)
    row = _row(whole, verb, form)
    can = row is not None and writes and LIFECYCLE.permits(thing.state, verb)
    typed, seen = form.typed(), form.seen()
    clashes: list[tuple[str, str, str]] = []
    data = form.data.copy()
    for name, field in form.fields.items():
        if name.startswith(SEEN):
            continue
        column = COLUMN.get(name, name)
        mine = shown(typed[column])
        if not can:
            if mine:
                clashes.append((name, "", mine))
            continue
        now = getattr(row, column)
        said = verdict(seen.get(column), typed[column], now)
        if said is not Verdict.LEAVE:
            data[SEEN + name] = stamp(now)
        if said is Verdict.CLASH:
            clashes.append((name, shown(now), mine))
            if isinstance(now, str) and not hasattr(field, "choices"):
                data[name] = both(shown(now), mine)
    again = type(form)(data, whole=whole, part=form.part) if can else None
    named = {name for name, _, _ in clashes}
    return {
        "thing": thing,
        "refusal": refusal,
        "clashes": [
            Clash(str(form.fields[name].label), theirs, mine, changes(theirs, mine), again[name] if again else None)
            for name, theirs, mine in clashes
        ],
        "quiet": [field.as_hidden() for field in again if field.name not in named] if again else [],
        "fields": {"part": form.part[0], "key": form.part[1]} if form.part else {},
        "action": url_of(thing, verb) if again else "",
        "back": url_of(thing),
        "idempotency_key": fresh_key(),
    }  # fmt: skip


def _row(whole: Whole, verb: str, form: PartForm) -> Any:
    """What it writes on: the post-mortem itself, a part that is still there, or None."""
    if verb == "write":
        return whole.thing
    if form.part is None or form.part[0] not in PARTS:
        return None
    return next((r for r in getattr(whole, _ROWS[form.part[0]]) if r.pk == form.part[1]), None)

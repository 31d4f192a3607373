"""What happened in words, the moments of the phases, and phrases that are kept with a reason."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from foundation.errors import Conflict, Invalid, RuleBroken, need
from postmortems.events import PhraseKept, PostMortemWritten
from postmortems.models import KeptPhrase, PostMortem
from postmortems.querysets import STORY, Whole
from postmortems.services._act import NOTHING, begin, finish, taken
from teams.models import Person

PHASES = ("fixed_at", "repaired_at", "investigated_at", "resolved_at")
LONGEST = 20_000


@transaction.atomic
def write(
    post_mortem_id: int,
    *,
    changes: Mapping[str, Any],
    seen: Mapping[str, str] = NOTHING,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """The five questions, what went well, was hard, was luck, was a surprise; when each phase ended."""
    if unknown := set(changes) - {*STORY, *PHASES}:
        raise Invalid({name: ["There is no such field."] for name in sorted(unknown)})
    wrong = {
        name: [f"At most {LONGEST:,} characters."]
        for name in STORY
        if len(changes.get(name) or "") > LONGEST
    }
    wrong |= {
        name: ["That moment has not come yet."]
        for name in PHASES
        if changes.get(name) and changes[name] > at
    }
    if wrong:
        raise Invalid(wrong)
    thing = begin(post_mortem_id, "write", by=by, at=at, version=version)
    texts = {name: (value or "") if name in STORY else value for name, value in changes.items()}
    changed = taken(thing, texts, seen)
    fact = PostMortemWritten(fields=tuple(changed))
    return finish(thing, fact, changed, by=by, at=at, source=source)


@transaction.atomic
def keep_phrase(
    post_mortem_id: int,
    *,
    rule: str,
    said: str,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """These words stay although the linter found them; the reviewer reads why (PM-5)."""
    need(reason=reason)
    thing = begin(post_mortem_id, "keep_phrase", by=by, at=at, version=version)
    whole = Whole(thing)
    if not any((p.finding.rule, p.finding.said) == (rule, said) for p in whole.phrases):
        raise RuleBroken("These words are not in the text any more.")
    if (rule, said) in whole.kept:
        raise Conflict("They are kept already.")
    KeptPhrase.objects.create(
        post_mortem=thing, rule=rule, said=said, reason=reason.strip(), by=by, at=at
    )
    return finish(thing, PhraseKept(rule=rule), by=by, at=at, source=source)

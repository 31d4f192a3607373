"""Versions as ETags: `If-Match` guards a change, `If-None-Match` saves an answer (RFC 9110 §13)."""

import re

from rest_framework.request import Request

from foundation.references import whole_number

ANY = "*"
#: Quoted, weakened by a proxy that compresses, or bare as people type it.
TAG = re.compile(r'\s*(?:W/)?(?:"([^"]*)"|([^\s,"]+))\s*(?:,|$)')
#: No row has this version: it stands for "whatever was named, it is not this one".
NEVER = 0


def etag(version: int) -> str:
    return f'"{version}"'


def tags(header: str) -> set[str]:
    """The entity tags of a header, without their quotes and without the mark of weakness."""
    return {quoted or bare for quoted, bare in TAG.findall(header)}


def demanded(request: Request, current: int) -> int | None:
    """The version that `If-Match` demands; None when it is absent or `*`, NEVER when nothing can match.

    Of several, the one that the row has now: the verb compares it again under its lock.
    """
    named = tags(request.META.get("HTTP_IF_MATCH", ""))
    if not named or ANY in named:
        return None
    if str(current) in named:
        return current
    known = [n for name in named if (n := whole_number(name, 9)) is not None]
    return known[0] if len(named) == len(known) == 1 else NEVER


def has_version(request: Request) -> bool:
    """Whether the caller says on which version an edit is based (`*` says: on whatever is there)."""
    return bool(tags(request.META.get("HTTP_IF_MATCH", "")))


def already_known(request: Request, current: int) -> bool:
    named = tags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    return bool(named) and (ANY in named or str(current) in named)

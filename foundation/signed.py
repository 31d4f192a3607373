"""Links that carry their own permission: signed, for one purpose and one person, and only for some days.

A GET never acts: a link leads to a page with one button, and mail programs may open it as they like.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core import signing

from foundation.errors import NotFound

LASTS = timedelta(days=5)


def sign(purpose: str, said: Mapping[str, Any]) -> str:
    """What `said` holds (plain values), as a word for an address that nobody can forge."""
    return signing.dumps(dict(said), salt=purpose)


def read(
    purpose: str, token: str, *, instead: str = "answer on the page of the sprint"
) -> dict[str, Any]:
    """What was signed for this purpose; NotFound, with the reason, for anything else or when it is too old.

    `instead` says what somebody does who signs in.
    """
    try:
        said: dict[str, Any] = signing.loads(token, salt=purpose, max_age=LASTS)
    except signing.SignatureExpired as old:
        raise NotFound(f"This link was good for {LASTS.days} days. Sign in and {instead}.") from old
    except signing.BadSignature as wrong:
        raise NotFound("This link is not whole: copy all of it, or sign in.") from wrong
    return said

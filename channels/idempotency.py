"""A request sent twice happens once (CH-5): the key's row lives in the transaction of the effect.

A second request with the same key waits for the first to commit, because the unique index makes it;
then it gets the same answer. A first request that fails rolls its key back, so a retry is free.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from channels.models import IdempotencyKey
from foundation.errors import RuleBroken
from teams.models import Person

MAX_KEY = 255


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    replayed: bool = False


class KeyReused(RuleBroken):
    """The same key came with another request."""


CLAIM = """
    INSERT INTO channels_idempotencykey (person_id, method, path, key, fingerprint, status, answer)
    VALUES (%s, %s, %s, %s, %s, 0, '{}') ON CONFLICT DO NOTHING RETURNING id
"""


def fingerprint(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@transaction.atomic
def once(
    *, person: Person, method: str, path: str, key: str, body: bytes, act: Callable[[], Answer]
) -> Answer:
    """Run `act` for the first request with this key, and replay its answer for every other one.

    The same key with another body is refused (KeyReused).
    """
    print_ = fingerprint(body)
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [person.pk, method, path[:300], key, print_])
        claimed = cursor.fetchone()
    if claimed is None:
        known = IdempotencyKey.objects.get(person=person, method=method, path=path[:300], key=key)
        if known.fingerprint != print_:
            raise KeyReused("This Idempotency-Key was used for another request.")
        return Answer(known.status, known.answer, replayed=True)
    answer = act()
    IdempotencyKey.objects.filter(pk=claimed[0]).update(status=answer.status, answer=answer.body)
    return answer

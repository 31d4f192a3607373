"""Statements that PostgreSQL plans once per connection (decision 0004).

A person's standing, the rows of a queue, a recorded fact: every request asks them, and planning each
anew took longer than running it. A statement is prepared on first use and executed by name from then on.
"""

import re
from typing import Any

from django.db import connection

_PLACE = re.compile(r"%\((\w+)\)s")
#: The attribute of a connection that says what its present server session has prepared.
_KEPT = "_firebreak_prepared"


class Statement:
    """One statement with named places: `Statement("standing", "… = %(person)s", person="bigint")`.

    `name` is unique in the product; each place of the text has a PostgreSQL type here.
    """

    def __init__(self, name: str, text: str, /, **types: str) -> None:
        places = {place: f"${n}" for n, place in enumerate(types, start=1)}
        self.name = name
        body = _PLACE.sub(lambda found: places[found[1]], text).replace("%%", "%")
        signature = f"({', '.join(types.values())})" if types else ""
        self._prepare = f"PREPARE {name} {signature} AS {body}"
        values = f"({', '.join(f'%({place})s' for place in types)})" if types else ""
        self._execute = f"EXECUTE {name} {values}"

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Run it with a value for each place and return all rows."""
        with connection.cursor() as cursor:
            # The cursor came first: only now is the connection surely the one that will be asked.
            if self.name not in (prepared := _prepared()):
                cursor.execute(self._prepare)
                prepared.add(self.name)
            cursor.execute(self._execute, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _prepared() -> set[str]:
    """The names that the session behind the connection knows: a new session knows none."""
    session, names = getattr(connection, _KEPT, (None, set()))
    if session is not connection.connection:
        names = set()
        setattr(connection, _KEPT, (connection.connection, names))
    return names

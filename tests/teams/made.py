"""What the tests of settings have in common."""

import itertools
from datetime import time

from teams.rules import Hours

HOURS = [Hours(day, time(9), time(17)) for day in range(5)]
_numbers = itertools.count(1)


def number() -> int:
    """Another one each time."""
    return next(_numbers)

"""Run it: `make bench-linter`. The linter of words on texts that grow, beside a count of their words.

- ours: `postmortems.rules.linter.check` with 300 people's names.
- words: `len(re.findall(r"\\w+", text))`, the least that reading a text costs.

Each kind of text is measured at three lengths, twice as long each; *growth* is the time at the longest for the
time at the shortest, which is 4 when the time grows with the text. Nasty kinds are those that make a careless
expression read on and on: open quotes, runs of blanks, half rules.
"""

import re
import time
from collections.abc import Callable

from postmortems.rules.linter import Names, check

NAMES = Names.of([(f"First{n}", f"Last{n}", f"user{n}") for n in range(300)])
PROSE = (
    "The developer forgot the flag, and the worker failed to fetch the image within 30 seconds. "
    "At 09:12 First7 restarted it. "
)
KINDS = {
    "prose": PROSE,
    "blanks": " ",
    "open quotes": "“a ",
    "backticks": "`",
    "fences": "```\n",
    "underscores": "a_",
    "dots": "a.",
    "slashes": "/",
    "half rules": "he had even still slowly ",
    "roles": "the new old ",
    "names": "First1 ",
    "nothing ends": "who did ",
    "empty lines": "\n",
}
LENGTHS = (20_000, 40_000, 80_000)
ROUNDS = 3


def milliseconds(job: Callable[[str], object], text: str) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        job(text)
        best = min(best, time.process_time() - start)
    return best * 1000


def main() -> None:
    check(PROSE, NAMES)  # the patterns are built once
    print("kind            growth   ms at 20,000   ours / words")
    for kind, piece in KINDS.items():
        texts = [(piece * (length // len(piece) + 1))[:length] for length in LENGTHS]
        took = [milliseconds(lambda text: check(text, NAMES), text) for text in texts]
        words = milliseconds(lambda text: len(re.findall(r"\w+", text)), texts[0])
        print(f"{kind:14} {took[2] / took[0]:7.1f} {took[0]:14.1f} {took[0] / words:14.0f}")


if __name__ == "__main__":
    main()

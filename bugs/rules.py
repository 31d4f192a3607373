"""Judgement on plans and loans, pure: when a revision is agreed, whom it waits for, which promises were kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

AGREED, OBJECTED, OVERRODE = "agreed", "objected", "overrode"
WAITING, OVERRIDDEN = "waiting", "overridden"
#: From so many people on it is no pair any more.
SWARM = 3


@dataclass(frozen=True)
class Verdict:
    """`state`: waiting, agreed or overridden. `waits_for`: who was asked and has not agreed.

    `sides` are those of whom nobody has agreed yet: "developers", "product owner".
    """

    state: str
    waits_for: tuple[int, ...] = ()
    objected: tuple[int, ...] = ()
    sides: tuple[str, ...] = ()


def verdict(
    said: Sequence[tuple[int, str]],
    *,
    asked: Iterable[int],
    sides: Mapping[str, Iterable[int]],
) -> Verdict:
    """What the answers to a revision come to.

    `said`: (person, agreed | objected | overrode), oldest first: the last word of each person counts.
    `asked`: those who agreed to an earlier revision and are still of the team. `sides`: who may
    speak for each side; a side without people holds nothing up.
    """
    last = dict(said)
    agreed = {person for person, word in last.items() if word in (AGREED, OVERRODE)}
    objected = tuple(sorted(person for person, word in last.items() if word == OBJECTED))
    waits = tuple(sorted(set(asked) - agreed))
    silent = tuple(side for side, people in sides.items() if people and not agreed & set(people))
    if OVERRODE in last.values():
        return Verdict(OVERRIDDEN, waits, objected, silent)
    state = WAITING if waits or objected or silent else AGREED
    return Verdict(state, waits, objected, silent)


def not_sooner(fix: date | None, workaround: date | None) -> str:
    """Words when the workaround brings customers nothing earlier than the fix; else empty."""
    if fix is None or workaround is None or workaround < fix:
        return ""
    if workaround == fix:
        return (
            f"Customers have the workaround on the same day as the proper fix, {fix:%-d %B}: "
            "it would be extra work and a second change for nothing."
        )
    return f"Customers would have the proper fix on {fix:%-d %B}, before the workaround."


def who_takes_it(way: str, *, on_call: str | None, experts: Sequence[str], area: str) -> str:
    """The suggestion in words; it never binds, and a gap is named instead of guessed over."""
    first = on_call or "whoever the lead names (nobody is on call)"
    known = " or ".join(experts) or f"nobody is named an expert of {area} yet"
    return {
        "on_call_fixes": f"On-call fixes: {first} takes it.",
        "owner_fixes": f"Owner fixes: {first} confirms it, then an expert of {area} takes it ({known}).",
        "pair": f"Pair: {first} with an expert of {area} ({known}).",
        "swarm": f"Swarm: whoever is free works on it together; {first} leads.",
        "squad": f"Squad: the people set aside for it take it; {first} calls them.",
    }[way]


@dataclass(frozen=True)
class Pair:
    """Two people for an injected bug: `first` takes it, `second` works on it too."""

    first: str
    second: str
    words: str


def who_pairs(
    *, on_call: str | None, experts: Sequence[str], others: Sequence[str], area: str
) -> Pair | None:
    """Whom to propose, so that after the fix one more knows the area (BUG-8); None for a team of one.

    Who is on call goes with an expert; an expert on call, or one while nobody is, with somebody who would
    learn it. `others` are the developers who are no experts, those who have met the area least first.
    """
    if on_call and on_call not in experts and experts:
        return Pair(on_call, experts[0], f"{on_call} is on call, {experts[0]} knows {area}")
    knows = on_call if on_call in experts else next(iter(experts), None)
    first = knows or on_call
    second = next((name for name in others if name != first), None)
    if first is None or second is None:
        return None
    said = f"{first} knows {area}" if knows else f"nobody is named an expert of {area} yet"
    return Pair(first, second, f"{said}, {second} would learn it")


def done_as(stamped: str | None, *, people: int, paired: bool, by_on_call: bool) -> str:
    """How a P1 was fixed, by who worked on it; what the record cannot tell apart is taken as the policy says.

    `people` are those who fixed, paired or logged hours on it.
    """
    if people >= SWARM:
        return "swarm"
    if paired or (people > 1 and stamped == "pair"):
        return "pair"
    if stamped == "squad":
        return "squad"
    return "on_call_fixes" if by_on_call else "owner_fixes"


@dataclass(frozen=True)
class Rate:
    """Of `n` promises that were put to the test, `kept` were kept."""

    kept: int
    n: int

    @property
    def words(self) -> str:
        if not self.n:
            return "No promise was put to the test yet."
        return f"{self.kept} of {self.n} kept ({round(100 * self.kept / self.n)} %)"


def kept_promises(loans: Iterable[tuple[date, date | None, bool]], today: date) -> Rate:
    """A loan (first due, ended or None, repaid) counts once it ended or its first date passed.

    It is kept when it was repaid by its *first* date: who extends changes the plan, not the promise.
    """
    tested = [
        repaid and ended is not None and ended <= first
        for first, ended, repaid in loans
        if ended is not None or first < today
    ]
    return Rate(sum(tested), len(tested))

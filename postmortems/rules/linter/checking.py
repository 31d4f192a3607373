"""Apply a language's rules to a text."""

from collections.abc import Iterable
from dataclasses import dataclass

from postmortems.rules.linter.english import ENGLISH
from postmortems.rules.linter.language import Language, Level, Rule
from postmortems.rules.linter.masking import BLANK, NAME, PERSON, code_words_masked, quotes_masked
from postmortems.rules.linter.naming import Names, Span, named, names_marked

#: Of so many blaming sentences that were written before its rules it finds so many (tests/postmortems/corpus).
HELD_OUT, HELD_OUT_FOUND = 50, 35
#: What every page says beside the findings.
CANNOT_SEE = (
    f"It knows phrasings, not meaning: of {HELD_OUT} blaming sentences that were kept from it, it finds "
    f"{HELD_OUT_FOUND}. It does not see irony, a reproach without one of its words, a person called "
    "by what only the team knows, another language than English, or what stands in quotes and code. "
    "No finding does not mean that nobody is blamed."
)
_NOBODY = Names()
_WEIGHT = {Level.BLAME: 0, Level.ADVICE: 1, Level.NOTE: 2}
#: The signs that carry meaning here are nobody's own; a curly apostrophe is an apostrophe.
_PLAIN = str.maketrans({NAME: BLANK, PERSON: BLANK, "’": "'"})


@dataclass(frozen=True)
class Finding:
    """`said` is the text from `start` to `end`, in characters."""

    rule: str
    level: Level
    start: int
    end: int
    said: str
    title: str
    why: str
    instead: str


def masked(text: str, names: Names = _NOBODY, language: Language = ENGLISH) -> str:
    """The text with everything hidden that is no prose, as long as it was."""
    shown = _masked(text, names, language)[0]
    return "".join(BLANK if sign == BLANK else text[at] for at, sign in enumerate(shown))


def _masked(text: str, names: Names, language: Language) -> tuple[str, list[Span]]:
    prose = quotes_masked(text).translate(_PLAIN)
    spans = list(named(prose, names, language))
    # A user name may look like code (sofie.p): people come first.
    with_names = names_marked(prose, spans)
    hidden = code_words_masked(with_names)
    shown = "".join(prose[at] if sign == NAME else sign for at, sign in enumerate(hidden))
    return shown, spans


def check(
    text: str, names: Names = _NOBODY, language: Language = ENGLISH, *, timeline: bool = False
) -> tuple[Finding, ...]:
    """What was found, in the order of the text; of findings that overlap the one that weighs more.

    In a timeline people may be named: who did what and when is what it is for.
    """
    shown, spans = _masked(text, names, language)
    # Rules find people without knowing them: names have one sign, roles another.
    prose = language.people.sub(lambda found: PERSON * len(found[0]), names_marked(shown, spans))
    found = [
        _finding(text, rule, *hit.span())
        for rule, pattern in language.compiled
        for hit in pattern.finditer(prose)
        if hit[0]
    ]
    if not timeline:
        found += [_finding(text, language.person_named, *span) for span in spans]
    return tuple(_apart(found))


def must_be_answered(findings: Iterable[Finding]) -> list[Finding]:
    """Those that are mended, or kept with a reason, before a text is published."""
    return [finding for finding in findings if finding.level == Level.BLAME]


def _finding(text: str, rule: Rule, start: int, end: int) -> Finding:
    said = text[start:end]
    return Finding(rule.code, rule.level, start, end, said, rule.title, rule.why, rule.instead)


def _apart(found: list[Finding]) -> list[Finding]:
    """No two overlap: the weightier wins, then the longer, then the earlier."""
    free = bytearray(max((f.end for f in found), default=0))
    kept = []
    for finding in sorted(found, key=lambda f: (_WEIGHT[f.level], f.start - f.end, f.start)):
        if not any(free[finding.start : finding.end]):
            free[finding.start : finding.end] = b"\x01" * (finding.end - finding.start)
            kept.append(finding)
    return sorted(kept, key=lambda f: f.start)

"""What is no prose of the writer is hidden, sign by sign, so that every span stays where it is."""

import re

#: Of Unicode's private use: no letter, no space, and in nobody's text on purpose.
NAME, BLANK, PERSON = "\ue000", "\ue001", "\ue002"

#: One reading from left to right; what opens first hides what lies within. Every length has a bound, so that the
#: time grows with the text and not with its square. What is hidden already (\ue001) is no part of a quote.
_HIDDEN = re.compile(
    r"""
      ^(?P<fence>`{3,}|~{3,})[^\n]*(?:\n(?!(?P=fence))[^\n]*)*(?:\n(?P=fence)[^\n]*)?   # a fence, closed or not
    | ^[ \t]{0,3}>[^\n]*                                                               # a quoted line
    | (?<![`\ue001])``[^\n\ue001]{1,400}?``(?![`\ue001])
    | `[^`\n\ue001]{1,400}`
    | "[^"\n\ue001]{1,400}"
    | “[^”\n\ue001]{1,400}”
    | «[^»\n\ue001]{1,400}»
    | ‘[^‘\n\ue001]{1,400}?’(?![\w\ue001])
    | (?<![\w\ue001’])'(?=\S)[^'\n\ue001]{1,200}(?<=\S)'(?![\w\ue001])
    | (?<![\w\ue001])(?:https?|ftp|ssh|file|mailto)://?[^\s<>)\]]+
    """,
    re.VERBOSE | re.MULTILINE,
)

#: Words that only machines say: paths, options, names of code, versions, keys of tickets. The bounds keep a line of
#: nothing but such signs from being read again and again.
_CODE_WORD = re.compile(
    r"""
    (?<![\w\ue001/.@-])(?:
        (?:[~.]{0,2}/|[A-Za-z]:\\)[\w.~+@%/\\-]+        # /srv/x, ./x, C:\x
      | [\w.-]+/[\w.-]+/[\w./-]*                        # a/b/c
      | --?[a-zA-Z][\w-]*(?:=\S*)?                      # --force
      | \w{0,60}_\w[\w.]*(?:\(\))?                      # snake_case
      | [a-z]{1,40}[a-z0-9]{0,20}[A-Z]\w*(?:\(\))?      # camelCase
      | \w+\(\)
      | [a-zA-Z]\w*(?:\.\w+)+(?:\(\))?                  # a.b.c, file.py
      | [A-Z]{2,10}-\d+                                 # PR-12
    )(?![\w@])
    """,
    re.VERBOSE,
)


def blanks(text: str) -> str:
    """As many blanks as signs; ends of lines stay, since sentences are counted by them."""
    return "".join("\n" if sign == "\n" else BLANK for sign in text)


def quotes_masked(text: str) -> str:
    """The text without its code, quotes and addresses, as long as it was."""
    return _HIDDEN.sub(lambda found: blanks(found[0]), text)


def code_words_masked(text: str) -> str:
    return _CODE_WORD.sub(lambda found: blanks(found[0]), text)

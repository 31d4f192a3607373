"""What people write, as safe HTML: a little Markdown, references as links. Pure.

Headings, images and raw HTML stay as they were typed: a log line that starts with # is no title, and
nothing is fetched from elsewhere. nh3 has the last word on what may stand on a page.
"""

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from foundation.references import PATTERN, address

ADDRESS = re.compile(r"https?://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]}]", re.IGNORECASE)
ALLOWED = {"p", "br", "em", "strong", "a", "code", "pre", "ul", "ol", "li", "blockquote", "s", "hr"}
ATTRIBUTES = {"a": {"href", "class"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}


@lru_cache(maxsize=1024)
def as_html(text: str) -> str:
    """The text as HTML that may stand on any page."""
    if not text.strip():
        return ""
    rendered = _reader().render(text)
    return nh3.clean(rendered, tags=ALLOWED, attributes=ATTRIBUTES, url_schemes=SCHEMES)


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False})
    reader.disable(["heading", "lheading", "image", "html_block", "html_inline", "reference"])
    reader.enable("strikethrough")
    reader.core.ruler.push("references", _link_what_is_named)
    return reader


def _link_what_is_named(state: StateCore) -> None:
    """Make references and plain addresses links, outside of code and of other links."""
    for block in state.tokens:
        if block.type != "inline" or not block.children:
            continue
        depth, made = 0, []
        for token in block.children:
            depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            named = token.type == "text" and depth == 0
            made += _pieces(token.content) if named else [token]
        block.children = made


def _pieces(text: str) -> list[Token]:
    found = sorted(
        [*PATTERN.finditer(text), *ADDRESS.finditer(text)], key=lambda m: (m.start(), -m.end())
    )
    pieces, done = [], 0
    for match in found:
        if match.start() < done:
            continue  # PR-12 inside an address is part of the address
        pieces += [_text(text[done : match.start()]), *_link(match)]
        done = match.end()
    return [*pieces, _text(text[done:])]


def _link(match: re.Match[str]) -> list[Token]:
    opening, closing = Token("link_open", "a", 1), Token("link_close", "a", -1)
    if match.re is PATTERN:
        opening.attrs = {"href": address(match[1], match[2]), "class": "ref"}
    else:
        opening.attrs = {"href": match[0]}
    return [opening, _text(match[0]), closing]


def _text(words: str) -> Token:
    token = Token("text", "", 0)
    token.content = words
    return token

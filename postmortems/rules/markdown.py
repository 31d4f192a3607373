"""A published body as Markdown, and back again: the same record (PM-8). Pure.

Front matter holds single values; each text stands under a heading of its own. A line of a text that begins like a
heading, or with a backslash, gets a backslash in front. What this table does not know goes to the front matter,
whole, so that nothing is lost.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: (field, heading) of the texts of the whole.
TEXTS = (
    ("summary", "What went wrong?"),
    ("how_it_happened", "How did it happen?"),
    ("how_fixed", "How was it fixed?"),
    ("what_prevents", "What could have prevented it?"),
    ("what_changes", "What keeps it from happening again?"),
    ("went_well", "What went well"),
    ("was_hard", "What was hard"),
    ("got_lucky", "Where we got lucky"),
    ("surprised", "Why we were surprised"),
    ("no_action_because", "No action, because"),
    ("done_because", "Definition of done, because"),
)


@dataclass(frozen=True)
class Section:
    """A list of parts: each has a heading, its single values, and its texts under headings of their own."""

    field: str
    heading: str
    part: str
    texts: tuple[tuple[str, str], ...] = ()


SECTIONS = (
    Section("moments", "Timeline", "Moment", (("what", "What happened"), ("evidence", "Evidence"))),
    Section(
        "factors",
        "Contributing factors",
        "Factor",
        (("statement", "What had to be true"), ("evidence", "Evidence")),
    ),
    Section("links", "What contributed to what", "Link"),
    Section(
        "barriers",
        "Barriers",
        "Barrier",
        (("what", "What could have caught it"), ("why_not", "Why it did not hold, or was not there")),
    ),
    Section(
        "actions",
        "Actions",
        "Action",
        (("what", "What will be different"), ("why", "Why the business wants it"), ("comes_from", "It comes from")),
    ),
)  # fmt: skip
FORMAT = "firebreak-post-mortem-1"


class NotOurs(ValueError):
    """The text is no export of ours."""


def write(body: Mapping[str, Any]) -> str:
    """`body`: what `services.reviewing.frozen` gives, with whatever single values stand beside it."""
    return "\n".join(_lines(body)) + "\n"


def read(text: str) -> dict[str, Any]:
    """The body that was written; NotOurs when it is another text."""
    lines = text.split("\n")
    if lines[:2] != ["---", f"format: {FORMAT}"] or "---" not in lines[1:]:
        raise NotOurs("It does not begin as an export of a post-mortem.")
    end = lines.index("---", 1)
    body = dict(_value(line) for line in lines[2:end])
    for field, _ in TEXTS:
        body.setdefault(field, "")
    for section in SECTIONS:
        body[section.field] = []
    _read_blocks(lines[end + 1 :], body)
    return body


def _lines(body: Mapping[str, Any]) -> Iterator[str]:
    texts, sections = dict(TEXTS), {section.field: section for section in SECTIONS}
    yield "---"
    yield f"format: {FORMAT}"
    for field, value in body.items():
        if field not in texts and field not in sections:
            yield _line(field, value)
    yield "---"
    yield ""
    yield f"# {' '.join(str(body.get('title', '')).split())}"
    for field, heading in TEXTS:
        if body.get(field):
            yield from _block(f"## {heading}", body[field])
    for section in SECTIONS:
        yield from ("", f"## {section.heading}")
        for number, part in enumerate(body.get(section.field, ()), start=1):
            yield from _part(section, number, part)


def _part(section: Section, number: int, part: Mapping[str, Any]) -> Iterator[str]:
    texts = dict(section.texts)
    yield from ("", f"### {section.part} {number}", "")
    for field, value in part.items():
        if field not in texts:
            yield f"- {_line(field, value)}"
    for field, heading in section.texts:
        if part.get(field):
            yield from _block(f"#### {heading}", part[field])


def _block(heading: str, text: str) -> Iterator[str]:
    yield from ("", heading, "")
    for line in text.split("\n"):
        yield f"\\{line}" if line[:1] in ("#", "\\") else line


def _line(field: str, value: Any) -> str:
    return f"{field}: {_plain(value)}"


def _plain(value: Any) -> str:
    """A word as it is where nothing else reads like it; everything else as JSON."""
    if isinstance(value, str) and value.isprintable() and value == value.strip() and value:
        try:
            json.loads(value)
        except ValueError:
            return value
    return json.dumps(value, ensure_ascii=True)


def _value(line: str) -> tuple[str, Any]:
    field, found, value = line.partition(": ")
    if not found:
        raise NotOurs(f"This line says nothing: {line[:60]}")
    try:
        return field, json.loads(value)
    except ValueError:
        return field, value


def _read_blocks(lines: list[str], body: dict[str, Any]) -> None:
    whole = {heading: field for field, heading in TEXTS}
    sections = {section.heading: section for section in SECTIONS}
    section: Section | None = None
    part: dict[str, Any] = {}
    for heading, block in _blocks(lines):
        level, _, name = heading.partition(" ")
        if level == "##" and name in sections:
            section = sections[name]
        elif level == "##" and name in whole:
            body[whole[name]] = _text(block)
        elif level == "###" and section is not None:
            values = (_value(line[2:]) for line in block if line.startswith("- "))
            part = {**dict(values), **{field: "" for field, _ in section.texts}}
            body[section.field].append(part)
        elif level == "####" and section is not None:
            field = next((field for field, text in section.texts if text == name), None)
            if field is None:
                raise NotOurs(f"There is no such part: {name[:60]}")
            part[field] = _text(block)
        elif level != "#":
            raise NotOurs(f"There is no such heading: {name[:60]}")


def _blocks(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """(heading, the lines below it until the next one)."""
    heading, block = "", list[str]()
    for line in lines:
        if line.startswith("#"):
            if heading:
                yield heading, block
            heading, block = line, []
        elif heading:
            block.append(line)
    if heading:
        yield heading, block


def _text(block: list[str]) -> str:
    """Without the empty lines that were written around it."""
    return "\n".join(line[1:] if line.startswith("\\") else line for line in block[1:-1])

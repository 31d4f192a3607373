"""What may be attached: types decided by content, names made harmless (PR-15)."""

import json
import unicodedata

from foundation.errors import Invalid

LIMIT_BYTES = 10 * 1024 * 1024
LIMIT_PER_REPORT = 10

SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": ("image/png", {"png"}),
    b"\xff\xd8\xff": ("image/jpeg", {"jpg", "jpeg"}),
    b"GIF87a": ("image/gif", {"gif"}),
    b"GIF89a": ("image/gif", {"gif"}),
    b"%PDF-": ("application/pdf", {"pdf"}),
    b"PK\x03\x04": ("application/zip", {"zip"}),
    b"PK\x05\x06": ("application/zip", {"zip"}),
}
TEXTS = {"txt": "text/plain", "log": "text/plain", "csv": "text/csv"}
JSONS = {"json": "application/json", "har": "application/json"}


def content_type_of(name: str, content: bytes) -> str:
    """The type of a file by its content, which must agree with its ending; else Invalid."""
    if not content:
        raise _refuse("The file is empty.")
    if len(content) > LIMIT_BYTES:
        raise _refuse("A file may have at most 10 MB.")
    ending = name.rpartition(".")[2].lower()
    for signature, (kind, endings) in SIGNATURES.items():
        if content.startswith(signature) and ending in endings:
            return kind
    if ending in TEXTS and _is_text(content):
        return TEXTS[ending]
    if ending in JSONS and _is_json(content):
        return JSONS[ending]
    raise _refuse(
        "Attach png, jpeg, gif, pdf, txt, log, csv, json, har or zip, as what it is named."
    )


def safe_name(name: str) -> str:
    """The last part of a name, without control or direction characters, at most 200 long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    stem, dot, ending = kept.strip(" .").rpartition(".")
    if not stem:
        stem, dot, ending = ending, "", ""
    return f"{stem[: 199 - len(ending)]}{dot}{ending}" or "file"


def _is_text(content: bytes) -> bool:
    # Old logs are often Latin-1: text is what holds no NUL and no other control byte.
    controls = set(range(32)) - {9, 10, 12, 13, 27}
    return not controls.intersection(content)


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(words: str) -> Invalid:
    return Invalid({"file": [words]})

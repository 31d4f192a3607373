"""The drawn lifecycles are those of the code."""

from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

DOCUMENT = Path(settings.BASE_DIR, "docs", "lifecycles.md")


def printed() -> str:
    out = StringIO()
    call_command("lifecycle_diagram", stdout=out)
    return out.getvalue()


def test_the_document_is_what_the_command_prints_today():
    assert DOCUMENT.read_text("utf-8") == printed(), (
        "make manage ARGS=lifecycle_diagram > docs/lifecycles.md"
    )


def test_every_kind_of_thing_is_drawn_with_its_verbs():
    text = printed()
    assert text.count("```mermaid") == 10
    assert "assigned --> investigating: start" in text
    assert "in_sprint --> to_be_scheduled: carry_back, swap_out" in text
    assert "running --> closed: close" in text
    assert "in_review --> published: publish" in text

"""Icons, drawn once per name and size: the frame alone shows sixteen, and drawing one reads and copies XML.

Templates load it as `icons` (settings, `libraries`); lucide's own library draws every icon anew.
"""

from functools import lru_cache
from typing import Any

from django import template
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide as draw

register = template.Library()


@lru_cache(maxsize=512)
def _drawn(name: str, size: Any, looks: tuple[tuple[str, Any], ...]) -> SafeString:
    drawn: SafeString = draw(name, size=size, **dict(looks))
    return drawn


@register.simple_tag
def lucide(name: str, *, size: Any = 24, **looks: Any) -> SafeString:
    return _drawn(name, size, tuple(sorted(looks.items())))

"""A table of a mapping, read key by key, so that what nobody asked for is found."""

from collections.abc import Iterable
from typing import Any

from foundation.errors import Refused


class BadMapping(Refused):
    """The mapping cannot be used; the words name the key."""

    status = 400
    title = "This mapping cannot be used"


_NEEDED: Any = object()


class Table:
    """A TOML table that is read key by key; `nothing_else` refuses what nobody asked for."""

    def __init__(self, told: dict[str, Any], path: str) -> None:
        self.told, self.path = told, path

    def _take(self, key: str, default: Any) -> Any:
        if key not in self.told and default is _NEEDED:
            raise BadMapping(f"The mapping lacks `{self.path}{key}`.")
        return self.told.pop(key, default)

    def word(self, key: str, default: str = _NEEDED, *, limit: int = 2000) -> str:
        value = self._take(key, default)
        if not isinstance(value, str) or len(value) > limit or "\0" in value:
            raise BadMapping(f"`{self.path}{key}` is a text of at most {limit} signs.")
        if default is _NEEDED and not value.strip():
            raise BadMapping(f"`{self.path}{key}` is empty.")
        return value

    def words(self, key: str, default: Any = _NEEDED) -> Any:
        """One text or a list of them, as a tuple; the default as it is."""
        value = self._take(key, default)
        if value is default:
            return value
        listed = [value] if isinstance(value, str) else value
        if (
            not isinstance(listed, list)
            or not listed
            or not all(isinstance(v, str) for v in listed)
        ):
            raise BadMapping(f"`{self.path}{key}` is a text or a list of texts.")
        return tuple(listed)

    def choice(self, key: str, among: Iterable[str], default: str = _NEEDED) -> str:
        value = self._take(key, default)
        if value != default and value not in list(among):
            raise BadMapping(f"`{self.path}{key}` is one of {', '.join(among)}; not “{value}”.")
        return str(value)

    def table(self, key: str) -> "Table":
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise BadMapping(f"`{self.path}{key}` is a table.")
        return Table(dict(value), f"{self.path}{key}.")

    def tables(self) -> dict[str, "Table"]:
        return {key: self.table(key) for key in list(self.told)}

    def nothing_else(self) -> None:
        if self.told:
            known = ", ".join(f"`{self.path}{key}`" for key in self.told)
            raise BadMapping(f"The mapping says {known}, which an import does not know.")

"""The stage is a fixture of every test here."""

from tests.guards.stage import stage

__all__ = ["stage"]

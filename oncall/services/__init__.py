"""The verbs of duties."""

from oncall.services.duties import revise, set_up

__all__ = ["revise", "set_up"]

"""The verbs of duties."""

from oncall.services.duties import revise, set_up
from oncall.services.feeds import renew_feed, revoke_feed

__all__ = ["renew_feed", "revise", "revoke_feed", "set_up"]

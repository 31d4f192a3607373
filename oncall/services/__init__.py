"""The verbs of duties and of pages."""

from oncall.services.duties import revise, set_up
from oncall.services.escalation_policies import publish_escalation_policy
from oncall.services.feeds import renew_feed, revoke_feed

__all__ = ["publish_escalation_policy", "renew_feed", "revise", "revoke_feed", "set_up"]

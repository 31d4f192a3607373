"""The tables of bugs, one file a thing."""

from bugs.models.bug import Bug
from bugs.models.link import BugLink
from bugs.models.loan import Loan, Mitigation
from bugs.models.p1_policy import P1Policy
from bugs.models.plan import Agreement, Plan
from bugs.models.release import Release, ReleaseEntry

__all__ = [
    "Agreement",
    "Bug",
    "BugLink",
    "Loan",
    "Mitigation",
    "P1Policy",
    "Plan",
    "Release",
    "ReleaseEntry",
]

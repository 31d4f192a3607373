"""A sprint as the API shows it: read only there."""

from typing import Any

from channels.rest.plain import amount, day
from sprints.models import Sprint


def card(sprint: Sprint) -> dict[str, Any]:
    """A sprint with its reserve; `sprint` comes with its team. Amounts are in the team's unit."""
    return {
        "reference": sprint.reference,
        "state": sprint.state,
        "version": sprint.version,
        "name": sprint.name,
        "goal": sprint.goal,
        "team": sprint.team.slug,
        "starts_on": day(sprint.starts_on),
        "ends_on": day(sprint.ends_on),
        "capacity": amount(sprint.capacity),
        "commit_limit": amount(sprint.commit_limit),
        "reserve": {
            "size": amount(sprint.size),
            "held": amount(sprint.held),
            "spent": amount(sprint.spent),
            "overdraft": amount(sprint.overdraft),
            "available": amount(sprint.available),
            "unit": sprint.team.unit,
        },
        "promises": [],
        # Sprints are planned on their page: no verb of theirs has an address here.
        "allowed": [],
    }

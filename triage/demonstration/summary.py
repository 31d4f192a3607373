"""What was loaded, in a few lines for the terminal."""

from django.db.models import Count, QuerySet

from bugs.models import Bug
from problem_reports.models import ProblemReport
from sprints.models import Sprint
from triage.demonstration.company import PASSWORD

LOGINS = {
    "lena": "reporter (Customer Care): files reports, sees what was promised",
    "rhea": "release manager of Clinic now and for seven weeks or more; developer",
    "otto": "on call for Clinic now, till the next handoff; developer",
    "ines": "developer of Clinic, expert of appointments and patient records",
    "pia": "product owner of Clinic",
    "adam": "admin of all three teams; reads /admin/",
    "sami": "developer of Platform: Clinic's reports are not his to see",
}


def logins() -> str:
    lines = [f"  {name:<6}{words}" for name, words in LOGINS.items()]
    return "\n".join([f"Sign in with the password “{PASSWORD}” as", *lines])


def counts() -> str:
    """Reports by team and state, outcomes, bugs by team and state, sprints."""
    reports = ProblemReport.objects.all()
    outcomes = reports.exclude(living=None)
    return "\n".join(
        [
            *_by_team("reports", reports, "state"),
            *_by_team("outcomes", outcomes, "living__outcome"),
            *_by_team("bugs", Bug.objects.all(), "state"),
            *_by_team("sprints", Sprint.objects.all(), "state"),
        ]
    )


def _by_team(what: str, rows: QuerySet, field: str) -> list[str]:  # type: ignore[type-arg]
    found: dict[str, list[str]] = {}
    counted = rows.order_by().values_list("team__name", field).annotate(n=Count("pk"))
    for team, value, n in counted.order_by("team__name", "-n", field):
        found.setdefault(team, []).append(f"{n} {str(value).replace('_', ' ')}")
    return [f"  {team} {what}: {', '.join(parts)}" for team, parts in found.items()]

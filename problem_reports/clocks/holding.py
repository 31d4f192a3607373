"""What a team promises, and when it is open, stay as they are until an act is done.

Publishing a policy or editing a calendar moves the open reports that it sees. One that comes to the team
in that very moment (filed, routed, opened again) would not be seen, and would keep what no longer holds.
So whoever brings a report shares the lock of the team's row, first of all, and whoever publishes or edits
takes it alone: one waits for the other, and reads afterwards what is there then.
"""

from foundation.statements import Statement

# Moving thousands of reports takes seconds, more than any other lock is held; what somebody typed is
# worth the wait. The sub-select is asked before the row is sought, so that its patience holds for it.
_HOLD = """
    SELECT id FROM teams_team WHERE id = (%s)
        AND (SELECT set_config('lock_timeout', '15s', true)) IS NOT NULL FOR SHARE
"""
_OF_AREA = Statement(
    "hold_team_of_area",
    _HOLD % "SELECT team_id FROM teams_productarea WHERE slug = %(slug)s",
    slug="text",
)
_OF_REPORT = Statement(
    "hold_team_of_report",
    _HOLD % "SELECT team_id FROM problem_reports_problemreport WHERE id = %(report)s",
    report="bigint",
)


def hold_team_of_area(slug: str) -> None:
    """Until the transaction ends, the team of this product area publishes nothing and edits no hours."""
    _OF_AREA.rows(slug=slug)


def hold_team_of_report(report_id: int) -> None:
    """The same for the team of this report."""
    _OF_REPORT.rows(report=report_id)

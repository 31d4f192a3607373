"""Keys from sprints up to bugs, laid from above; scope of sprints from before, as history tells it."""

from django.db import migrations

FORWARD = """
ALTER TABLE sprints_overdraft ADD CONSTRAINT overdraft_bug_exists
    FOREIGN KEY (bug_id) REFERENCES bugs_bug (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE sprints_leaving ADD CONSTRAINT leaving_bug_exists
    FOREIGN KEY (bug_id) REFERENCES bugs_bug (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE sprints_worklog ADD CONSTRAINT work_bug_exists
    FOREIGN KEY (bug_id) REFERENCES bugs_bug (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE sprints_scopeentry ADD CONSTRAINT scope_bug_exists
    FOREIGN KEY (bug_id) REFERENCES bugs_bug (id) DEFERRABLE INITIALLY DEFERRED;

-- Planned work is in a sprint of its own team, by the key that bugs 0003 laid.
ALTER TABLE sprints_backlogitem ADD CONSTRAINT item_in_a_sprint_of_its_team
    FOREIGN KEY (sprint_id, team_id) REFERENCES sprints_sprint (id, team_id)
    DEFERRABLE INITIALLY DEFERRED;

-- What was estimated anew meanwhile is told with the estimate of today: history does not keep it apart.
INSERT INTO sprints_scopeentry (sprint_id, kind, track, bug_id, amount, serves_goal, at, recorded_at)
SELECT s.id, told.kind, told.track, b.id, told.amount, false, e.at, e.recorded_at
FROM journal_event e
JOIN bugs_bug b ON b.id = e.subject
JOIN sprints_sprint s ON 'SP-' || s.id = e.data->>'sprint'
CROSS JOIN LATERAL (SELECT
    CASE e.name WHEN 'bug.swapped_out' THEN 'left' ELSE 'entered' END AS kind,
    CASE e.name WHEN 'bug.injected' THEN 'unplanned' ELSE 'planned' END AS track,
    coalesce((e.data->>'points')::numeric, b.estimate, 0) AS amount) AS told
WHERE e.kind = 'bug' AND e.name IN ('bug.entered_sprint', 'bug.injected', 'bug.swapped_out')
ORDER BY e.id;
INSERT INTO sprints_scopeentry (sprint_id, kind, track, bug_id, amount, serves_goal, at, recorded_at)
SELECT DISTINCT ON (e.id) x.sprint_id, 'done', x.track, x.bug_id, x.amount, false, e.at, e.recorded_at
FROM journal_event e JOIN sprints_scopeentry x ON x.bug_id = e.subject AND x.kind = 'entered' AND x.at <= e.at
WHERE e.kind = 'bug' AND e.name = 'bug.fixed'
ORDER BY e.id, x.id DESC;
"""
BACKWARD = """
ALTER TABLE sprints_backlogitem DROP CONSTRAINT item_in_a_sprint_of_its_team;
ALTER TABLE sprints_scopeentry DROP CONSTRAINT scope_bug_exists;
ALTER TABLE sprints_worklog DROP CONSTRAINT work_bug_exists;
ALTER TABLE sprints_leaving DROP CONSTRAINT leaving_bug_exists;
ALTER TABLE sprints_overdraft DROP CONSTRAINT overdraft_bug_exists;
"""


class Migration(migrations.Migration):
    dependencies = [("bugs", "0005_ledger_grows"), ("sprints", "0005_ledger_guards")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

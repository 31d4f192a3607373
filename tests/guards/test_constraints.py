"""Every wrong row is refused by the database itself, whoever writes it (HOUSE, decision 6)."""

from collections import defaultdict

import pytest
from django.apps import apps
from django.db import connection

from tests.guards.stage import FREE, Broken, Stage, changed, copied, plainly, refusal_of

pytestmark = pytest.mark.usefixtures("taken_back")

MAIL = "channels_mail"
CARRIED, TRIED = "sprints_carried", "sprints_improvement"
OVERDRAFT, LEAVING = "sprints_overdraft", "sprints_leaving"
ITEM, WORK = "sprints_backlogitem", "sprints_worklog"
REPORT, BUG, SPRINT = "problem_reports_problemreport", "bugs_bug", "sprints_sprint"
PLAN = "bugs_plan"
PAGE = "oncall_page"
RELEASE = "bugs_release"
VERSION, LAYER, SWAP = "oncall_rotationversion", "oncall_rotationlayer", "oncall_swapoffer"
LOAN, MITIGATION = "bugs_loan", "bugs_mitigation"
JUDGED, TIMER, ENTRY = (
    "problem_reports_classification",
    "problem_reports_timer",
    "sprints_reserveentry",
)

#: A copy of a closed report that is open, so that one thing about it may be wrong.
OPEN = {"state": "to_be_investigated", "living_id": None, "closed_at": None, "assignee_id": None}

FREE_WEEK = "[2031-01-06,2031-01-13)"
GATE = (
    "INSERT INTO oncall_laddergate (team_id, stage, shifts, incidents, mentor_word, own_word)"
    " SELECT id, {}, false, false FROM teams_team WHERE slug = 'billing'"
)
#: Another step of who observes, with one thing of it wrong.
STEP = (
    "INSERT INTO oncall_ladderstep (team_id, duty, person_id, stage, evidence_id, vouched_by_id, at)"
    " SELECT team_id, duty, person_id, coalesce(new.stage, 'shadow'), evidence_id,"
    " coalesce(new.vouched_by_id, s.vouched_by_id), s.at FROM oncall_ladderstep s,"
    " LATERAL (SELECT CASE WHEN '{1}' = 'stage' THEN ({2})::text END stage,"
    " CASE WHEN '{1}' <> 'stage' THEN s.person_id END vouched_by_id) new WHERE s.id = {0}"
)
PAIR = (
    "INSERT INTO oncall_pairing (team_id, duty, trainee_id, mentor_id, during, made_by_id, made_at,"
    " taken_back_at, taken_back_by_id) SELECT team_id, duty, {}, '{}', made_by_id, made_at, {}"
    " FROM oncall_pairing WHERE id = %(pairing)s"
)
PM, MOMENT, FACTOR = "postmortems_postmortem", "postmortems_moment", "postmortems_factor"
FACTOR_LINK, BARRIER = "postmortems_factorlink", "postmortems_barrier"
CODING = "postmortems_secondcoding"
KEPT, PUBLISHED = "postmortems_keptphrase", "postmortems_published"
HIT, RULES = "postmortems_hit", "postmortems_triggerrules"
FEED, FEED_ENTRY = "oncall_feed", "oncall_feedentry"

GUARDS: dict[str, list[Broken]] = {
    "balance of duties": [
        plainly(
            "fairness_weights_within_reason",
            "INSERT INTO oncall_fairnessweights (team_id, day, evening, night, weekend, holiday,"
            " page, night_page, version) SELECT id, 0, 1, 1, 1, 1, 1, 1, 1 FROM teams_team LIMIT 1",
        ),
    ],
    "the ladder": [
        plainly(
            "ladder_gate_once",
            "INSERT INTO oncall_laddergate (team_id, stage, shifts, incidents, mentor_word, own_word)"
            " SELECT id, 'solo', 1, '{}', false, false FROM teams_team, (VALUES (1), (2)) twice"
            " WHERE slug = 'billing'",
        ),
        plainly("ladder_gate_before_a_stage", GATE.format("'observe', 1, '{}'")),
        plainly("ladder_gate_within_reason", GATE.format("'solo', 51, '{}'")),
        plainly("ladder_gate_within_reason", GATE.format("'solo', 1, '{P9}'")),
        plainly("ladder_step_follows", STEP.format("%(ladder_step)s", "stage", "'observe'")),
        plainly("ladder_step_follows", STEP.format("%(ladder_step)s", "stage", "'solo'")),
        plainly(
            "ladder_step_known",
            "INSERT INTO oncall_ladderstep (team_id, duty, person_id, stage, evidence_id,"
            " vouched_by_id, at) SELECT team_id, 'chief', person_id, 'observe', evidence_id,"
            " vouched_by_id, at FROM oncall_ladderstep WHERE id = %(ladder_step)s",
        ),
        plainly(
            "ladder_step_vouched_by_another",
            STEP.format("%(ladder_step)s", "vouched_by_id", "person_id"),
        ),
        copied("ladder_note_known", "oncall_laddernote", "ladder_note", duty="chief"),
        copied("ladder_note_by_whom_it_is", "oncall_laddernote", "ladder_note", incident="P1"),
        copied("ladder_note_by_whom_it_is", "oncall_laddernote", "ladder_note", kind="mentor_word"),
        copied("pairing_one_trainee_a_shift", "oncall_pairing", "pairing"),
        changed("pairing_stays", "oncall_pairing", "pairing", duty="release_manager"),
        copied("pairing_duty_known", "oncall_pairing", "pairing", duty="chief", during=FREE_WEEK),
        plainly(
            "pairing_of_two_people",
            PAIR.format("trainee_id, trainee_id", FREE_WEEK, "NULL, NULL"),
        ),
        plainly(
            "pairing_taken_back_by_somebody",
            PAIR.format("trainee_id, mentor_id", FREE_WEEK, "made_at, NULL"),
        ),
        plainly(
            "pairing_has_start_and_end",
            PAIR.format("trainee_id, mentor_id", "empty", "made_at, mentor_id"),
        ),
    ],
    "a duty changes hands": [
        copied("handoff_note_duty_known", "oncall_handoffnote", "handoff_note", duty="chief"),
        plainly(
            "handoff_note_read_by_another",
            "UPDATE oncall_handoffnote SET read_at = at WHERE id = %(handoff_note)s",
        ),
        plainly(
            "handoff_note_read_by_another",
            "UPDATE oncall_handoffnote SET read_at = at, read_by_id = by_id"
            " WHERE id = %(handoff_note)s",
        ),
        plainly(
            "handoff_note_stays",
            "UPDATE oncall_handoffnote SET at = at - interval '1 day' WHERE id = %(handoff_note)s",
        ),
        plainly("handoff_note_stays", "DELETE FROM oncall_handoffnote WHERE id = %(handoff_note)s"),
        copied("handoff_told_once", "oncall_handoff", "handoff"),
        copied("handoff_duty_known", "oncall_handoff", "handoff", duty="chief"),
    ],
    "calendar feeds": [
        copied("feed_one_address_at_a_time", FEED, "feed", secret_hash="a" * 64),
        changed("feed_keeps_only_a_hash", FEED, "feed", secret_hash="a secret"),
        changed("feed_revoked_after_it_was_made", FEED, "feed", revoked_at="2001-01-01"),
        changed("feed_never_comes_back", FEED, "revoked_feed", revoked_at=None),
        copied("feed_entry_once", FEED_ENTRY, "feed_entry", uid="another"),
        copied("feed_entry_duty_known", FEED_ENTRY, "feed_entry", uid="another", duty="chief"),
        copied(
            "feed_entry_has_start_and_end",
            FEED_ENTRY,
            "feed_entry",
            uid="another",
            part=9,
            during="(,)",
        ),
        changed("feed_entry_stays", FEED_ENTRY, "feed_entry", cancelled=True),
        changed("feed_entry_stays", FEED_ENTRY, "feed_entry", sequence=9, uid="another"),
        plainly("feed_entry_stays", "DELETE FROM oncall_feedentry WHERE id = %(feed_entry)s"),
    ],
    "post-mortems": [
        copied("post_mortem_once_per_bug", PM, "post_mortem"),
        copied("aggregate_review_once_at_a_time", PM, "asked_review"),
        changed("second_coding_stays", CODING, "second_coding", category="data"),
        copied("postmortems_secondcoding_factor_id_key", CODING, "second_coding"),
        copied("second_coding_by_another", CODING, "second_coding", by_id="@ines"),
        copied(
            "second_coding_category_known",
            CODING,
            "second_coding",
            category="luck",
            factor_id="@factor",
        ),
        changed("post_mortem_of_a_bug_or_of_paper_cuts", PM, "asked_review", until=None),
        changed("post_mortem_of_a_bug_or_of_paper_cuts", PM, "asked_review", until="2001-01-01"),
        changed("post_mortem_of_a_bug_or_of_paper_cuts", PM, "asked_review", cause=""),
        changed("post_mortem_of_a_bug_or_of_paper_cuts", PM, "asked_review", bug_id="@bug"),
        changed("post_mortem_of_a_bug_or_of_paper_cuts", PM, "asked_post_mortem", bug_id=None),
        changed("post_mortem_of_a_bug_or_of_paper_cuts", PM, "asked_post_mortem", cause="code"),
        copied(
            "post_mortem_state_known",
            PM,
            "post_mortem",
            state="lost",
            author_id=None,
            opened_at=None,
            remind_at=None,
        ),
        changed("post_mortem_size_known", PM, "post_mortem", size="vast"),
        changed(
            "post_mortem_waived_says_why", PM, "asked_post_mortem", state="waived", remind_at=None
        ),
        changed("post_mortem_waived_says_why", PM, "post_mortem", waived_because_id="@text"),
        changed("post_mortem_open_has_an_author", PM, "post_mortem", author_id=None),
        changed("post_mortem_published_is_reviewed", PM, "published_post_mortem", reviewer_id=None),
        changed("post_mortem_published_is_reviewed", PM, "post_mortem", reviewer_id="@rhea"),
        changed(
            "post_mortem_is_reviewed_by_another", PM, "published_post_mortem", reviewer_id="@ines"
        ),
        changed("post_mortem_reminded_known", PM, "post_mortem", reminded="often"),
        changed("post_mortem_reminds_until_it_is_done", PM, "post_mortem", due_at=None),
        changed(
            "post_mortem_reminds_until_it_is_done",
            PM,
            "published_post_mortem",
            remind_at="2030-01-01",
        ),
        copied("participant_once", "postmortems_participant", "invited"),
        copied("subscribed_once", "postmortems_subscriber", "subscriber"),
        copied("trigger_rules_version_once", RULES, "trigger_rules"),
        copied("trigger_rules_are_counted", RULES, "trigger_rules", number=0),
        copied(
            "trigger_rules_reports_of_customers", RULES, "trigger_rules", number=9, reports=None
        ),
        copied("trigger_rules_are_positive", RULES, "trigger_rules", number=9, loan_days=0),
        copied("trigger_hit_once", HIT, "trigger_hit"),
        copied("trigger_hit_rule_known", HIT, "trigger_hit", rule="whim"),
        copied("moment_once_per_event", MOMENT, "moment"),
        changed("moment_known_when", MOMENT, "moment", known="soon"),
        changed("moment_says_what", MOMENT, "moment", what=""),
        changed("factor_kind_known", FACTOR, "factor", kind="root_cause"),
        changed("factor_category_known", FACTOR, "factor", category="people"),
        changed("factor_control_known", FACTOR, "factor", control="fate"),
        changed("factor_says_what", FACTOR, "factor", statement=""),
        changed(
            "factor_stays_in_its_post_mortem", FACTOR, "factor", post_mortem_id="@asked_post_mortem"
        ),
        copied("factor_link_once", FACTOR_LINK, "factor_link"),
        changed("factor_link_in_no_circle", FACTOR_LINK, "factor_link", effect_id="@factor_below"),
        copied(
            "factor_link_in_no_circle",
            FACTOR_LINK,
            "factor_link",
            cause_id="@factor",
            effect_id="@factor_below",
        ),
        copied(
            "factor_link_within_one_post_mortem",
            FACTOR_LINK,
            "factor_link",
            effect_id="@factor_elsewhere",
        ),
        changed("barrier_says_why_it_did_not_hold", BARRIER, "barrier", why_not=""),
        *(
            plainly(name, f"UPDATE postmortems_action SET {wrong} WHERE item_id = %({key})s")
            for name, key, wrong in (
                ("action_kind_known", "action", "kind = 'hope'"),
                ("action_means_known", "action", "means = 'care'"),
                ("action_reminded_known", "action", "reminded = 'twice'"),
                ("action_comes_from_one_thing", "action", "barrier_id = %(barrier)s"),
                ("action_comes_from_one_thing", "action", "factor_id = NULL"),
                ("action_from_its_post_mortem", "action", "factor_id = %(factor_elsewhere)s"),
                ("action_accepted_on_figures", "action", "state = 'accepted'"),
                ("action_accepted_on_figures", "verified_action", "figures = NULL"),
                ("action_done_by_somebody", "action", "done_by_id = owner_id"),
                ("action_done_by_somebody", "verified_action", "done_by_id = NULL"),
                ("action_verified_with_a_proof", "verified_action", "proof_id = NULL"),
                ("action_is_verified_by_another", "verified_action", "done_by_id = verified_by_id"),
                ("action_reminds_while_open", "verified_action", "remind_at = now()"),
            )
        ),
        *(
            plainly(name, f"UPDATE postmortems_postmortem SET {wrong} WHERE id = %(post_mortem)s")
            for name, wrong in (
                ("post_mortem_done_answered", "done = 'perhaps'"),
                ("post_mortem_done_answered", "done = 'amended'"),
                ("post_mortem_done_answered", "done_because = ''"),
            )
        ),
        *(
            plainly(name, f"UPDATE teams_agreement SET {wrong} WHERE id = %({key})s")
            for name, key, wrong in (
                ("agreement_words_stay", "clause", "text = 'Something else'"),
                ("agreement_words_stay", "trial", "priorities = '{P0}'"),
                ("agreement_starts_after_its_comments", "clause", "comments_until = starts_on"),
                ("agreement_adopted_in_writing", "clause", "adopted_words_id = NULL"),
                ("agreement_adopted_in_writing", "trial", "adopted_by_id = proposed_by_id"),
                ("agreement_ends_on_a_day", "clause", "state = 'retired'"),
                ("agreement_ends_on_a_day", "trial", "ended_on = starts_on"),
                ("clause_is_open_for_comments", "clause", "comments_until = NULL"),
            )
        ),
        *(
            copied(name, "teams_agreement", key, **wrong)
            for name, key, wrong in (
                ("agreement_kind_known", "trial", {"kind": "habit"}),
                ("agreement_place_known", "trial", {"binds": "somewhere"}),
                ("agreement_says_something", "trial", {"text": ""}),
                ("clause_is_open_for_comments", "clause", {"decides": "The lead"}),
            )
        ),
        plainly(
            "agreement_revised_once",
            "INSERT INTO teams_agreement SELECT (jsonb_populate_record(a, jsonb_build_object("
            "'id', -n, 'revises_id', %(trial)s::bigint))).* FROM teams_agreement a, generate_series(1, 2) n"
            " WHERE a.id = %(trial)s",
        ),
        plainly(
            "agreement_not_followed_says_why",
            "INSERT INTO teams_agreementuse (agreement_id, kind, subject, followed, by_id, at)"
            " VALUES (%(clause)s, 'bug', 1, false, %(ines)s, now())",
        ),
        plainly(
            "action_state_known",
            "INSERT INTO postmortems_action SELECT (jsonb_populate_record(a, jsonb_build_object("
            "'item_id', %(item)s, 'state', 'forgotten', 'remind_at', NULL))).* FROM postmortems_action a"
            " WHERE item_id = %(action)s",
        ),
        copied("phrase_kept_once", KEPT, "kept"),
        changed("phrase_kept_says_why", KEPT, "kept", reason=""),
        copied("published_version_once", PUBLISHED, "published"),
        copied("published_version_counts", PUBLISHED, "published", number=0),
    ],
    "pages": [
        changed("stand_in_names_its_subject", "oncall_standinact", "stand_in", bug_id=None),
        changed(
            "stand_in_reviewed_by_somebody", "oncall_standinact", "stand_in", reviewed_by_id="@ines"
        ),
        changed("stand_in_bug_exists", "oncall_standinact", "stand_in", bug_id=FREE),
        changed(
            "stand_in_report_exists", "oncall_standinact", "stand_in", bug_id=None, report_id=FREE
        ),
        copied("page_state_known", PAGE, "page", state="asleep", next_at=None),
        changed("page_priority_known", PAGE, "page", priority="P9"),
        changed("page_names_its_subject", PAGE, "page", bug_id="@bug"),
        changed("page_names_its_subject", PAGE, "page", report_id=None),
        changed("page_runs_or_rests", PAGE, "page", next_at=None),
        changed("page_acknowledged_by_somebody", PAGE, "page", acknowledged_by_id="@ines"),
        changed("page_acknowledged_by_somebody", PAGE, "page", state="acknowledged", next_at=None),
        copied("page_runs_once_for_a_report", PAGE, "page"),
        plainly(
            "page_runs_once_for_a_bug",
            f"INSERT INTO {PAGE} SELECT (jsonb_populate_record(t, jsonb_build_object('id', n, 'bug_id',"
            f" %(bug)s, 'report_id', NULL))).* FROM {PAGE} t, generate_series({FREE}, {FREE + 1}) n"
            " WHERE t.id = %(page)s",
        ),
        changed("page_report_exists", PAGE, "page", report_id=FREE),
        changed("page_bug_exists", PAGE, "page", report_id=None, bug_id=FREE),
        changed("page_never_steps_back", PAGE, "page", step=0),
        changed("page_never_steps_back", PAGE, "page", policy_number=7),
        copied("page_step_tells_once", "oncall_pagestep", "page_step"),
        copied("page_step_of_a_running_page", "oncall_pagestep", "page_step", step=2),
        copied("escalation_numbered", "oncall_escalationpolicy", "escalation"),
        copied("escalation_from_one", "oncall_escalationpolicy", "escalation", number=0),
        copied(
            "escalation_p1_known", "oncall_escalationpolicy", "escalation", number=9, p1="maybe"
        ),
    ],
    "people and teams": [
        copied("person_username_any_case", "teams_person", "lena", username="LENA"),
        changed("person_kind_known", "teams_person", "lena", kind="ghost"),
        copied("calendar_name_once", "teams_businesscalendar", "calendar", name="OFFICE"),
        plainly(
            "shift_on_a_weekday",
            "INSERT INTO teams_calendarshift (version_id, weekday, starts, ends)"
            " VALUES (%(calendar_version)s, 7, '9:00', '10:00')",
        ),
        plainly(
            "shift_starts_once",
            "INSERT INTO teams_calendarshift (version_id, weekday, starts, ends)"
            " VALUES (%(calendar_version)s, 0, '9:00', '10:00')",
        ),
        plainly(
            "day_off_once",
            "INSERT INTO teams_calendardayoff (version_id, day, why, public) VALUES"
            " (%(calendar_version)s, '2026-12-25', 'Party', false),"
            " (%(calendar_version)s, '2026-12-25', 'Christmas', true)",
        ),
        copied(
            "calendar_version_numbered",
            "teams_calendarversion",
            "calendar_version",
            zone="Europe/Rome",
        ),
        copied(
            "subdivision_of_a_country",
            "teams_calendarversion",
            "calendar_version",
            number=2,
            subdivision="NW",
        ),
        # A version that is not there, and the zone of another one.
        changed("calendar_works_by_its_version", "teams_businesscalendar", "calendar", version=2),
        changed(
            "calendar_works_by_its_version",
            "teams_businesscalendar",
            "calendar",
            zone="Europe/Rome",
        ),
        changed("team_kind_known", "teams_team", "team", kind="marketing"),
        changed("team_readers_known", "teams_team", "team", readers="everyone"),
        changed("team_limit_positive", "teams_team", "team", investigation_limit=0),
        plainly(
            "role_held_once",
            "INSERT INTO teams_membership (person_id, team_id, role)"
            " VALUES (%(ines)s, %(team)s, 'developer')",
        ),
        plainly(
            "role_known",
            "INSERT INTO teams_membership (person_id, team_id, role)"
            " VALUES (%(ines)s, %(team)s, 'hero')",
        ),
        copied(
            "area_name_once_per_team", "teams_productarea", "area", slug="other", name="INVOICING"
        ),
        plainly(
            "expert_once",
            "INSERT INTO teams_areaexpert (area_id, person_id) VALUES (%(area)s, %(ines)s)",
        ),
        plainly(
            "token_scope_known",
            "INSERT INTO teams_apitoken (digest, token_key, user_id, created, name, scope)"
            " VALUES ('d', 'k', %(ines)s, now(), '', 'everything')",
        ),
    ],
    "notices and keys": [
        plainly(
            "notice_once",
            "INSERT INTO channels_notice (event_id, person_id, channel, state, subject, body, url)"
            " SELECT %(any_event)s, %(lena)s, 'in_app', 'sent', 's', '', ''"
            " FROM generate_series(1, 2)",
        ),
        plainly(
            "notice_channel_known",
            "INSERT INTO channels_notice (event_id, person_id, channel, state, subject, body, url)"
            " VALUES (%(any_event)s, %(lena)s, 'pigeon', 'sent', 's', '', '')",
        ),
        plainly(
            "notice_state_known",
            "INSERT INTO channels_notice (event_id, person_id, channel, state, subject, body, url)"
            " VALUES (%(any_event)s, %(lena)s, 'in_app', 'lost', 's', '', '')",
        ),
        plainly(
            "notice_topic_known",
            "INSERT INTO channels_notice (event_id, person_id, channel, state, subject, body, url, topic)"
            " VALUES (%(any_event)s, %(lena)s, 'in_app', 'sent', 's', '', '', 'gossip')",
        ),
        plainly(
            "notice_by_email_has_a_mail",
            "INSERT INTO channels_notice (event_id, person_id, channel, state, subject, body, url)"
            " VALUES (%(any_event)s, %(lena)s, 'email', 'pending', 's', '', '')",
        ),
        plainly(
            "notice_by_email_has_a_mail",
            "INSERT INTO channels_notice (event_id, person_id, channel, state, subject, body, url,"
            " mail_id) VALUES (%(any_event)s, %(lena)s, 'in_app', 'sent', 's', '', '', %(mail)s)",
        ),
        copied("channels_mail_key_key", MAIL, "mail"),
        copied("mail_state_known", MAIL, "mail", key="x", state="lost", attempts=1),
        copied("mail_kind_known", MAIL, "mail", key="x", kind="pigeon"),
        copied("mail_sent_at_a_moment", MAIL, "mail", key="x", state="sent", attempts=1),
        copied("mail_sent_at_a_moment", MAIL, "mail", key="x", sent_at="2026-01-01"),
        copied("mail_dead_says_why", MAIL, "mail", key="x", state="dead", attempts=1),
        copied("mail_ends_by_an_attempt", MAIL, "mail", key="x", state="dead", last_error="e"),
        copied("mail_attempts_bounded", MAIL, "mail", key="x", attempts=99),
        copied("mail_not_before_its_slot", MAIL, "mail", key="x", next_at="2001-01-01"),
        plainly(
            "mail_one_gathers",
            "INSERT INTO channels_mail (key, person_id, kind, state, attempts, most_attempts, due_at,"
            " next_at, last_error) SELECT 'late-' || n, %(lena)s, 'late', 'pending', 0, 5, now(),"
            " now(), '' FROM generate_series(1, 2) AS n",
        ),
        *(
            plainly(
                name,
                "INSERT INTO channels_noticepreference (person_id, topic, channel, how)"
                f" SELECT %(lena)s, {values} FROM generate_series(1, 2)",
            )
            for name, values in (
                ("notice_preference_once", "'fixed', 'email', 'never'"),
                ("notice_preference_topic_known", "'gossip', 'email', 'never'"),
                ("notice_preference_channel_known", "'fixed', 'in_app', 'never'"),
                ("notice_preference_how_known", "'fixed', 'email', 'loudly'"),
            )
        ),
        *(
            plainly(
                "quiet_hours_have_two_ends",
                "INSERT INTO channels_readinghours (person_id, digest_at, quiet_from, quiet_until)"
                f" VALUES (%(lena)s, '08:00', {hours})",
            )
            for hours in ("'22:00', NULL", "NULL, '07:00'", "'22:00', '22:00'")
        ),
        plainly(
            "idempotency_key_once",
            "INSERT INTO channels_idempotencykey (person_id, method, path, key, fingerprint, status,"
            " answer) SELECT %(lena)s, 'POST', '/', 'k', n::text, 0, '{}'"
            " FROM generate_series(1, 2) AS n",
        ),
    ],
    "duties": [
        copied("duty_has_one_holder", "oncall_duty", "duty", person_id="@ines"),
        changed("duty_why_known", "oncall_duty", "shift", why="lot"),
        changed("duty_by_hand_or_of_a_rotation", "oncall_duty", "duty", why="turn", slot="x"),
        changed("duty_by_hand_or_of_a_rotation", "oncall_duty", "shift", slot=""),
        # Who was on duty is a record, down to the stretch that runs: only its end moves.
        changed("past_duty_is_a_record", "oncall_duty", "served", person_id="@ines"),
        changed("past_duty_is_a_record", "oncall_duty", "served", rotation_id=None),
        changed("past_duty_is_a_record", "oncall_duty", "runs", person_id="@ines"),
        plainly("past_duty_is_a_record", "DELETE FROM oncall_duty WHERE id = %(served)s"),
        copied("past_duty_is_a_record", "oncall_duty", "shift", during="[2001-01-01,2001-01-02)"),
        changed("past_duty_is_a_record", "oncall_duty", "shift", during="[2001-01-01,2001-01-02)"),
        changed("rotation_goes_forward", "oncall_rotation", "rotation", published_at="2001-01-01"),
        changed("rotation_goes_forward", "oncall_rotation", "rotation", team_id="@team"),
        plainly("rotation_goes_forward", "DELETE FROM oncall_rotation WHERE id = %(rotation)s"),
        copied("rotation_once_per_duty", "oncall_rotation", "rotation"),
        copied("rotation_duty_known", "oncall_rotation", "rotation", duty="coffee"),
        copied(
            "rotation_published_ahead",
            "oncall_rotation",
            "rotation",
            team_id="@team",
            published_until="2001-01-01",
        ),
        copied("rotation_version_numbered", VERSION, "rotation_version"),
        copied(
            "rotation_version_not_of_the_past",
            VERSION,
            "rotation_version",
            number=2,
            since="2001-01-01",
        ),
        copied("layer_has_a_place", LAYER, "layer", name="another"),
        copied("layer_named_once", LAYER, "layer", name="TURNS", position=1),
        copied("layer_unit_known", LAYER, "layer", name="another", position=1, unit="moon"),
        copied("layer_length_bounded", LAYER, "layer", name="another", position=1, length=0),
        copied("layer_hours_on_a_weekday", "oncall_layerhours", "layer_hours", weekday=7),
        copied("participant_has_a_place", "oncall_participant", "participant", person_id="@ines"),
        copied("participant_named_once", "oncall_participant", "participant", position=9),
        copied("override_has_start_and_end", "oncall_override", "override", during="empty"),
        changed(
            "override_taken_back_by_somebody",
            "oncall_override",
            "override",
            taken_back_at="2050-01-01",
        ),
        changed(
            "oncall_override_only_taken_back", "oncall_override", "override", person_id="@ines"
        ),
        plainly(
            "oncall_override_only_taken_back", "DELETE FROM oncall_override WHERE id = %(override)s"
        ),
        copied("absence_has_start_and_end", "oncall_absence", "absence", during="empty"),
        changed(
            "absence_taken_back_by_somebody",
            "oncall_absence",
            "absence",
            taken_back_at="2050-01-01",
        ),
        changed(
            "oncall_absence_only_taken_back",
            "oncall_absence",
            "absence",
            during="[2001-01-01,2001-01-02)",
        ),
        copied("swap_offered_once", SWAP, "swap"),
        copied(
            "swap_state_known",
            SWAP,
            "swap",
            slot="x",
            state="lost",
            decided_by_id="@ines",
            decided_at="2050-01-01",
        ),
        copied("swap_decided_by_somebody", SWAP, "swap", slot="x", state="declined"),
        copied(
            "swap_accepted_is_taken",
            SWAP,
            "swap",
            slot="x",
            state="accepted",
            decided_by_id="@ines",
            decided_at="2050-01-01",
        ),
        copied("swap_in_return_of_somebody", SWAP, "swap", slot="x", in_return="y"),
        plainly(
            "swap_with_another",
            "INSERT INTO oncall_swapoffer (rotation_id, slot, offered_by_id, offered_at, starts_at, to_id, in_return,"
            " state) VALUES (%(rotation)s, 'x', %(ines)s, now(), now(), %(ines)s, '', 'offered')",
        ),
        copied("swap_of_a_shift", SWAP, "swap", slot=""),
        plainly(
            "swap_accepted_in_order",
            "INSERT INTO oncall_swapoffer (rotation_id, slot, offered_by_id, offered_at, starts_at, in_return, state,"
            " taken_by_id, decided_by_id, decided_at, place)"
            " SELECT %(rotation)s, n::text, %(ines)s, now(), now(), '', 'accepted', %(rhea)s, %(rhea)s, now(), 1"
            " FROM generate_series(1, 2) n",
        ),
        copied("gap_told_once", "oncall_gaptold", "gap"),
        copied("gap_has_start_and_end", "oncall_gaptold", "gap", during="empty"),
        copied("gap_duty_known", "oncall_gaptold", "gap", duty="coffee"),
        changed("duty_known", "oncall_duty", "duty", duty="coffee"),
        changed("duty_has_start_and_end", "oncall_duty", "duty", during="empty"),
        changed("duty_has_start_and_end", "oncall_duty", "duty", during="[2050-01-01,)"),
        changed("duty_has_start_and_end", "oncall_duty", "duty", during="(,2001-01-01)"),
        changed("duty_has_start_and_end", "oncall_duty", "duty", during="[2050-01-01,2050-01-02]"),
        changed("duty_has_start_and_end", "oncall_duty", "duty", during="(2050-01-01,2050-01-02)"),
    ],
    "sprints and the reserve": [
        changed("reserve_never_below_zero", SPRINT, "running", held=999, spent=0),
        changed("reserve_never_below_zero", SPRINT, "running", held=0, spent=999),
        changed("reserve_never_below_zero", SPRINT, "running", size=0),
        *(
            changed("sprint_amounts_not_negative", SPRINT, "planned", **{column: -1})
            for column in ("held", "spent", "overdraft", "capacity")
        ),
        *(
            changed("sprint_duties_not_negative", SPRINT, "planned", **{column: -1})
            for column in ("release_manager_duty", "on_call_duty", "stock_stream")
        ),
        changed("sprint_duties_not_negative", SPRINT, "planned", carried=-1),
        changed("sprint_duties_not_negative", SPRINT, "planned", hours_per_unit=0),
        changed("sprint_committed_at_a_moment", SPRINT, "planned", committed=1),
        changed("sprint_committed_at_a_moment", SPRINT, "planned", committed_at="2026-01-01"),
        changed("sprint_risk_seen_after_flagged", SPRINT, "running", risk_seen_at="2026-01-01"),
        changed("sprint_ended_when_over", SPRINT, "running", ended_at="2026-01-01"),
        changed("sprint_ended_when_over", SPRINT, "running", state="cancelled"),
        changed(
            "sprint_risk_is_for_a_goal", SPRINT, "running", risk_flagged_at="2026-01-01", goal=""
        ),
        changed("sprint_goal_met_at_the_close", SPRINT, "running", goal_met=True),
        changed(
            "sprint_closes_with_a_word_on_its_goal",
            SPRINT,
            "running",
            state="closed",
            ended_at="2026-01-01",
        ),
        copied("night_rest_once", "sprints_nightrest", "night_rest"),
        copied(
            "night_rest_within_reason",
            "sprints_nightrest",
            "night_rest",
            day="2026-01-01",
            hours=-1,
        ),
        copied(
            "night_rest_within_reason",
            "sprints_nightrest",
            "night_rest",
            day="2026-01-01",
            amount=1,
        ),
        copied("carried_is_one_thing", CARRIED, "carried", bug_id=1),
        copied("carried_is_one_thing", CARRIED, "carried", item_id=None),
        copied("carried_track_known", CARRIED, "carried", track="third"),
        copied("carried_not_negative", CARRIED, "carried", points=-1),
        copied("carried_once", CARRIED, "carried"),
        copied("carried_bug_exists", CARRIED, "carried", bug_id=9_999_999, item_id=None),
        changed("improvement_judged_in_a_sprint", TRIED, "improvement", helped="yes"),
        changed(
            "improvement_judged_in_a_sprint",
            TRIED,
            "improvement",
            helped="perhaps",
            judged_in_id="@running",
        ),
        changed("improvement_judged_in_a_sprint", TRIED, "improvement", judged_in_id="@running"),
        changed(
            "improvement_judged_later",
            TRIED,
            "improvement",
            helped="yes",
            judged_in_id="@planned",
        ),
        changed("overdraft_is_named", SPRINT, "running", overdraft=9999),
        changed("sprint_ends_after_start", SPRINT, "planned", ends_on="2001-01-01"),
        copied("sprint_state_known", SPRINT, "planned", name="x", state="paused"),
        changed("one_running_sprint", SPRINT, "planned", state="running"),
        copied("sprint_name_once_per_team", SPRINT, "planned"),
        plainly(
            "entry_kind_known",
            "INSERT INTO sprints_reserveentry (sprint_id, kind, amount, bug_id, at)"
            " VALUES (%(running)s, 'gift', 1, %(bug)s, now())",
        ),
        plainly(
            "entry_amount_not_negative",
            "INSERT INTO sprints_reserveentry (sprint_id, kind, amount, bug_id, at)"
            " VALUES (%(running)s, 'hold', -1, %(bug)s, now())",
        ),
        *(
            plainly(
                "entry_names_its_cause",
                "INSERT INTO sprints_reserveentry (sprint_id, kind, amount, bug_id, item_id, work_id, at)"
                f" VALUES (%(running)s, {line}, now())",
            )
            for line in (
                "'hold', 1, NULL, NULL, NULL",
                "'open', 1, %(bug)s, NULL, NULL",
                "'debit', 1, NULL, NULL, NULL",
                "'debit', 1, %(bug)s, %(item)s, NULL",
                "'swap_out', 1, NULL, NULL, NULL",
                "'swap_out', 1, %(bug)s, %(item)s, NULL",
                "'pull_forward', 1, %(bug)s, NULL, %(work)s",
            )
        ),
        plainly(
            "entry_bug_exists",
            "INSERT INTO sprints_reserveentry (sprint_id, kind, amount, bug_id, at)"
            f" VALUES (%(running)s, 'hold', 1, {FREE}, now())",
        ),
    ],
    "what goes beyond the reserve": [
        changed(
            "overdraft_state_known",
            OVERDRAFT,
            "overdraft",
            state="forgotten",
            decided_by_id="@pia",
            decided_at="2026-01-01",
            nag_at=None,
        ),
        changed("overdraft_left_within_it", OVERDRAFT, "overdraft", left=999),
        changed("overdraft_left_within_it", OVERDRAFT, "overdraft", left=-1),
        changed("overdraft_decided_by_somebody", OVERDRAFT, "overdraft", decided_at="2026-01-01"),
        changed("overdraft_decided_by_somebody", OVERDRAFT, "overdraft", state="accepted"),
        changed(
            "overdraft_made_good_in_full",
            OVERDRAFT,
            "overdraft",
            state="made_good",
            decided_by_id="@pia",
            decided_at="2026-01-01",
            nag_at=None,
        ),
        copied("one_open_overdraft", OVERDRAFT, "overdraft"),
        copied("overdraft_bug_exists", OVERDRAFT, "overdraft", bug_id=FREE),
        changed("leaving_is_one_thing", LEAVING, "leaving", bug_id="@bug"),
        changed("leaving_is_one_thing", LEAVING, "leaving", item_id=None),
        changed("leaving_not_negative", LEAVING, "leaving", points=-1),
        changed("leaving_let_go_by_who_was_asked", LEAVING, "leaving", let_go_at="2026-01-01"),
        copied("leaves_once", LEAVING, "leaving"),
        copied("leaving_bug_exists", LEAVING, "leaving", bug_id=FREE, item_id=None),
    ],
    "planned and logged work": [
        copied("item_kind_known", ITEM, "item", kind="wish", debt="", position=2),
        changed("item_debt_has_a_kind", ITEM, "item", debt=""),
        changed("item_debt_has_a_kind", ITEM, "item", kind="evolution"),
        changed("item_says_why", ITEM, "item", rationale=""),
        copied("item_state_known", ITEM, "item", state="lost", position=2),
        changed("item_estimate_positive", ITEM, "item", estimate=0),
        changed("item_planned_names_its_sprint", ITEM, "item", state="scheduled"),
        changed("item_planned_names_its_sprint", ITEM, "item", sprint_id="@planned"),
        copied(
            "item_is_worked_on_by_somebody",
            ITEM,
            "item",
            position=2,
            state="in_progress",
            sprint_id="@planned",
            estimate=1,
        ),
        changed("item_finished_at_a_moment", ITEM, "item", finished_at="2026-01-01"),
        plainly(
            "item_key_once_per_team",
            "INSERT INTO sprints_backlogitem (team_id, title, kind, debt, rationale, url, key, state,"
            " position, swappable, serves_goal, stock, added_by_id, added_at, version) SELECT %(team)s,"
            " 'Twice', 'evolution', '', '', '', 'JIRA-1', 'proposed', n, false, false, false, %(ines)s,"
            " now(), 1 FROM generate_series(5, 6) AS n",
        ),
        copied("item_position_once", ITEM, "item"),
        changed(
            "item_in_a_sprint_of_its_team",
            ITEM,
            "item",
            state="scheduled",
            sprint_id="@elsewhere",
            estimate=1,
        ),
        copied("work_kind_known", WORK, "work", kind="gossip"),
        copied("work_hours_of_a_day", WORK, "work", hours=25),
        copied("work_hours_of_a_day", WORK, "work", hours=0),
        copied("work_hours_of_a_day", WORK, "work", hours=-1),
        copied("work_hours_of_a_day", WORK, "work", takes_back_id="@work"),
        copied("work_names_its_subject", WORK, "work", bug_id="@bug"),
        copied("work_names_its_subject", WORK, "work", kind="report"),
        copied("work_names_its_subject", WORK, "work", unplanned=False),
        copied("work_bug_exists", WORK, "work", kind="bug", bug_id=FREE, source_team_id=None),
        copied("work_report_exists", WORK, "work", kind="report", report_id=FREE),
        plainly(
            "scope_kind_known",
            "INSERT INTO sprints_scopeentry (sprint_id, kind, track, bug_id, amount, serves_goal, at)"
            " VALUES (%(running)s, 'vanished', 'planned', %(bug)s, 1, false, now())",
        ),
        plainly(
            "scope_track_known",
            "INSERT INTO sprints_scopeentry (sprint_id, kind, track, bug_id, amount, serves_goal, at)"
            " VALUES (%(running)s, 'entered', 'third', %(bug)s, 1, false, now())",
        ),
        plainly(
            "scope_not_negative",
            "INSERT INTO sprints_scopeentry (sprint_id, kind, track, bug_id, amount, serves_goal, at)"
            " VALUES (%(running)s, 'entered', 'planned', %(bug)s, -1, false, now())",
        ),
        plainly(
            "scope_is_of_one_thing",
            "INSERT INTO sprints_scopeentry (sprint_id, kind, track, amount, serves_goal, at)"
            " VALUES (%(running)s, 'entered', 'planned', 1, false, now())",
        ),
        plainly(
            "scope_bug_exists",
            "INSERT INTO sprints_scopeentry (sprint_id, kind, track, bug_id, amount, serves_goal, at)"
            f" VALUES (%(running)s, 'entered', 'planned', {FREE}, 1, false, now())",
        ),
        plainly("planning_within_reason", "UPDATE sprints_planning SET focus_percent = 101"),
        plainly("planning_within_reason", "UPDATE sprints_planning SET default_reserve = -1"),
        plainly("availability_within_reason", "UPDATE sprints_availability SET days_off = 11"),
        plainly(
            "availability_once",
            "INSERT INTO sprints_availability (sprint_id, person_id, days, days_off, share_percent,"
            " focus_percent) VALUES (%(planned)s, %(ines)s, 10, 0, 100, 70)",
        ),
    ],
    "bugs": [
        copied("bug_state_known", BUG, "bug", state="forgotten", opened_by=FREE),
        changed("bug_priority_known", BUG, "bug", priority="P9"),
        # Never a bug without its classification, nor two of one.
        copied("bug_opened_by_a_classification", BUG, "bug", opened_by=FREE),
        copied("bug_opened_by_a_classification", BUG, "bug", opened_by="@classification"),
        copied("bugs_bug_opened_by_key", BUG, "bug"),
        copied("bug_named_by_its_opener", BUG, "bug", opened_by="@linking"),
        changed("bug_opened_by_a_bug_outcome", BUG, "bug", opened_outcome="how_to"),
        changed("bug_estimate_positive", BUG, "bug", estimate=0),
        changed("bug_planned_names_its_sprint", BUG, "bug", state="scheduled"),
        changed("bug_queued_has_no_sprint", BUG, "bug", sprint_id="@running"),
        changed(
            "bug_in_a_sprint_of_its_team", BUG, "bug", state="scheduled", sprint_id="@elsewhere"
        ),
        changed("bug_postponed_has_review_date", BUG, "bug", review_on="2050-01-01"),
        changed("bug_postponed_has_review_date", BUG, "postponed", review_on=None),
        changed("bug_fixed_by_somebody", BUG, "bug", fixed_by_id="@ines"),
        changed("bug_fixed_by_somebody", BUG, "fixed", fixed_by_id=None),
        changed("bug_fixed_by_somebody", BUG, "fixed", fixed_at=None),
        changed("bug_verified_at_a_moment", BUG, "fixed", verified_at=None),
        changed("bug_verified_at_a_moment", BUG, "bug", verified_at="2026-01-01"),
        changed("bug_price_is_paid_by_a_sprint", BUG, "bug", injected_at_price=1),
        changed("bug_price_is_paid_by_a_sprint", BUG, "fixed", injected_at_price=0),
        changed("bug_plan_state_known", BUG, "bug", plan_state="perhaps"),
        changed("bug_p1_way_known", BUG, "bug", p1_way="heroics"),
        changed("bug_p1_done_as_known_when_fixed", BUG, "fixed", p1_done_as="heroics"),
        changed("bug_p1_done_as_known_when_fixed", BUG, "bug", p1_done_as="pair"),
        changed(
            "bug_pair_is_two_people",
            BUG,
            "fixed",
            worked_on_by_id="@ines",
            paired_with_id="@ines",
        ),
        copied("p1_policy_once_a_day", "bugs_p1policy", "p1_policy"),
        copied(
            "p1_policy_way_known", "bugs_p1policy", "p1_policy", since="2030-01-01", way="heroics"
        ),
        changed("bug_is_not_closed_while_it_owes", BUG, "owing", state="declined", sprint_id=None),
        # Saying that it owes nothing does not help: the loans say it.
        changed(
            "bug_is_not_closed_while_it_owes",
            BUG,
            "owing",
            state="declined",
            owes=False,
            sprint_id=None,
        ),
        changed("refuted_bug_explains_nothing", BUG, "bug", state="refuted"),
        plainly(
            "refuted_bug_explains_nothing",
            "UPDATE problem_reports_problemreport SET state = 'closed', closed_at = now(),"
            " living_id = (SELECT opened_by FROM bugs_bug WHERE id = %(refuted)s)"
            " WHERE id = (SELECT c.report_id FROM problem_reports_classification c"
            " JOIN bugs_bug b ON b.opened_by = c.id WHERE b.id = %(refuted)s)",
        ),
        copied("release_once_a_team", RELEASE, "ahead"),
        copied("release_has_a_name", RELEASE, "ahead", named=""),
        copied("released_once_in_a_version", "bugs_releaseentry", "entry"),
        changed("bug_released_is_fixed", BUG, "bug", release_id="@out"),
        changed("bug_release_has_its_entry", BUG, "fixed", release_id="@ahead"),
        changed("bug_in_a_release_of_its_team", BUG, "released", team_id="@platform"),
        copied("mitigation_kind_known", MITIGATION, "mitigation", kind="prayer"),
        copied("mitigation_says_what", MITIGATION, "mitigation", what=""),
        copied("mitigation_by_code_says_why", MITIGATION, "mitigation", behaviour=""),
        changed("loan_reminded_known", LOAN, "loan", reminded="often"),
        copied("loan_kind_owes", LOAN, "loan", kind="customer_workaround"),
        changed("loan_of_its_mitigation", LOAN, "loan", kind="rollback", cleanup_because=""),
        changed("loan_of_its_mitigation", LOAN, "loan", bug_id="@fixed"),
        changed("loan_of_code_cleans_up_or_says_why_not", LOAN, "loan", cleanup_because=""),
        changed("loan_of_code_cleans_up_or_says_why_not", LOAN, "loan", cleanup_item_id="@item"),
        changed("loan_extensions_are_counted", LOAN, "loan", due_on="2098-03-01"),
        changed("loan_extensions_are_counted", LOAN, "loan", extensions=1),
        changed("loan_ends_by_somebody", LOAN, "loan", state="written_off", ended_on="2027-01-01"),
        changed(
            "loan_is_written_off_by_two_people", LOAN, "loan", owner_id="@pia", engineer_id="@pia"
        ),
        changed(
            "loan_of_code_is_repaid_by_its_paybacks",
            LOAN,
            "loan",
            state="repaid",
            ended_on="2027-01-01",
            repaid_by_id="@ines",
        ),
        copied("plan_revision_once", PLAN, "plan"),
        copied("plan_counts_from_one", PLAN, "plan", revision=0),
        copied("plan_says_how", PLAN, "plan", revision=2, approach=""),
        copied("plan_takes_something", PLAN, "plan", revision=2, estimate=0),
        # Half a workaround, and a way by a workaround that nobody proposed.
        copied("plan_workaround_is_whole", PLAN, "plan", revision=2, workaround="The old gateway"),
        copied("plan_workaround_is_whole", PLAN, "plan", revision=2, by_workaround=True),
        copied(
            "agreement_said_known",
            "bugs_agreement",
            "agreement",
            said="shrugged",
            reason_id="@text",
        ),
        copied("agreement_objection_says_why", "bugs_agreement", "agreement", said="objected"),
        copied("link_once_per_bug", "bugs_buglink", "link"),
        copied("bugs_buglink.bug_id", "bugs_buglink", "link", bug_id=None),
    ],
    "reports": [
        copied("report_held_by_somebody", REPORT, "closed", **{**OPEN, "state": "sleeping"}),
        changed("report_priority_known", REPORT, "report", priority="P4"),
        changed("report_priority_known", REPORT, "report", stated_priority=""),
        changed("report_impact_and_urgency_known", REPORT, "report", impact="nobody"),
        changed("report_impact_and_urgency_known", REPORT, "report", urgency="whatever"),
        changed("report_closed_by_a_classification", REPORT, "open", state="closed"),
        changed("report_closed_by_a_classification", REPORT, "closed", living_id=None),
        changed("report_closed_by_a_classification", REPORT, "report", living_id="@classification"),
        changed("report_held_by_somebody", REPORT, "open", assignee_id=None),
        changed("report_held_by_somebody", REPORT, "report", assignee_id="@ines"),
        changed("report_aside_knows_the_way_back", REPORT, "waiting", left=[]),
        changed("report_aside_knows_the_way_back", REPORT, "report", left=["to_be_investigated"]),
        changed("report_way_back_is_held", REPORT, "waiting", assignee_id=None),
        changed("report_snoozed_until_a_moment", REPORT, "snoozed", snoozed_until=None),
        changed("report_snoozed_until_a_moment", REPORT, "report", snoozed_until="2050-01-01"),
        # Only what is closed owes its cause, and then somebody is reminded.
        changed("report_owes_its_cause_once_closed", REPORT, "closed", cause_due_at="2050-01-01"),
        changed("report_owes_its_cause_once_closed", REPORT, "closed", cause_nag_at="2050-01-01"),
        changed(
            "report_owes_its_cause_once_closed",
            REPORT,
            "report",
            cause_due_at="2050-01-01",
            cause_nag_at="2050-01-01",
        ),
        # The classification that counts is one of its own.
        changed("report_living_is_its_own", REPORT, "closed", living_id="@old"),
        plainly(
            "customer_name_any_case",
            "INSERT INTO problem_reports_customer (name) VALUES ('ACME')",
        ),
        plainly(
            "customer_joined_once",
            "INSERT INTO problem_reports_affected (report_id, customer_id, joined_at)"
            " VALUES (%(closed)s, %(customer)s, now())",
        ),
        plainly(
            "watched_once",
            "INSERT INTO problem_reports_watch (report_id, person_id) VALUES (%(closed)s, %(lena)s)",
        ),
        plainly(
            "imported_event_once",
            'INSERT INTO problem_reports_importedfrom (log, "case", nth, report_id, event_id)'
            " SELECT 'log', '7', 1, %(report)s, id FROM journal_event LIMIT 2",
        ),
    ],
    "classifications": [
        copied("classification_numbered", JUDGED, "classification"),
        copied("outcome_known", JUDGED, "classification", number=2, outcome="magic"),
        copied("cause_known", JUDGED, "classification", number=2, cause="ines"),
        copied("hours_not_negative", JUDGED, "classification", number=2, hours=-1),
        copied("bug_outcome_has_a_bug", JUDGED, "classification", number=2, outcome="bug"),
        copied("bug_outcome_has_a_bug", JUDGED, "classification", number=2, bug_id="@bug"),
        copied(
            "duplicate_names_the_original", JUDGED, "classification", number=2, outcome="duplicate"
        ),
        copied(
            "duplicate_names_the_original",
            JUDGED,
            "classification",
            number=2,
            duplicate_of_id="@report",
        ),
        copied(
            "duplicate_never_of_itself",
            JUDGED,
            "classification",
            number=2,
            outcome="duplicate",
            duplicate_of_id="@closed",
        ),
        copied(
            "already_fixed_names_a_version",
            JUDGED,
            "classification",
            number=2,
            outcome="already_fixed",
        ),
        copied(
            "already_fixed_names_a_version",
            JUDGED,
            "classification",
            number=2,
            already_fixed_in="4.2",
        ),
        copied(
            "only_a_wish_names_an_item",
            JUDGED,
            "classification",
            number=2,
            item_id="@item",
        ),
    ],
    "clocks": [
        plainly(
            "outage_once",
            "INSERT INTO channels_outage (name, since, until) VALUES"
            " ('timers', '2026-11-25 12:00Z', '2026-11-25 13:00Z'),"
            " ('timers', '2026-11-25 12:00Z', '2026-11-25 14:00Z')",
        ),
        plainly(
            "outage_takes_time",
            "INSERT INTO channels_outage (name, since, until)"
            " VALUES ('timers', '2026-11-25 12:00Z', '2026-11-25 12:00Z')",
        ),
        copied("timer_epoch_once", TIMER, "timer", state="superseded", next_at=None),
        copied("timer_one_live_epoch", TIMER, "timer", epoch=2),
        copied("timer_kind_known", TIMER, "timer", kind="lunch"),
        changed("timer_met_in_time", TIMER, "met", due_at="2001-01-01"),
        changed("timer_met_in_time", TIMER, "timer", state="met", next_at=None),
        changed("timer_armed_still_runs", TIMER, "met", state="armed"),
        changed("timer_breached_is_told", TIMER, "met", state="breached"),
        changed("timer_breached_is_told", TIMER, "met", stage=2),
        changed("timer_stage_known", TIMER, "met", state="superseded", stage=4),
        changed("timer_moments_in_order", TIMER, "timer", warn_at="2050-01-01"),
        changed("timer_moments_in_order", TIMER, "timer", escalate_at="2001-01-01"),
        changed("timer_looked_at_while_it_runs", TIMER, "met", next_at="2050-01-01"),
        changed("timer_looked_at_while_it_runs", TIMER, "timer", state="superseded"),
        changed("timer_calendar_has_a_version", TIMER, "timer", calendar_number=None),
        copied("signal_once", "problem_reports_signal", "signal", event_id="@any_event"),
        copied(
            "signal_tells_a_stage",
            "problem_reports_signal",
            "signal",
            stage=0,
            event_id="@any_event",
        ),
        plainly(
            "policy_warns_before_and_escalates_after",
            "INSERT INTO problem_reports_policyversion (team_id, number, published_at, warn_percent,"
            " escalate_percent) VALUES (%(team)s, 2, now(), 100, 125)",
        ),
        changed("timer_stopped_by_an_event", TIMER, "met", stopped_by_id=None),
        plainly(
            "policy_version_numbered",
            "INSERT INTO problem_reports_policyversion (team_id, number, published_at, warn_percent,"
            " escalate_percent) VALUES (%(team)s, 1, now(), 75, 125)",
        ),
        plainly(
            "target_once",
            "INSERT INTO problem_reports_policytarget (version_id, kind, priority, seconds,"
            " around_the_clock) VALUES (%(version)s, 'first_response', 'P0', 60, true)",
        ),
        plainly(
            "target_positive",
            "INSERT INTO problem_reports_policytarget (version_id, kind, priority, seconds,"
            " around_the_clock) VALUES (%(version)s, 'first_response', 'P7', 0, true)",
        ),
        plainly(
            "target_kind_known",
            "INSERT INTO problem_reports_policytarget (version_id, kind, priority, seconds,"
            " around_the_clock) VALUES (%(version)s, 'lunch', 'P0', 60, true)",
        ),
    ],
    "history": [
        plainly(
            "event_source_is_a_door",
            "INSERT INTO journal_event (name, kind, subject, by_id, at, source, internal, data)"
            " VALUES ('a.b', 'a', 1, %(ines)s, clock_timestamp(), 'window', false, '{}')",
        ),
        plainly(
            "event_not_ahead_of_now",
            "INSERT INTO journal_event (name, kind, subject, by_id, at, source, internal, data)"
            " VALUES ('a.b', 'a', 1, %(ines)s, clock_timestamp() + interval '1 hour', 'demo', false, '{}')",
        ),
        plainly(
            "event_past_only_by_import_or_demo",
            "INSERT INTO journal_event (name, kind, subject, by_id, at, source, internal, data)"
            " VALUES ('a.b', 'a', 1, %(ines)s, clock_timestamp() - interval '1 hour', 'web', false, '{}')",
        ),
    ],
}


@pytest.mark.parametrize("theme", GUARDS)
def test_the_database_refuses(stage: Stage, theme: str) -> None:
    answers = defaultdict(list)
    for broken in GUARDS[theme]:
        refusal = broken.attempt(stage)
        if refusal is None:
            answers[broken.name].append("let it pass")
        elif "." in broken.name:  # a column that must not be null has no constraint of a name
            table, column = broken.name.split(".")
            if refusal.code != "23502" or f'"{column}" of relation "{table}"' not in refusal.words:
                answers[broken.name].append(refusal.words)
        elif refusal.constraint != broken.name:
            answers[broken.name].append(refusal.words)
    assert not answers


OURS = {
    "journal",
    "teams",
    "channels",
    "oncall",
    "sprints",
    "bugs",
    "problem_reports",
    "postmortems",
}
#: A pair of columns that another key points to: there is nothing to refuse in it alone. And a state outside
#: the list, which another CHECK refuses first ("sleeping", above).
NOTHING_ALONE = {
    *("classification_with_outcome", "calendar_version_with_zone"),
    "report_state_known",
    "factor_link_not_to_itself",  # factor_link_in_no_circle speaks first
    "mitigation_of_bug_and_kind",  # what a key of the loan points at
    "release_of_team",  # what a key of the bug points at
    "ladder_step_once",  # ladder_step_follows speaks first, but for two at once
    "agreement_state_known",  # agreement_adopted_in_writing speaks first
    "loan_state_known",  # loan_ends_by_somebody speaks first
    "timer_state_known",  # timer_breached_is_told speaks first
}


def test_no_constraint_is_without_a_row_that_it_refuses() -> None:
    named = {
        constraint.name
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for constraint in model._meta.constraints
    }
    tried = {broken.name for theme in GUARDS.values() for broken in theme}
    assert named - tried - NOTHING_ALONE == set()


def test_no_key_that_a_migration_laid_is_without_one_either() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace"
            " WHERE n.nspname = 'public' AND contype = 'f' AND conname NOT LIKE '%%\\_fk\\_%%'"
        )
        laid = {name for (name,) in cursor.fetchall()}
    tried = {broken.name for theme in GUARDS.values() for broken in theme}
    assert laid - tried == set()
    assert len(laid) >= 5


# What looks alike and is allowed: a guard that refused everything would pass the tests above.


@pytest.mark.parametrize(
    "allowed",
    [
        copied("", "oncall_duty", "duty", during="[2050-01-01,2050-01-02)"),
        copied(
            "",
            "oncall_duty",
            "duty",
            duty="release_manager",
            team_id="@platform",
            during="[2050-01-01,2050-01-02)",
        ),
        copied("", SPRINT, "planned", name="Another"),
        changed("", SPRINT, "elsewhere", state="running"),
        changed("", BUG, "bug", state="scheduled", sprint_id="@planned"),
        changed("", REPORT, "report", state="assigned", assignee_id="@ines"),
        copied("", TIMER, "timer", epoch=2, state="superseded", next_at=None),
        copied("", JUDGED, "classification", number=2, cause="data"),
    ],
    ids=lambda one: f"{one.table}-{one.changes[0][0]}",
)
def test_the_database_lets_pass(stage: Stage, allowed: Broken) -> None:
    assert allowed.attempt(stage) is None


def test_one_duty_follows_another_without_a_gap(stage: Stage) -> None:
    after = (
        "INSERT INTO oncall_duty (team_id, duty, person_id, version, during)"
        " SELECT team_id, duty, person_id, 1, tstzrange(upper(during), upper(during) + %(span)s::interval)"
        " FROM oncall_duty WHERE id = %(duty)s"
    )
    assert refusal_of(after, {**stage.keys, "span": "1 day"}) is None
    overlapping = after.replace(
        "tstzrange(upper(during),", "tstzrange(upper(during) - '1 us'::interval,"
    )
    refusal = refusal_of(overlapping, {**stage.keys, "span": "1 day"})
    assert refusal is not None
    assert refusal.constraint == "duty_has_one_holder"


def test_an_overdraft_with_its_named_row_is_let_pass_at_commit(stage: Stage) -> None:
    named = (
        "INSERT INTO sprints_reserveentry (sprint_id, kind, amount, bug_id, at)"
        " VALUES (%(running)s, 'overdraft', 5, %(bug)s, now());"
        "UPDATE sprints_sprint SET overdraft = overdraft + %(amount)s WHERE id = %(running)s"
    )
    assert refusal_of(named, {**stage.keys, "amount": 5}) is None
    refusal = refusal_of(named, {**stage.keys, "amount": 4})
    assert refusal is not None
    assert refusal.constraint == "overdraft_is_named"

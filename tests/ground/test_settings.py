"""The settings of production hold what they promise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "triage.settings.production",
    "SECRET_KEY": "".join(chr(33 + number) for number in range(64)),
    "ALLOWED_HOSTS": "firebreak.example.org",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nowhere",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


def manage(*words: str, **changed: str | None) -> subprocess.CompletedProcess[str]:
    values = {"PATH": os.environ["PATH"], **PRODUCTION, **changed}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=CHECKOUT,
        env={name: value for name, value in values.items() if value is not None},
        capture_output=True,
        text=True,
    )


def in_production(expression: str, **changed: str | None) -> object:
    done = manage(
        "shell",
        "--no-imports",
        "-c",
        f"import json; from django.conf import settings; print(json.dumps({expression}, default=str))",
        **changed,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_deployment_check_finds_nothing_to_say() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


def test_a_missing_secret_is_named_and_stops_the_start() -> None:
    done = manage("check", SECRET_KEY=None)
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr


def test_a_wrong_kind_of_value_stops_the_start() -> None:
    assert manage("check", SECURE_HSTS_SECONDS="a year").returncode != 0


def test_cookies_belong_to_this_host_and_https_alone() -> None:
    names = in_production("[settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]")
    assert names == ["__Host-sessionid", "__Host-csrftoken"]


def test_the_content_policy_has_nothing_unsafe_and_no_foreign_address() -> None:
    said = str(in_production("settings.CONTENT_SECURITY_POLICY['DIRECTIVES']", SECRET_KEY="x" * 60))
    assert "unsafe" not in said
    assert "http" not in said


def test_a_task_becomes_visible_again_after_the_same_time_for_every_part_of_celery() -> None:
    from triage.celery import app

    assert app.conf.visibility_timeout == 300
    assert app.conf.result_backend_transport_options["visibility_timeout"] == 300
    options = in_production("settings.CELERY_BROKER_TRANSPORT_OPTIONS")
    assert options["visibility_timeout"] == 300  # type: ignore[index,call-overload]


def test_celery_loses_no_task_with_its_worker() -> None:
    from triage.celery import app

    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.task_time_limit == 60 < app.conf.visibility_timeout
    assert app.conf.accept_content == ["json"]


def test_a_sweep_is_handed_out_before_whatever_waits_to_be_sent() -> None:
    from triage.celery import app

    def queue(task: str) -> str:
        return str(app.amqp.router.route({}, task)["queue"].name)

    options = in_production("settings.CELERY_BROKER_TRANSPORT_OPTIONS")
    assert options["queue_order_strategy"] == "priority"  # type: ignore[index,call-overload]
    assert list(app.amqp.queues) == ["promises", "celery"]
    assert queue("problem_reports.sweep") == "promises"
    assert {queue("channels.fan_out"), queue("channels.deliver"), queue("bugs.tend")} == {"celery"}


def test_no_line_of_the_clock_is_judged_by_a_worker_s_own_clock() -> None:
    from triage.celery import app

    for line in app.conf.beat_schedule.values():
        assert not {"expires", "eta", "countdown"} & line.get("options", {}).keys()


def test_every_line_of_the_clock_names_a_task_that_exists() -> None:
    from triage.celery import app

    app.loader.import_default_modules()
    for line in app.conf.beat_schedule.values():
        assert line["task"] in app.tasks

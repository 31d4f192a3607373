"""The `commit-msg` hook, run by git itself against a live server (PR-3)."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation import clock
from problem_reports.models import ProblemReport
from teams.services import issue_token
from tests.cast import Cast
from tests.factories import a_bug, a_report

HOOK = Path(__file__).parent.parent.parent / "hooks" / "commit-msg"
Commit = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def commit(tmp_path: Path) -> Commit:
    """Commit with this message in a repository that has the hook; `env` adds to the environment."""
    nothing = {"HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.environ["PATH"]}
    author = {
        f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }

    def git(*arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["git", *arguments],
            cwd=tmp_path / "repository",
            env={**nothing, **author, **env},
            capture_output=True,
            text=True,
            check=False,
        )

    (tmp_path / "repository").mkdir()
    git("init", "-q", "-b", "main")
    installed = tmp_path / "repository" / ".git" / "hooks" / "commit-msg"
    installed.parent.mkdir(exist_ok=True)
    installed.write_bytes(HOOK.read_bytes())
    installed.chmod(0o755)

    def commits(message: str, *, branch: str = "", **env: str) -> Any:
        if branch:
            git("checkout", "-q", "-b", branch)
        return git("commit", "--allow-empty", "-m", message, **env)

    return commits


@pytest.fixture
def firebreak(live_server: Any) -> tuple[Cast, dict[str, str]]:
    cast = Cast()
    _, token = issue_token(cast.ines, scope="commits", by=cast.ines, at=clock.now())
    return cast, {"FIREBREAK_URL": live_server.url, "FIREBREAK_TOKEN": token}


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_names_a_report_is_refused_with_the_bug_to_name(
    commit: Commit, firebreak: Any
) -> None:
    cast, where = firebreak
    bug = a_bug(cast, "in_progress")
    report = ProblemReport.objects.get()
    refused = commit(f"{report.reference}: round once", **where)
    assert refused.returncode == 1
    assert f"use {bug.reference}" in refused.stderr
    passed = commit(f"{bug.reference}: round once", **where)
    assert (passed.returncode, passed.stderr) == (0, "")


@pytest.mark.django_db(transaction=True)
def test_a_branch_that_names_a_report_is_refused_too_and_a_bug_too_early_warns(
    commit: Commit, firebreak: Any
) -> None:
    cast, where = firebreak
    bug, report = a_bug(cast), a_report(cast)
    early = commit(f"{bug.reference}: round once\n\n# {report.reference} in a comment", **where)
    assert early.returncode == 0
    assert "to be scheduled" in early.stderr
    refused = commit("Round once", branch=f"fix-{report.reference}", **where)
    assert refused.returncode == 1
    assert "not classified yet" in refused.stderr


def test_a_commit_passes_with_a_warning_when_nobody_answers(commit: Commit) -> None:
    for where, why in (
        ({}, "is not set"),
        ({"FIREBREAK_URL": "http://127.0.0.1:9", "FIREBREAK_TOKEN": "x"}, "does not answer"),
        ({"FIREBREAK_URL": "file:///etc/passwd", "FIREBREAK_TOKEN": "x"}, "no web address"),
    ):
        passed = commit("PR-1: round once", **where)
        assert passed.returncode == 0
        assert why in passed.stderr
        assert "was not checked" in passed.stderr


@pytest.mark.django_db(transaction=True)
def test_a_token_that_is_not_accepted_is_said_and_the_commit_passes(
    commit: Commit, firebreak: Any
) -> None:
    _, where = firebreak
    passed = commit("PR-1: round once", **{**where, "FIREBREAK_TOKEN": "expired"})
    assert passed.returncode == 0
    assert "answered 401" in passed.stderr

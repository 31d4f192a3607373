"""No Docker engine runs here, so the two files are read: what they name must exist."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery import Celery
from django.urls import resolve

from embedded import postgres

CHECKOUT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text()
OURS = ["migrate", "web", "worker", "beat"]


def settings_variables() -> set[str]:
    text = "".join(path.read_text() for path in (CHECKOUT / "triage" / "settings").glob("*.py"))
    return set(re.findall(r"env\.\w+\(\s*\"(\w+)\"", text)) | {"DJANGO_SETTINGS_MODULE"}


@pytest.mark.parametrize("name", OURS)
def test_every_variable_it_sets_is_one_that_the_settings_read(name: str) -> None:
    assert set(SERVICES[name]["environment"]) <= settings_variables()


def test_every_variable_without_a_default_is_set() -> None:
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL"} <= set(SERVICES["web"]["environment"])


@pytest.mark.parametrize("name", ["migrate", "worker", "beat"])
def test_every_command_exists(name: str) -> None:
    program = SERVICES[name]["command"][0]
    assert shutil.which(program, path=str(Path(sys.executable).parent))
    if "--app" in SERVICES[name]["command"]:
        words = SERVICES[name]["command"]
        module = importlib.import_module(words[words.index("--app") + 1])
        assert isinstance(module.app, Celery)


def test_the_image_starts_gunicorn_on_our_application_as_nobody_special() -> None:
    command = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[-1]
    assert '"gunicorn", "triage.wsgi"' in command
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users
    assert "root" not in users
    assert "collectstatic" in DOCKERFILE


def test_what_the_image_copies_exists() -> None:
    for source in re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE):
        assert (CHECKOUT / source).exists()


def test_the_health_path_exists() -> None:
    paths = re.findall(r"127\.0\.0\.1:8000(/[^']*)'", DOCKERFILE)
    assert paths
    for path in paths:
        assert resolve(path).url_name == "health"


def test_every_service_is_watched_and_comes_back() -> None:
    for name, service in SERVICES.items():
        if name == "migrate":
            continue
        assert service["restart"] == "unless-stopped", name
        assert name == "web" or "healthcheck" in service, name  # the web's is in the image
    assert "HEALTHCHECK" in DOCKERFILE


@pytest.mark.parametrize("name", ["web", "worker"])
def test_it_can_be_scaled(name: str) -> None:
    assert "container_name" not in SERVICES[name]
    for port in SERVICES[name].get("ports", []):
        # A single host port would be taken by the first container.
        assert "-" in port.split("}")[0]


def test_everything_waited_for_has_a_way_to_be_ready() -> None:
    for service in SERVICES.values():
        for other, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "test" in SERVICES[other]["healthcheck"]


def test_production_sorts_and_folds_text_as_development_does() -> None:
    given = SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    assert given == postgres.INITDB


def test_redis_never_throws_work_away() -> None:
    words = SERVICES["redis"]["command"]
    assert words[words.index("--maxmemory-policy") + 1] == "noeviction"
    assert words[words.index("--appendonly") + 1] == "yes"


def test_no_committed_file_of_the_ground_names_an_index_or_a_path_of_a_machine() -> None:
    files = [
        *CHECKOUT.glob("requirements/*"),
        CHECKOUT / "Makefile",
        CHECKOUT / "pyproject.toml",
        CHECKOUT / ".ci/run",
    ]
    for path in files:
        text = path.read_text()
        assert not re.search(r"https?://|file:|index-url\s+\S*/|find-links", text), path.name
        assert not re.search(r"(?<![\w.])/(work|home|root|opt)/", text), path.name

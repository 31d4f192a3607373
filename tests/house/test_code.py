"""What no linter says: states change in one table, the domain reads no clock, no timer rides on Celery."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house.source import ROOT, dotted, files, tree

Rule = Callable[[ast.Module], Iterator[str]]


def broken(rule: Rule, paths: Iterator[Path], *, but: Callable[[Path], bool]) -> list[str]:
    return [f"{path}: {found}" for path in paths if not but(path) for found in rule(tree(path))]


def found_in(rule: Rule, sample: str) -> list[str]:
    return list(rule(ast.parse(sample)))


# A state is decided by the lifecycle alone


def states_assigned(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in (t for each in targets for t in ast.walk(each)):
                if isinstance(target, ast.Attribute) and target.attr == "state":
                    yield f"line {node.lineno} assigns {dotted(target)}"
        elif isinstance(node, ast.Call):
            name = dotted(node.func)
            updated = [k for k in node.keywords if k.arg == "state"]
            if name.endswith(".update") and updated:
                yield f"line {node.lineno} updates states"
            if name == "setattr" and any(
                isinstance(a, ast.Constant) and a.value == "state" for a in node.args
            ):
                yield f"line {node.lineno} sets a state"


#: A timer's state is no lifecycle: the moment decides it. The demonstration's slots are no rows.
NO_LIFECYCLE = {
    Path("foundation/lifecycle.py"),
    Path("problem_reports/clocks/timers.py"),
    Path("triage/demonstration/cadence.py"),
}


def test_no_state_is_assigned_outside_the_lifecycle() -> None:
    assert broken(states_assigned, files(), but=lambda p: p in NO_LIFECYCLE) == []


@pytest.mark.parametrize(
    "sample",
    [
        "report.state = 'closed'",
        "report.left, report.state = [], State.CLOSED",
        "bug.state: str = 'fixed'",
        "Bug.objects.filter(pk=1).update(state='fixed', version=2)",
        "setattr(bug, 'state', 'fixed')",
    ],
)
def test_an_assigned_state_is_noticed(sample: str) -> None:
    assert found_in(states_assigned, sample)


def test_reading_a_state_is_not_mistaken_for_it() -> None:
    reads = "x = report.state\nif bug.state == 'fixed': Bug.objects.filter(state='fixed')"
    assert found_in(states_assigned, reads) == []


# The domain is told the moment

CLOCKS = (
    "clock.now",
    "timezone.now",
    "timezone.localtime",
    "timezone.localdate",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
)
DOORS = {"admin", "views", "api", "rest", "web", "tasks", "intake", "management"}


def is_door(path: Path) -> bool:
    """The front hall, and rooms by which the world comes in; the foundation owns the clock."""
    return path.parts[0] in ("foundation", "triage") or bool(
        DOORS & {part.removesuffix(".py") for part in path.parts}
    )


def clocks_read(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and any(
            f".{dotted(node)}".endswith(f".{clock}") for clock in CLOCKS
        ):
            yield f"line {node.lineno} reads {dotted(node)}"
        elif isinstance(node, ast.ImportFrom) and node.module == "foundation.clock":
            yield f"line {node.lineno} imports the clock's hand"


def test_no_clock_is_read_outside_foundation_and_the_doors() -> None:
    assert broken(clocks_read, files(), but=is_door) == []


@pytest.mark.parametrize(
    "sample",
    [
        "at = clock.now()",
        "at = timezone.now()",
        "at = datetime.datetime.now(tz=UTC)",
        "today = date.today()",
        "field = DateTimeField(default=timezone.now)",
        "from foundation.clock import now",
    ],
)
def test_a_read_clock_is_noticed(sample: str) -> None:
    assert found_in(clocks_read, sample)


def test_a_door_is_known_by_its_name() -> None:
    assert is_door(Path("bugs/views.py"))
    assert is_door(Path("channels/rest/views.py"))
    assert not is_door(Path("bugs/services.py"))
    assert not is_door(Path("problem_reports/clocks/timers.py"))


# No Celery ETA, countdown or retry carries a timer (SLA-3)


def timers_on_celery(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            if dotted(node.func).endswith(".retry"):
                yield f"line {node.lineno} retries"
            for keyword in node.keywords:
                named = keyword.arg or ""
                if named in ("eta", "countdown", "autoretry_for", "retry_backoff"):
                    yield f"line {node.lineno} says {named}"


def test_no_task_carries_a_timer() -> None:
    assert broken(timers_on_celery, files(), but=lambda _: False) == []


@pytest.mark.parametrize(
    "sample",
    [
        "sweep.apply_async(eta=due)",
        "sweep.apply_async(countdown=60)",
        "self.retry(exc=error)",
        "@shared_task(autoretry_for=(Exception,))\ndef sweep(): ...",
    ],
)
def test_a_timer_on_celery_is_noticed(sample: str) -> None:
    assert found_in(timers_on_celery, sample)


def test_the_whole_product_is_read() -> None:
    read = {str(path) for path in files()}
    assert {"foundation/clock.py", "problem_reports/services/triage.py"} <= read
    assert len(read) > 80
    assert (ROOT / "manage.py").exists()

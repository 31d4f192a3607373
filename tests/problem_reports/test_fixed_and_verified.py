"""*Fixed and verified*: everybody whom the bug answers hears once, however often delivery tries."""

from decimal import Decimal
from typing import Any

import pytest

from bugs import services as bugs
from bugs.models import Bug
from channels import services as channels
from channels.models import Notice
from foundation import clock
from journal.models import Event, Pending
from problem_reports import services
from problem_reports.models import ProblemReport
from teams.models import Person
from tests.cast import Cast
from tests.factories import a_bug, a_report


def explained_by(cast: Cast, bug: Bug, by: Person) -> ProblemReport:
    report = a_report(cast, by=by)
    return classify(cast, report, outcome="bug", existing_bug=bug.pk)


def classify(cast: Cast, report: ProblemReport, **told: Any) -> ProblemReport:
    return services.classify(
        report.pk, message="Known.", hours=Decimal(0), by=cast.rhea, at=clock.now(), **told
    )


def verified(cast: Cast, bug: Bug) -> None:
    bugs.verify(bug.pk, by=cast.otto, at=clock.now())
    channels.fan_out()


def told() -> list[str]:
    verified = Notice.objects.filter(event__name="bug.verified", channel="in_app")
    return sorted(verified.values_list("person__username", flat=True))


def notice_of(person: Person) -> Notice:
    return Notice.objects.get(person=person, event__name="bug.verified", channel="in_app")


def test_who_filed_and_who_watches_hear_once(cast: Cast) -> None:
    bug = a_bug(cast, "fixed")
    for person in (cast.lena, cast.leo):
        services.watch(bug.classifications.get().report_id, by=person, at=clock.now())
    explained_by(cast, bug, cast.lena)
    explained_by(cast, bug, cast.paul)
    verified(cast, bug)
    assert told() == ["lena", "leo", "paul"]
    notice = notice_of(cast.paul)
    report = ProblemReport.objects.get(filed_by=cast.paul)
    assert report.title in notice.subject
    assert report.reference in notice.body
    assert report.reference in notice.url


def test_duplicates_hear_too_each_of_their_own_report(cast: Cast) -> None:
    bug = a_bug(cast, "fixed")
    original = bug.classifications.get().report
    near = classify(
        cast, a_report(cast, by=cast.leo), outcome="duplicate", duplicate_of=original.pk
    )
    far = classify(cast, a_report(cast, by=cast.paul), outcome="duplicate", duplicate_of=near.pk)
    verified(cast, bug)
    assert told() == ["lena", "leo", "paul"]
    assert far.reference in notice_of(cast.paul).body
    assert original.reference not in notice_of(cast.paul).body


def test_a_report_that_was_disputed_meanwhile_is_not_told(cast: Cast) -> None:
    bug = a_bug(cast, "fixed")
    report = bug.classifications.get().report
    services.dispute(report.pk, message="It differs.", by=cast.lena, at=clock.now())
    verified(cast, bug)
    assert told() == []


def test_delivered_twice_it_is_told_once(cast: Cast) -> None:
    bug = a_bug(cast, "fixed")
    verified(cast, bug)
    Pending.objects.create(event=Event.objects.get(name="bug.verified"))
    channels.fan_out()
    assert told() == ["lena"]


def test_nothing_is_pending_afterwards(cast: Cast) -> None:
    verified(cast, a_bug(cast, "fixed"))
    assert not Pending.objects.exists()
    assert channels.fan_out() == 0


def test_killed_midway_it_is_told_by_the_next_run(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    bug = a_bug(cast, "fixed")
    bugs.verify(bug.pk, by=cast.otto, at=clock.now())
    pending = Pending.objects.count()

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        assert Notice.objects.exists(), "it dies with the notices written"
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Pending.objects.all().__class__, "delete", die)
        with pytest.raises(Killed):
            channels.fan_out()
    assert not Notice.objects.exists()
    assert Pending.objects.count() == pending
    channels.fan_out()
    assert told() == ["lena"]


def test_the_history_of_an_import_or_a_demonstration_tells_nobody(cast: Cast) -> None:
    a_bug(cast, "verified", source="demo")
    channels.fan_out()
    assert told() == []


def test_fixed_again_after_it_came_back_is_told_again(cast: Cast) -> None:
    bug = a_bug(cast, "fixed")
    verified(cast, bug)
    at = clock.now
    bugs.reopen(bug.pk, reason="It is back.", by=cast.ines, at=at())
    running = cast.billing.sprints.get(state="running")
    bugs.inject(
        bug.pk, sprint_id=running.pk, points=Decimal(1), reason="Again", by=cast.rhea, at=at()
    )
    bugs.start(bug.pk, by=cast.ines, at=at())
    bugs.fix(bug.pk, links=["https://git.example.org/pull/10"], by=cast.ines, at=at())
    verified(cast, bug)
    assert told() == ["lena", "lena"]

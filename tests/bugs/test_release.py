"""In which version a fix is, and a bug that comes back after it (BUG-6)."""

from datetime import date, timedelta
from typing import Any

import pytest

from bugs import services
from bugs.models import Bug, Release, ReleaseEntry
from bugs.promises import fix_promise
from bugs.rows import promise_row
from channels import services as channels
from channels.models import Notice
from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed, RuleBroken
from journal.models import Event
from journal.querysets import timeline
from journal.timeline import items
from problem_reports import services as reports
from tests.bugs.acts import a_release
from tests.cast import Cast, today_there
from tests.factories import a_bug


def days(n: int) -> date:
    return today_there() + timedelta(days=n)


def put(cast: Cast, bug: Bug, named: str = "5.2", on: date | None = None, **act: Any) -> Bug:
    told = {"by": cast.ines, "at": clock.now(), "named": named, "on": on or days(30), **act}
    return services.release(bug.pk, **told)


def reopen(cast: Cast, bug: Bug) -> Bug:
    return services.reopen(bug.pk, reason="Seen again", by=cast.ines, at=clock.now())


def promised(bug: Bug) -> str:
    row = promise_row(fix_promise(Bug.objects.get(pk=bug.pk)), clock.now())
    return f"{row.label} {row.words}".strip()


def told(bug: Bug) -> list[str]:
    return [item.words for item in items(timeline([("bug", bug.pk)]), inside=False)]


def heard(cast: Cast) -> list[str]:
    """What Lena was told of versions, oldest first, without the title."""
    channels.fan_out()
    names = ("bug.release_planned", "bug.released")
    got = Notice.objects.filter(person=cast.lena, channel="in_app", event__name__in=names)
    return [notice.subject.partition(":")[0] for notice in got.order_by("event")]


# --- Planned, then out


def test_with_a_day_ahead_it_is_planned_and_the_reporter_hears_for_when(cast: Cast) -> None:
    bug = put(cast, a_bug(cast, "verified"))
    assert heard(cast) == ["Fixed for version 5.2"]
    body = Notice.objects.get(person=cast.lena, event__name="bug.release_planned", channel="in_app")
    assert f"planned for {days(30):%-d %B %Y}" in body.body
    assert promised(bug).startswith("Fixed for version 5.2, planned on")
    assert Release.objects.get().out_at is None


def test_with_today_it_is_out_and_the_reporter_hears_that_alone(cast: Cast) -> None:
    bug = put(cast, a_bug(cast, "verified"), on=days(0))
    assert heard(cast) == ["Available in version 5.2"]
    assert promised(bug).startswith("Available in version 5.2 since")


def test_when_a_planned_version_is_out_reporters_hear_once_more_and_only_once(cast: Cast) -> None:
    bug = a_bug(cast, "verified")
    planned = a_release(cast, bug, a_bug(cast, "fixed"))
    out = services.bring_out(planned.pk, on=days(-1), by=cast.robot, at=clock.now())
    assert (out.on, out.is_out) == (days(-1), True)
    assert sorted(heard(cast)) == ["Available in version 5.2"] * 2 + ["Fixed for version 5.2"] * 2
    assert promised(bug).startswith("Available in version 5.2 since")
    with pytest.raises(Conflict, match=r"5\.2 has been out since"):
        services.bring_out(planned.pk, by=cast.ines, at=clock.now())
    assert len(heard(cast)) == 4


def test_it_is_not_out_on_a_day_ahead(cast: Cast) -> None:
    planned = a_release(cast, a_bug(cast, "verified"))
    with pytest.raises(Invalid, match="choose today or earlier"):
        services.bring_out(planned.pk, on=days(1), by=cast.ines, at=clock.now())
    assert not Release.objects.get().is_out


def test_two_people_who_filed_one_report_each_hear_of_their_own(cast: Cast) -> None:
    bug = a_bug(cast, "verified")
    report = bug.classifications.get().report
    reports.watch(report.pk, by=cast.leo, at=clock.now())
    put(cast, bug, on=days(0))
    channels.fan_out()
    got = Notice.objects.filter(event__name="bug.released", channel="in_app")
    assert sorted(got.values_list("person__username", flat=True)) == ["lena", "leo"]


# --- Many at once: all or nothing


def test_many_go_into_one_version_in_one_act(cast: Cast) -> None:
    bugs = [a_bug(cast, "verified"), a_bug(cast, "fixed")]
    made = a_release(cast, *bugs)
    assert set(made.bugs.all()) == set(bugs)
    assert ReleaseEntry.objects.filter(release=made).count() == 2
    assert made.by == cast.ines


def test_one_that_cannot_go_keeps_all_of_them_back_and_each_has_its_word(cast: Cast) -> None:
    fit, queued, out = a_bug(cast, "verified"), a_bug(cast), a_bug(cast, "verified")
    put(cast, out, "5.1", days(0))
    before = Event.objects.count()
    with pytest.raises(RuleBroken) as refused:
        a_release(cast, fit, queued, out)
    assert refused.value.extra["bugs"] == {
        queued.reference: "is to be scheduled, not fixed",
        out.reference: "is in version 5.1 already",
    }
    assert "Nothing is released" in refused.value.words
    assert not Release.objects.filter(named="5.2").exists()
    assert Event.objects.count() == before
    assert not Bug.objects.filter(pk=fit.pk, release__isnull=False).exists()


def test_without_a_bug_there_is_no_release(cast: Cast) -> None:
    with pytest.raises(Invalid, match="Choose at least one bug"):
        a_release(cast)


def test_a_bug_of_another_team_or_of_nobody_is_named(cast: Cast) -> None:
    theirs = a_bug(cast, "verified")
    with pytest.raises(RuleBroken, match=f"{theirs.reference} is a bug of Billing"):
        services.release_many(
            cast.platform.pk, named="1", on=days(0), bugs=[theirs.pk], by=cast.sami, at=clock.now()
        )
    with pytest.raises(RuleBroken, match="BUG-999999 is not there"):
        services.release_many(
            cast.billing.pk, named="1", on=days(0), bugs=[999999], by=cast.ines, at=clock.now()
        )


def test_who_is_not_of_the_team_releases_nothing(cast: Cast) -> None:
    bug = a_bug(cast, "verified")
    with pytest.raises(NotAllowed, match="Only people of Billing"):
        a_release(cast, bug, by=cast.sami)
    planned = a_release(cast, bug)
    with pytest.raises(NotAllowed, match="Only people of Billing"):
        services.bring_out(planned.pk, by=cast.lena, at=clock.now())


# --- The version itself


@pytest.mark.parametrize("named", ["5.2-RC1", " 5.2-rc1 "])
def test_a_version_is_one_whatever_the_case_and_takes_more_on_its_day(
    cast: Cast, named: str
) -> None:
    first = a_release(cast, a_bug(cast, "verified"), named="5.2-rc1")
    put(cast, a_bug(cast, "verified"), named)
    assert first.bugs.count() == 2
    with pytest.raises(Invalid, match=r"5\.2-rc1 is planned for"):
        put(cast, a_bug(cast, "verified"), named, days(31))


def test_what_joins_a_version_that_is_out_is_out(cast: Cast) -> None:
    a_release(cast, a_bug(cast, "verified"), days=-2)
    late = put(cast, a_bug(cast, "verified"), on=days(-2))
    assert promised(late).startswith("Available in version 5.2")
    with pytest.raises(Invalid, match=r"5\.2 has been out since"):
        put(cast, a_bug(cast, "verified"), on=days(-1))


@pytest.mark.parametrize("named", ["", "  ", "x" * 81])
def test_a_version_has_a_name_that_fits(cast: Cast, named: str) -> None:
    with pytest.raises(Invalid):
        put(cast, a_bug(cast, "verified"), named)


def test_a_planned_fix_may_go_with_an_earlier_version_and_one_that_is_out_stays(cast: Cast) -> None:
    bug = put(cast, a_bug(cast, "verified"))
    with pytest.raises(Conflict, match=r"is in version 5\.2 already"):
        put(cast, bug)
    put(cast, bug, "5.1.1", days(0))
    assert promised(bug).startswith("Available in version 5.1.1")
    assert heard(cast) == ["Fixed for version 5.2", "Available in version 5.1.1"]
    with pytest.raises(Conflict, match=r"is in version 5\.1\.1 already"):
        put(cast, bug, "5.3")


# --- It comes back


def test_a_bug_that_comes_back_says_after_which_version(cast: Cast) -> None:
    bug = put(cast, a_bug(cast, "verified"), on=days(0))
    back = reopen(cast, bug)
    assert (back.state, back.release) == ("to_be_scheduled", None)
    assert told(bug)[-1] == "reopened it: it came back after version 5.2"
    assert promised(bug) == "Not scheduled yet"
    channels.fan_out()
    notice = Notice.objects.get(person=cast.lena, event__name="bug.reopened", channel="in_app")
    assert notice.subject.startswith("It is back")
    assert "it came back after version 5.2" in notice.body


def test_one_that_was_only_planned_came_back_after_nothing(cast: Cast) -> None:
    bug = put(cast, a_bug(cast, "verified"))
    reopen(cast, bug)
    assert told(bug)[-1] == "reopened it"


def test_the_version_remembers_what_came_back_and_the_next_one_takes_it(cast: Cast) -> None:
    bug = a_bug(cast, "verified")
    first = a_release(cast, bug, days=0)
    reopen(cast, bug)
    assert first.entries.get().bug == bug
    assert not first.bugs.exists()
    assert Bug.objects.get(pk=bug.pk).release is None

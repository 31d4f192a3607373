"""From a fact to notices: in-app always, by e-mail as the reader chose, and nothing lost or doubled on the way."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from channels import querysets, services
from channels.models import Channel, Heartbeat, Mail, Notice
from foundation import clock
from journal.models import Pending
from teams.models import Person
from tests.cast import Cast
from tests.channels.post import Post, letter, mail_of, subjects

ALL_NEVER = dict.fromkeys(("message", "assigned", "decided", "fixed", "clock", "queue"), "never")


def choose(person: Person, how: str = "at_once", **hours: Any) -> None:
    hours.setdefault("digest_at", time(8))
    services.choose_how_to_hear(by=person, ways={"message": how}, **hours)


def at_their(person: Person, hour: int, minute: int = 0) -> datetime:
    """The next moment at which the person's clock shows this, a day ahead at the most."""
    zone = ZoneInfo(person.zone)
    local = clock.now().astimezone(zone).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (local if local > clock.now() else local + timedelta(days=1)).astimezone(UTC)


def tell(post: Post, cast: Cast, person: Person, *names: str, at: datetime | None = None) -> None:
    for name in names:
        post.tell(cast.rhea, letter(person, name))
    services.fan_out(at=at)


def test_a_letter_is_a_notice_here_and_a_mail_that_is_due_at_once(cast: Cast, post: Post) -> None:
    tell(post, cast, cast.lena, "A parcel")
    assert set(Notice.objects.values_list("channel", "state")) == {
        ("in_app", "sent"),
        ("email", "pending"),
    }
    mail = mail_of(cast.lena)
    assert (mail.kind, mail.state, subjects(mail)) == ("single", "pending", ["A parcel"])
    assert mail.next_at <= clock.now()


def test_the_page_and_its_count_show_each_notice_once(cast: Cast, post: Post) -> None:
    tell(post, cast, cast.lena, "A parcel")
    assert [n.channel for n in querysets.notices_of(cast.lena.pk)] == ["in_app"]
    assert querysets.news(cast.lena.pk, most=9, beat="timers").unread == 1


def test_never_is_never_by_e_mail_and_always_here(cast: Cast, post: Post) -> None:
    services.choose_how_to_hear(by=cast.lena, ways=ALL_NEVER, digest_at=time(8))
    tell(post, cast, cast.lena, "A parcel")
    assert not Mail.objects.exists()
    assert Notice.objects.get(person=cast.lena).channel == Channel.IN_APP


@pytest.mark.parametrize(
    "changed",
    [{"email": ""}, {"is_active": False}, {"kind": "tool"}],
    ids=["no address", "has left", "is a tool"],
)
def test_nobody_writes_to_whom_no_e_mail_reaches(
    cast: Cast, post: Post, changed: dict[str, Any]
) -> None:
    Person.objects.filter(pk=cast.lena.pk).update(**changed)
    tell(post, cast, cast.lena, "A parcel")
    assert not Mail.objects.exists()
    assert Notice.objects.count() == 1


def test_without_a_mail_server_nothing_is_put_into_a_mail(
    cast: Cast, post: Post, settings: Any
) -> None:
    settings.NOTICES_BY_EMAIL = False
    tell(post, cast, cast.lena, "A parcel")
    assert not Mail.objects.exists()


def test_a_digest_gathers_what_comes_until_the_reader_s_hour(cast: Cast, post: Post) -> None:
    choose(cast.lena, "digest", digest_at=time(7, 30))
    tell(post, cast, cast.lena, "One", "Two")
    tell(post, cast, cast.lena, "Three")
    mail = mail_of(cast.lena)
    assert (mail.kind, subjects(mail)) == ("digest", ["One", "Two", "Three"])
    assert mail.due_at == at_their(cast.lena, 7, 30)


def test_a_claimed_digest_is_closed_and_what_comes_later_goes_into_the_next(
    cast: Cast, post: Post
) -> None:
    choose(cast.lena, "digest")
    tell(post, cast, cast.lena, "One")
    first = mail_of(cast.lena)
    Mail.objects.filter(pk=first.pk).update(attempts=1)
    tell(post, cast, cast.lena, "Two")
    second = Mail.objects.exclude(pk=first.pk).get()
    assert (subjects(first), subjects(second)) == (["One"], ["Two"])
    assert second.due_at > first.due_at + timedelta(hours=22)


def test_what_comes_at_once_in_the_night_waits_and_leaves_as_one_digest(
    cast: Cast, post: Post
) -> None:
    choose(cast.lena, quiet_from=time(22), quiet_until=time(7))
    night = at_their(cast.lena, 23)
    tell(post, cast, cast.lena, "One", at=night)
    tell(post, cast, cast.lena, "Two", at=night + timedelta(hours=2))
    mail = mail_of(cast.lena)
    assert subjects(mail) == ["One", "Two"]
    assert mail.due_at == mail.next_at
    assert mail.due_at.astimezone(ZoneInfo(cast.lena.zone)).time() == time(7)


def test_what_is_late_after_an_outage_comes_as_one_mail_to_each(cast: Cast, post: Post) -> None:
    for number in range(30):
        late = timedelta(hours=2, minutes=number)
        letters = [letter(p, f"Breach {number}", late_by=late) for p in (cast.lena, cast.rhea)]
        post.tell(cast.rhea, *letters)
    services.fan_out()
    for person in (cast.lena, cast.rhea):
        mail = mail_of(person)
        assert mail.kind == "late"
        assert len(subjects(mail)) == 30
        assert mail.due_at - clock.now() > timedelta(seconds=50)
    assert Notice.objects.filter(channel="in_app", late_by__gte=timedelta(hours=2)).count() == 60


def test_a_little_late_is_not_worth_saying(cast: Cast, post: Post) -> None:
    post.tell(cast.rhea, letter(cast.lena, late_by=timedelta(minutes=4)))
    services.fan_out()
    assert mail_of(cast.lena).kind == "single"
    assert not Notice.objects.filter(late_by__isnull=False).exists()


def test_events_that_nobody_fanned_out_for_an_hour_are_late_by_that(cast: Cast, post: Post) -> None:
    tell(post, cast, cast.lena, "One", "Two", at=clock.now() + timedelta(hours=1))
    mail = mail_of(cast.lena)
    assert (mail.kind, subjects(mail)) == ("late", ["One", "Two"])
    late = Notice.objects.filter(mail=mail).values_list("late_by", flat=True)
    assert min(late) >= timedelta(minutes=59)


def test_an_event_that_is_fanned_out_twice_is_told_once(cast: Cast, post: Post) -> None:
    event = post.tell(cast.rhea, letter(cast.lena))
    services.fan_out()
    Mail.objects.update(attempts=1, state="sent", sent_at=clock.now())
    Pending.objects.create(event_id=event.pk)
    services.fan_out()
    assert Mail.objects.count() == 1
    assert Notice.objects.count() == 2


def test_who_hears_in_two_roles_hears_once(cast: Cast, post: Post) -> None:
    post.tell(cast.rhea, letter(cast.lena, "As reporter"), letter(cast.lena, "As watcher"))
    services.fan_out()
    assert set(Notice.objects.values_list("subject", flat=True)) == {"As reporter"}
    assert Notice.objects.count() == 2


def test_one_writer_s_mistake_holds_up_its_own_event_and_no_other(cast: Cast, post: Post) -> None:
    broken = post.tell(cast.rhea, letter(cast.lena, topic="no such topic"))
    tell(post, cast, cast.lena, "One", "Two")
    assert list(Pending.objects.values_list("event_id", flat=True)) == [broken.pk]
    told = Notice.objects.filter(channel="in_app").values_list("subject", flat=True)
    assert sorted(told) == ["One", "Two"]
    age = querysets.oldest_pending_age()
    assert age is not None
    assert age > timedelta(0)


def test_a_round_ends_in_time_and_the_next_one_goes_on(
    cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 1)
    monkeypatch.setattr(services, "ROUND_SECONDS", 1e-9)
    post.tell(cast.rhea, letter(cast.lena, "One"))
    post.tell(cast.rhea, letter(cast.lena, "Two"))
    assert services.fan_out() == 1
    assert Pending.objects.count() == 1
    assert services.fan_out() == 1
    assert not Pending.objects.exists()


def test_every_round_leaves_a_heartbeat_of_the_database_s_clock(cast: Cast) -> None:
    before = clock.now()
    services.fan_out()
    first = Heartbeat.objects.get(name="outbox").at
    services.deliver()
    assert before <= first < Heartbeat.objects.get(name="outbox").at <= clock.now()
    assert (querysets.since_beat("outbox") or timedelta(9)) < timedelta(minutes=1)
    assert querysets.since_beat("nobody") is None

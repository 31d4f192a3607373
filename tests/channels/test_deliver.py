"""From a mail to the mail server's word that it has it: at least once, always as the same message."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as django_mail

from channels import querysets, services
from channels.mail import outbox
from channels.models import Mail, Notice
from foundation import clock
from foundation.errors import NotAllowed
from journal.models import Event, Text
from teams.models import Person
from tests.cast import Cast
from tests.channels.post import (
    MailServer,
    Post,
    due_now,
    letter,
    mail_of,
    plain,
    subjects,
)


def a_mail(post: Post, cast: Cast, *names: str, **more: Any) -> Mail:
    for name in names or ("A parcel",):
        post.tell(cast.rhea, letter(cast.lena, name, **more))
    services.fan_out()
    return Mail.objects.filter(person=cast.lena).latest("pk")


def test_a_mail_says_what_where_and_how_to_hear_less(
    cast: Cast, post: Post, server: MailServer, settings: Any
) -> None:
    a_mail(post, cast, "Ines asks: Totals", url="/problem-reports/PR-7/", thread="PR-7")
    assert services.deliver() == 1
    (got,) = server.received
    told = got.message
    assert (got.recipient, told["To"], told["Subject"]) == (
        "lena@example.org",
        "lena@example.org",
        "Ines asks: Totals",
    )
    key = mail_of(cast.lena).key
    assert told["Message-ID"] == f"<{key}@{settings.MAIL_DOMAIN}>"
    assert told["Auto-Submitted"] == "auto-generated"
    assert told["List-Unsubscribe"] == f"<{settings.SITE_URL}/notices/settings/>"
    assert told["References"] == told["In-Reply-To"] == f"<thread-PR-7@{settings.MAIL_DOMAIN}>"
    words = plain(told)
    assert "It stands at the door." in words
    assert f"{settings.SITE_URL}/problem-reports/PR-7/" in words
    assert "<img" not in str(told)
    mail = mail_of(cast.lena)
    assert (mail.state, mail.attempts, mail.last_error) == ("sent", 1, "")
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}


def test_what_was_written_is_quoted_as_long_as_nobody_has_taken_it_away(
    cast: Cast, post: Post, server: MailServer
) -> None:
    for _ in range(2):
        post.tell(cast.ines, letter(cast.lena, quotes=True), text="Which invoice?\nAnd <when>?")
    post.tell(cast.ines, letter(cast.lena), text="For the team.")
    services.fan_out()
    Text.objects.filter(pk=Event.objects.earliest("pk").text_id).update(
        body="", redacted_at=clock.now(), redacted_by=cast.rhea, redaction_reason="A name"
    )
    services.deliver()
    words = [plain(got.message) for got in server.received]
    assert ["> Which invoice?\n> And <when>?" in said for said in words] == [False, True, False]
    assert not any("For the team" in said for said in words)
    html = server.received[1].message.get_payload(1).get_payload(decode=True).decode()
    assert "And &lt;when&gt;?" in html


def test_a_subject_cannot_begin_a_header_of_its_own(
    cast: Cast, post: Post, server: MailServer
) -> None:
    a_mail(post, cast, "Totals\r\nBcc: paul@example.org\x0b\u2028X-Evil: yes")
    services.deliver()
    (got,) = server.received
    assert got.message["Bcc"] is None
    assert got.message["X-Evil"] is None
    assert mail_of(cast.lena).state == "sent"


def test_a_digest_lists_everything_and_how_late_each_is(
    cast: Cast, post: Post, server: MailServer
) -> None:
    a_mail(post, cast, "One", "Two", late_by=timedelta(hours=2, minutes=5))
    due_now()
    services.deliver()
    (got,) = server.received
    assert got.message["Subject"] == "2 notices, late"
    assert "One (2 h 05 late)" in plain(got.message)
    assert "Two (2 h 05 late)" in plain(got.message)


def test_one_connection_serves_a_round(cast: Cast, post: Post, server: MailServer) -> None:
    a_mail(post, cast, "One", "Two", "Three")
    assert services.deliver() == 3
    assert server.lines == 1


def test_a_mailbox_that_is_full_now_is_tried_again_as_the_same_message(
    cast: Cast, post: Post, server: MailServer
) -> None:
    a_mail(post, cast)
    server.answers = ["452 mailbox full"]
    assert services.deliver() == 0
    mail = mail_of(cast.lena)
    assert (mail.state, mail.attempts, mail.last_error) == ("pending", 1, "452 mailbox full")
    assert mail.next_at <= clock.now() + timedelta(seconds=30)
    assert services.deliver(at=clock.now() + timedelta(minutes=1)) == 1
    assert mail_of(cast.lena).state == "sent"


@pytest.mark.parametrize("where", ["answers", "after_data"])
def test_a_refusal_for_good_is_dead_at_once_and_says_why(
    cast: Cast, post: Post, server: MailServer, where: str
) -> None:
    a_mail(post, cast)
    getattr(server, where).append("550 no such mailbox")
    assert services.deliver() == 0
    mail = mail_of(cast.lena)
    assert (mail.state, mail.last_error, mail.attempts) == ("dead", "550 no such mailbox", 1)
    assert querysets.dead_letters() == 1
    assert Notice.objects.get(channel="email").state == "pending"


def test_a_server_that_drops_the_line_after_the_data_gets_the_same_message_again(
    cast: Cast, post: Post, server: MailServer
) -> None:
    a_mail(post, cast, "One")
    server.after_data = ["drop"]
    assert services.deliver() == 0
    assert services.deliver(at=clock.now() + timedelta(minutes=1)) == 1
    first, second = (got.message for got in server.received)
    assert first["Message-ID"] == second["Message-ID"]
    assert plain(first) == plain(second)
    assert mail_of(cast.lena).attempts == 2


def test_a_slow_server_is_waited_for_by_the_timeout_and_no_longer(
    cast: Cast, post: Post, server: MailServer
) -> None:
    a_mail(post, cast)
    server.slow_seconds = 1.5
    began = time.monotonic()
    assert services.deliver() == 0
    assert time.monotonic() - began < 4
    mail = mail_of(cast.lena)
    assert mail.state == "pending"
    assert "Timeout" in mail.last_error or "timed out" in mail.last_error


def test_when_no_server_answers_one_attempt_is_spent_and_the_others_wait(
    cast: Cast, post: Post, settings: Any
) -> None:
    a_mail(post, cast, "One", "Two", "Three")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert services.deliver() == 0
    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    assert "No mail server" in Mail.objects.get(attempts=1).last_error


def test_after_its_last_attempt_a_mail_is_dead_with_the_last_error(
    cast: Cast, post: Post, server: MailServer
) -> None:
    mail = a_mail(post, cast)
    Mail.objects.filter(pk=mail.pk).update(attempts=outbox.MOST_ATTEMPTS - 1)
    server.answers = ["451 try later"]
    services.deliver()
    mail = mail_of(cast.lena)
    assert (mail.state, mail.last_error) == ("dead", "451 try later")


def test_a_mail_whose_workers_all_died_is_dead_and_says_so(
    cast: Cast, post: Post, server: MailServer
) -> None:
    mail = a_mail(post, cast)
    Mail.objects.filter(pk=mail.pk).update(attempts=outbox.MOST_ATTEMPTS)
    assert services.deliver() == 0
    assert mail_of(cast.lena).state == "dead"
    assert "killed or stuck" in mail_of(cast.lena).last_error


def test_whoever_has_left_meanwhile_is_not_written_to(
    cast: Cast, post: Post, server: MailServer
) -> None:
    a_mail(post, cast)
    Person.objects.filter(pk=cast.lena.pk).update(is_active=False)
    services.deliver()
    assert (server.received, mail_of(cast.lena).last_error) == ([], "The person has left.")


def test_a_mail_before_its_moment_stays(cast: Cast, post: Post) -> None:
    mail = a_mail(post, cast)
    later = clock.now() + timedelta(hours=1)
    Mail.objects.filter(pk=mail.pk).update(next_at=later)
    assert services.deliver() == 0
    assert services.deliver(at=later) == 1
    assert len(django_mail.outbox) == 1


def test_one_mail_that_cannot_be_written_does_not_stop_the_others(
    cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = a_mail(post, cast, "One", "Two")
    written = services.writing.message_of

    def sometimes(mail_id: int) -> Any:
        if mail_id == broken.pk:
            raise ValueError("no such template")
        return written(mail_id)

    monkeypatch.setattr(services.writing, "message_of", sometimes)
    assert services.deliver() == 1
    broken.refresh_from_db()
    assert (broken.state, broken.last_error) == ("pending", "ValueError: no such template")


# --- The fencing token -----------------------------------------------------------------------------


def test_whoever_slept_past_the_lease_closes_nothing(cast: Cast, post: Post) -> None:
    mail = a_mail(post, cast)
    sleeper = outbox.claim()
    assert sleeper is not None
    assert outbox.claim() is None, "it is leased"
    later = clock.now() + settings.MAIL_LEASE
    successor = outbox.claim(later)
    assert successor is not None
    assert (sleeper.attempt, successor.attempt) == (1, 2)
    assert not outbox.close(sleeper)
    assert not outbox.put_off(sleeper, "late", timedelta(0))
    assert not outbox.give_up(sleeper, "late")
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == ("pending", "")
    assert Notice.objects.get(channel="email").state == "pending"
    assert outbox.close(successor)
    assert not outbox.close(successor), "once"


def test_a_sleeper_cannot_close_what_was_replayed_meanwhile(cast: Cast, post: Post) -> None:
    mail = a_mail(post, cast)
    sleeper = outbox.claim()
    second = outbox.claim(clock.now() + settings.MAIL_LEASE)
    assert sleeper is not None
    assert second is not None
    outbox.give_up(second, "550 no such mailbox")
    services.replay(mail.pk, by=cast.adam, at=clock.now())
    assert not outbox.close(sleeper)
    assert mail_of(cast.lena).state == "pending"


# --- Replay ----------------------------------------------------------------------------------------


def test_a_dead_mail_is_replayed_as_the_same_message_and_history_says_who_did_it(
    cast: Cast, post: Post, server: MailServer
) -> None:
    mail = a_mail(post, cast)
    server.answers = ["550 no such mailbox"]
    services.deliver()
    services.replay(mail.pk, by=cast.adam, at=clock.now())
    event = Event.objects.get(name="mail.replayed")
    assert (event.subject, event.by, event.data) == (mail.pk, cast.adam, {"attempts": 1})
    assert services.deliver() == 1
    assert server.received[0].message["Message-ID"].startswith(f"<{mail.key}@")
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("sent", 2)


def test_replaying_what_waits_or_was_sent_changes_nothing(cast: Cast, post: Post) -> None:
    mail = a_mail(post, cast)
    services.replay(mail.pk, by=cast.adam, at=clock.now())
    services.deliver()
    services.replay(mail.pk, by=cast.adam, at=clock.now())
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("sent", 1)
    assert not Event.objects.filter(name="mail.replayed").exists()


def test_only_an_admin_replays(cast: Cast, post: Post) -> None:
    mail = a_mail(post, cast)
    with pytest.raises(NotAllowed, match="Only an admin"):
        services.replay(mail.pk, by=cast.rhea, at=clock.now())


# --- Figures ---------------------------------------------------------------------------------------


def test_the_age_of_the_oldest_unsent_mail_does_not_begin_anew_with_a_retry(
    cast: Cast, post: Post
) -> None:
    assert querysets.oldest_unsent_age() is None
    mail = a_mail(post, cast)
    hour_ago = clock.now() - timedelta(hours=1)
    Mail.objects.filter(pk=mail.pk).update(due_at=hour_ago)
    claimed = outbox.claim()
    assert claimed is not None
    outbox.put_off(claimed, "421 later", timedelta(minutes=5))
    age = querysets.oldest_unsent_age()
    assert age is not None
    assert age >= timedelta(hours=1)
    assert subjects(mail) == ["A parcel"]

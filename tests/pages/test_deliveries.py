"""*Deliveries*: what waits, what is tried again, what is dead and why, what was sent; and *replay*."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from channels import services
from channels.models import Mail
from foundation import clock
from journal.models import Event, Pending
from tests import budgets
from tests.cast import Cast
from tests.channels.conftest import post, server
from tests.channels.post import MailServer, Post, letter
from tests.pages.conftest import SignIn

__all__ = ["post", "server"]
PATH = "/deliveries/"


@pytest.fixture
def adam(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.adam)


def tell(post: Post, cast: Cast, *names: str) -> None:
    for name in names or ("A secret parcel",):
        post.tell(cast.rhea, letter(cast.lena, name))
    services.fan_out()


def test_it_shows_each_mail_where_it_stands(
    cast: Cast, post: Post, server: MailServer, adam: Client
) -> None:
    tell(post, cast, "Sent")
    services.deliver()
    tell(post, cast, "Dead")
    server.answers = ["550 no such mailbox"]
    services.deliver()
    tell(post, cast, "Failing")
    server.answers = ["452 mailbox full"]
    services.deliver()
    tell(post, cast, "Waiting")
    shown = {
        tab: adam.get(f"{PATH}?show={tab}").text for tab in ("waiting", "failing", "dead", "sent")
    }
    for tab, page in shown.items():
        assert page.count('<li class="delivery">') == 1, tab
        assert "lena@example.org" in page
    assert "452 mailbox full" in shown["failing"]
    assert "again" in shown["failing"]
    assert "550 no such mailbox" in shown["dead"]
    assert "Replay" in shown["dead"]
    assert "Replay" not in shown["sent"] + shown["waiting"] + shown["failing"]
    assert shown["sent"].count('<span class="count">1</span>') == 1


def test_it_never_shows_what_a_mail_says(cast: Cast, post: Post, adam: Client) -> None:
    tell(post, cast)
    page = adam.get(PATH).text
    assert "lena@example.org" in page
    assert "secret" not in page


def test_it_opens_at_what_is_dead_when_something_is(
    cast: Cast, post: Post, server: MailServer, adam: Client
) -> None:
    assert "No mail waits" in adam.get(PATH).text
    tell(post, cast)
    server.answers = ["550 no such mailbox"]
    services.deliver()
    assert "550 no such mailbox" in adam.get(PATH).text


def test_a_replay_sends_it_again_and_a_second_press_changes_nothing(
    cast: Cast, post: Post, server: MailServer, adam: Client
) -> None:
    tell(post, cast)
    server.answers = ["550 no such mailbox"]
    services.deliver()
    address = f"{PATH}{Mail.objects.get().pk}/replay/"
    for _ in range(2):
        assert "once more" in adam.post(address, follow=True).text
    assert Event.objects.filter(name="mail.replayed").count() == 1
    assert services.deliver() == 1
    assert adam.post(address).status_code == 302
    assert Mail.objects.get().state == "sent"


def test_replaying_what_is_not_there_is_a_404(adam: Client) -> None:
    assert adam.post(f"{PATH}99999/replay/").status_code == 404


def test_who_is_no_admin_is_told_why(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.rhea).get(PATH)
    assert answer.status_code == 403
    assert "Only an admin" in answer.text


def test_only_admins_have_it_in_their_menu(cast: Cast, adam: Client, sign_in: SignIn) -> None:
    assert f'href="{PATH}"' in adam.get("/notices/").text
    assert f'href="{PATH}"' not in sign_in(cast.rhea).get("/notices/").text


def test_it_says_what_holds_deliveries_up(cast: Cast, post: Post, adam: Client) -> None:
    assert "The outbox has never run." in adam.get(PATH).text
    tell(post, cast)
    page = adam.get(PATH).text
    assert "flash--warning" not in page
    Mail.objects.update(due_at=clock.now() - timedelta(hours=3))
    assert "A mail ought to have left 3 h ago." in adam.get(PATH).text
    assert not Pending.objects.exists()


def test_without_a_mail_server_it_says_what_to_set(adam: Client, settings: Any) -> None:
    settings.NOTICES_BY_EMAIL = False
    assert "EMAIL_URL" in adam.get(PATH).text


def test_pages_follow_each_other_by_key(
    cast: Cast, post: Post, adam: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from channels.views import deliveries

    monkeypatch.setattr(deliveries, "PAGE_SIZE", 2)
    tell(post, cast, "One", "Two", "Three")
    first, second, third = Mail.objects.order_by("-pk")
    page = adam.get(PATH).text
    assert (first.key in page, second.key in page, third.key in page) == (True, True, False)
    further = f"?show=waiting&amp;after={second.pk}"
    assert further in page
    page = adam.get(f"{PATH}?show=waiting&after={second.pk}").text
    assert (second.key in page, third.key in page) == (False, True)


@pytest.mark.parametrize(
    "odd", ["?show=x", "?after=-1", "?after=%00", "?after=99999999999999999999"]
)
def test_odd_addresses_are_no_error(adam: Client, odd: str) -> None:
    assert adam.get(PATH + odd).status_code == 200


def test_it_takes_as_many_queries_for_40_mails_as_for_20(
    cast: Cast, post: Post, adam: Client
) -> None:
    budgets.holds("page deliveries", lambda: adam.get(PATH), grow=lambda: tell(post, cast))

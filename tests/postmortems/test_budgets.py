"""The pages of post-mortems take as many queries for 40 rows as for 20."""

from datetime import timedelta

from django.test import Client

from foundation import clock
from postmortems import services
from tests import budgets
from tests.cast import Cast
from tests.postmortems.acts import complete, now, proposed, with_factor


def test_one_page_with_its_timeline_and_factors(cast: Cast, client: Client) -> None:
    thing = complete(cast)
    client.force_login(cast.ines)

    def grow() -> None:
        when = clock.now() - timedelta(minutes=9)
        services.add_moment(thing.pk, when=when, what="It broke.", **now(by=cast.ines))
        with_factor(cast, thing, "Something else.")

    address = f"/post-mortems/{thing.reference}/"
    budgets.holds("GET /post-mortems/PM-1/", lambda: client.get(address), grow=grow)


def test_the_list(cast: Cast, client: Client) -> None:
    client.force_login(cast.ines)
    budgets.holds(
        "GET /post-mortems/", lambda: client.get("/post-mortems/"), grow=lambda: proposed(cast)
    )

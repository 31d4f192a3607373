"""Similar before: earlier post-mortems of the same area or with the same categories, as a reader sees them (PM-9)."""

from typing import Any

from django.test import Client

from foundation import clock
from oncall.querysets import standing
from postmortems import services
from postmortems.models import PostMortem
from postmortems.querysets.memory import similar_before
from tests.cast import Cast
from tests.factories import a_bug, a_report
from tests.postmortems.acts import (
    action_in,
    complete,
    now,
    opened,
    proposed,
    proposed_review,
    with_factor,
)


def alike(cast: Cast, thing: PostMortem, who: Any = None) -> list[int]:
    found = similar_before(thing, standing(who or cast.ines, clock.now()))
    return [one.thing.pk for one in found]


def test_the_same_area_and_categories_come_back_most_alike_first(cast: Cast) -> None:
    elsewhere = opened(cast, a_bug(cast, product_area="payments"))
    with_factor(cast, elsewhere, "No test of it.", category="testing")
    both = complete(cast)  # code and testing, in Invoicing
    unlike = opened(cast, a_bug(cast, product_area="payments"))
    with_factor(cast, unlike, "Nobody had time.", category="capacity")
    mine = opened(cast, a_bug(cast))
    with_factor(cast, mine, "No test of it either.", category="testing")
    assert alike(cast, mine) == [both.pk, elsewhere.pk]
    assert alike(cast, elsewhere) == []  # only what was before


def test_an_aggregate_review_remembers_and_is_remembered(cast: Cast) -> None:
    a_report(cast, "closed")
    review = services.open(proposed_review(cast).pk, **now(by=cast.ines))
    later = opened(cast)
    assert alike(cast, later) == [review.pk]


def test_of_what_was_only_asked_for_or_waived_nothing_is_learnt(cast: Cast) -> None:
    proposed(cast)
    services.waive(proposed(cast).pk, reason="Known", **now(by=cast.rhea))
    assert alike(cast, opened(cast)) == []


def test_a_reader_is_shown_what_it_has_in_common_and_nothing_that_is_not_theirs(
    cast: Cast, client: Client
) -> None:
    first, mine = complete(cast), complete(cast)
    client.force_login(cast.ines)
    page = client.get(f"/post-mortems/{mine.reference}/").content.decode()
    assert "Similar before" in page
    assert f"/post-mortems/{first.reference}/" in page
    assert "Also: area Invoicing, Code, Testing" in page
    assert "None of 1 action done" in page
    action_in(cast, "verified", first)
    page = client.get(f"/post-mortems/{mine.reference}/").content.decode()
    assert "1 of 1 action done, 1 verified" in page
    assert alike(cast, mine, cast.sami) == []

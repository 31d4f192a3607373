"""A second person reads the factors and says their categories, without being shown the first ones (PM-9)."""

import pytest
from django.test import Client

from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed
from oncall.querysets import standing
from postmortems import services
from postmortems.models import PostMortem, SecondCoding
from postmortems.querysets.categories import agreed, to_be_read_again, used
from postmortems.rules.agreement import LEAST
from postmortems.views.categories import sentence
from tests.cast import Cast
from tests.postmortems.acts import categorised, complete, in_review, now, published

ADDRESS = "/post-mortems/categories/"


def said(thing: PostMortem, category: str = "testing") -> dict[int, str]:
    return dict.fromkeys(thing.factors.values_list("pk", flat=True), category)


def test_both_categories_of_every_factor_are_compared(cast: Cast) -> None:
    categorised(cast)  # code and testing; read again as testing and testing
    who = standing(cast.ines, clock.now())
    told = agreed(who, cast.billing.pk)
    assert (told.n, told.equal, told.kappa) == (2, 1, None)
    assert told.confused == ((("code", "testing"), 1),)
    assert "too few" in sentence(told)
    assert [
        (one.category, one.factors, one.post_mortems) for one in used(who, cast.billing.pk)
    ] == [
        ("Code", 1, 1),
        ("Testing", 1, 1),
    ]


def test_from_twenty_factors_on_kappa_is_said(cast: Cast) -> None:
    for _ in range(LEAST // 2):
        categorised(cast)
    told = agreed(standing(cast.ines, clock.now()), cast.billing.pk)
    assert (told.n, told.equal, told.kappa) == (LEAST, LEAST // 2, 0.0)
    assert "Cohen’s kappa is 0.00: no better than chance." in sentence(told)


def test_author_and_reviewer_know_the_categories_and_nobody_reads_it_a_third_time(
    cast: Cast,
) -> None:
    thing = published(cast)
    for knows in (cast.ines, cast.otto):
        with pytest.raises(NotAllowed, match="neither wrote nor reviewed"):
            services.categorise(thing.pk, categories=said(thing), **now(by=knows))
    services.categorise(thing.pk, categories=said(thing), **now(by=cast.rhea))
    with pytest.raises(Conflict):
        services.categorise(thing.pk, categories=said(thing), **now(by=cast.pia))


def test_every_factor_and_nothing_else_and_only_once_it_is_published(cast: Cast) -> None:
    thing, other = published(cast), complete(cast)
    some = dict(list(said(thing).items())[:1])
    for wrong in ({}, some, said(thing) | said(other), said(thing, "luck")):
        with pytest.raises(Invalid):
            services.categorise(thing.pk, categories=wrong, **now(by=cast.rhea))
    with pytest.raises(Conflict):
        services.categorise(other.pk, categories=said(other), **now(by=cast.rhea))
    assert not SecondCoding.objects.exists()


def test_it_waits_for_who_does_not_know_it_yet(cast: Cast) -> None:
    thing = published(cast)
    in_review(cast)
    for person, waiting in ((cast.rhea, [thing]), (cast.ines, []), (cast.otto, [])):
        assert to_be_read_again(standing(person, clock.now()), cast.billing.pk) == waiting


def test_the_form_shows_statements_and_no_category_that_was_chosen(
    cast: Cast, client: Client
) -> None:
    thing = published(cast)
    client.force_login(cast.rhea)
    assert f"/post-mortems/{thing.reference}/categorise/" in client.get(ADDRESS).content.decode()
    page = client.get(f"/post-mortems/{thing.reference}/categorise/").content.decode()
    assert "Rounding happens per line." in page
    assert " selected>Code" not in page
    assert " selected>Testing" not in page
    keys = list(said(thing))
    sent = client.post(
        f"/post-mortems/{thing.reference}/categorise/", {f"factor_{keys[0]}": "code"}
    )
    assert sent.status_code == 400
    assert " selected>Code" in sent.content.decode()  # what was typed stays
    whole = {f"factor_{key}": "code" for key in keys}
    assert client.post(f"/post-mortems/{thing.reference}/categorise/", whole).status_code == 302
    assert (
        "2 factors were read twice, 1 with the same category (50%)"
        in client.get(ADDRESS).content.decode()
    )

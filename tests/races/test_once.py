"""One request, one effect: the key of a request lives in the transaction of its act (CH-5)."""

import pytest

from channels.idempotency import Answer, once
from channels.models import IdempotencyKey
from foundation.errors import RuleBroken
from problem_reports.models import ProblemReport
from teams.models import Person
from tests.cast import Cast
from tests.factories import a_report


def file(
    cast: Cast, key: str = "k", body: bytes = b"{}", person: Person | None = None, path: str = "/"
) -> Answer:
    return once(
        person=person or cast.lena,
        method="POST",
        path=path,
        key=key,
        body=body,
        act=lambda: Answer(201, {"reference": a_report(cast).reference}),
    )


def test_the_same_request_gets_the_same_answer(cast: Cast) -> None:
    first, second = file(cast), file(cast)
    assert ProblemReport.objects.count() == 1
    assert (second.status, second.body) == (first.status, first.body)
    assert (first.replayed, second.replayed) == (False, True)


def test_the_key_with_another_body_is_refused_and_nothing_is_done(cast: Cast) -> None:
    file(cast)
    with pytest.raises(RuleBroken, match="another request"):
        file(cast, body=b'{"title": "Another"}')
    assert ProblemReport.objects.count() == 1


def test_the_key_is_the_persons_and_the_addresss_own(cast: Cast) -> None:
    file(cast)
    file(cast, person=cast.leo)
    file(cast, path="/elsewhere/")
    file(cast, key="other")
    assert ProblemReport.objects.count() == 4


def test_an_act_that_fails_leaves_its_key_free(cast: Cast) -> None:
    def fail() -> Answer:
        a_report(cast)
        raise RuleBroken("Not this time.")

    with pytest.raises(RuleBroken, match="Not this time"):
        once(person=cast.lena, method="POST", path="/", key="k", body=b"{}", act=fail)
    assert not IdempotencyKey.objects.exists()
    assert not ProblemReport.objects.exists()
    assert not file(cast).replayed

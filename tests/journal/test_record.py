"""A fact is recorded in the transaction of its act, about now, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import psycopg2
import pytest
from django.db import IntegrityError, transaction

from foundation import clock
from journal import registry
from journal.facts import Fact
from journal.models import Event, Pending, Text
from journal.services import record
from tests.cast import Cast


@dataclass(frozen=True)
class KettleBoiled(Fact):
    name = "kettle.boiled"
    words = "boiled {litres} litres"
    public = ("litres",)
    litres: Decimal
    note: str = ""


def boil(cast: Cast, at: datetime, source: str = "web", text: str | Text = "") -> Event:
    return record(
        KettleBoiled(Decimal("1.5")), subject=1, by=cast.ines, at=at, source=source, text=text
    )


def test_it_keeps_who_what_when_and_by_which_door(cast: Cast) -> None:
    at = clock.now()
    event = Event.objects.get(pk=boil(cast, at, "api", "Mind the steam.").pk)
    assert (event.name, event.kind, event.subject) == ("kettle.boiled", "kettle", 1)
    assert (event.by, event.at, event.source) == (cast.ines, at, "api")
    assert event.text is not None
    assert event.text.body == "Mind the steam."
    assert event.data == {"litres": "1.5"}
    assert at <= event.recorded_at <= clock.now()


def test_its_notices_are_pending_until_they_are_told(cast: Cast) -> None:
    assert Pending.objects.filter(event=boil(cast, clock.now())).exists()


def constraint_of(error: IntegrityError) -> str | None:
    assert isinstance(error.__cause__, psycopg2.Error)
    return error.__cause__.diag.constraint_name


@pytest.mark.parametrize("source", ["web", "import", "demo"])
def test_nobody_tells_of_the_future(cast: Cast, source: str) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        boil(cast, clock.now() + timedelta(seconds=1), source)
    assert constraint_of(refused.value) == "event_not_ahead_of_now"


@pytest.mark.parametrize("source", ["web", "api", "email", "slack", "system"])
def test_a_door_does_not_tell_of_the_past(cast: Cast, source: str) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        boil(cast, clock.now() - timedelta(seconds=61), source)
    assert constraint_of(refused.value) == "event_past_only_by_import_or_demo"


def test_a_door_that_was_held_up_for_half_a_minute_still_may(cast: Cast) -> None:
    assert boil(cast, clock.now() - timedelta(seconds=30)).pk


@pytest.mark.parametrize("source", ["import", "demo"])
def test_an_import_tells_of_the_past_and_tells_nobody(cast: Cast, source: str) -> None:
    event = boil(cast, clock.now() - timedelta(days=900), source)
    assert not Pending.objects.filter(event=event).exists()


def test_a_text_that_is_kept_elsewhere_too_is_not_copied(cast: Cast) -> None:
    text = Text.objects.create(body="Mind the steam.")
    assert boil(cast, clock.now(), text=text).text_id == text.pk
    assert Text.objects.count() == 1


def test_a_fact_without_words_has_no_text(cast: Cast) -> None:
    assert boil(cast, clock.now()).text is None
    assert not Text.objects.exists()


def test_a_reaction_that_fails_takes_the_act_with_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no(fact: Fact, **_: object) -> None:
        raise ValueError("the floor above refuses")

    monkeypatch.setitem(registry._reactions, KettleBoiled, [no])
    with pytest.raises(ValueError, match="floor above"), transaction.atomic():
        boil(cast, clock.now())
    assert not Event.objects.exists()
    assert not Pending.objects.exists()


def test_a_reaction_hears_who_did_what_when(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []
    monkeypatch.setitem(
        registry._reactions, KettleBoiled, [lambda fact, **more: heard.append((fact, more))]
    )
    at = clock.now()
    boil(cast, at)
    told = {"subject": 1, "by": cast.ines, "at": at, "source": "web"}
    assert heard == [(KettleBoiled(Decimal("1.5")), told)]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_refuses(cast: Cast) -> None:
    with pytest.raises(RuntimeError, match="transaction of its act"):
        boil(cast, clock.now())
    assert not Event.objects.exists()

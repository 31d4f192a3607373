"""Several people write at once, and no word is lost (PM-2)."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from threading import Barrier as Gate

import pytest
from django.db import connection
from django.test import Client

from foundation import clock
from foundation.errors import Stale
from postmortems import services
from postmortems.models import Factor, PostMortem
from postmortems.querysets import STORY, Whole
from postmortems.rules.comparing import stamp
from tests.cast import Cast
from tests.postmortems.acts import complete, now, opened

LINES = "The export rounded every line.\r\nTotals differed."


def hidden_fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def form_of(client: Client, thing: PostMortem) -> dict[str, str]:
    """The story's form as the page shows it, with nothing touched."""
    form = client.get(f"/post-mortems/{thing.reference}/").context["write"].asks
    return {name: form[name].value() or "" for name in form.fields if not name.endswith("_at")}


@pytest.fixture
def otto(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.otto)
    return client


@pytest.fixture
def ines(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ines)
    return client


def test_who_writes_another_text_is_in_nobodys_way(cast: Cast, ines: Client, otto: Client) -> None:
    thing = opened(cast)
    hers, his = form_of(ines, thing), form_of(otto, thing)
    address = f"/post-mortems/{thing.reference}/write/"
    assert ines.post(address, {**hers, "summary": "Totals differed."}).status_code == 302
    assert otto.post(address, {**his, "was_hard": "Finding the log."}).status_code == 302
    thing.refresh_from_db()
    assert (thing.summary, thing.was_hard) == ("Totals differed.", "Finding the log.")


def test_who_wrote_on_the_same_text_sees_both_and_loses_nothing(
    cast: Cast, ines: Client, otto: Client
) -> None:
    thing = opened(cast)
    hers, his = form_of(ines, thing), form_of(otto, thing)
    address = f"/post-mortems/{thing.reference}/write/"
    ines.post(address, {**hers, "summary": LINES, "got_lucky": "It was noon."})
    mine = {
        **his,
        "summary": "Every line was rounded.\r\nTotals differed.",
        "surprised": "So late.",
    }
    page = otto.post(address, mine)
    shown = page.content.decode()
    assert page.status_code == 412
    assert "Two people wrote on the same text" in shown
    thing.refresh_from_db()
    assert thing.summary == LINES.replace("\r\n", "\n")  # hers stands
    clash = page.context["clashes"][0]
    assert clash.field.value().split("\n") == [
        "The export rounded every line.", "Every line was rounded.", "Totals differed.",
    ]  # fmt: skip
    again = hidden_fields(shown) | {"summary": clash.field.value()}
    assert otto.post(address, again).status_code == 302
    thing.refresh_from_db()
    assert "Every line was rounded." in thing.summary
    assert "The export rounded every line." in thing.summary
    assert (thing.got_lucky, thing.surprised) == ("It was noon.", "So late.")


def test_a_part_that_two_edit_is_shown_twice(cast: Cast, ines: Client, otto: Client) -> None:
    thing = complete(cast)
    factor = Whole(thing).factors[0]
    seen = {
        f"seen_{name}": stamp(getattr(factor, name)) for name in ("statement", "kind", "evidence")
    }
    sent = {
        "part": "factor", "key": str(factor.pk), "statement": factor.statement, "kind": factor.kind,
        "category": factor.category, "control": factor.control, "evidence": "", **seen,
    }  # fmt: skip
    address = f"/post-mortems/{thing.reference}/edit/"
    assert ines.post(address, {**sent, "statement": "Lines are rounded."}).status_code == 302
    assert otto.post(address, {**sent, "evidence": "In the log."}).status_code == 302
    page = otto.post(address, {**sent, "statement": "Each line is rounded."})
    assert page.status_code == 412
    shown = page.content.decode()
    assert "Lines are rounded." in shown
    assert "Each line is rounded." in shown
    factor.refresh_from_db()
    assert (factor.statement, factor.evidence) == ("Lines are rounded.", "In the log.")


def test_what_was_typed_outlives_the_part_and_the_state(
    cast: Cast, ines: Client, otto: Client
) -> None:
    thing = complete(cast)
    moment = Whole(thing).moments[0]
    sent = {"part": "moment", "key": str(moment.pk), "when": "2026-01-05T09:12", "known": "then"}
    services.remove(thing.pk, part="moment", key=moment.pk, **now(by=cast.ines))
    page = otto.post(
        f"/post-mortems/{thing.reference}/edit/", {**sent, "what": "Half an hour of words."}
    )
    assert page.status_code == 404
    assert "Half an hour of words." in page.content.decode()
    services.submit(thing.pk, **now(by=cast.ines))
    page = otto.post(f"/post-mortems/{thing.reference}/write/", {"summary": "More than an hour."})
    assert page.status_code == 409
    shown = page.content.decode()
    assert "More than an hour." in shown
    assert "Copy what you need" in shown


def test_a_moment_keeps_its_seconds_when_only_its_words_change(cast: Cast, ines: Client) -> None:
    thing = opened(cast)
    when = (clock.now() - timedelta(hours=3)).replace(second=17)
    services.add_moment(thing.pk, when=when, what="It broke.", **now(by=cast.ines))
    moment = next(m for m in Whole(thing).moments if m.what == "It broke.")
    page = ines.get(f"/post-mortems/{thing.reference}/")
    form = next(row for row in page.context["moments"] if row.key == moment.pk).verbs[0].asks
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {"when": form["when"].value().astimezone(clock.now().tzinfo).isoformat()}
    sent |= {"part": "moment", "key": str(moment.pk), "what": "The export broke."}
    assert ines.post(f"/post-mortems/{thing.reference}/edit/", sent).status_code == 302
    moment.refresh_from_db()
    assert (moment.what, moment.at) == ("The export broke.", when)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_write_at_the_same_moment_each_word_is_kept_or_refused(cast: Cast) -> None:
    thing = opened(cast)
    fields = list(STORY)
    gate = Gate(2 * len(fields))

    def write(field: str, text: str) -> str:
        gate.wait()
        try:
            services.write(
                thing.pk, changes={field: text}, seen={field: stamp("")}, **now(by=cast.ines)
            )
        except Stale:
            return ""
        finally:
            connection.close()
        return text

    with ThreadPoolExecutor(2 * len(fields)) as pool:
        told = [
            (field, pool.submit(write, field, f"{field} {n}")) for field in fields for n in (1, 2)
        ]
        kept = [(field, one.result()) for field, one in told]
    stands = PostMortem.objects.get(pk=thing.pk)
    for field in fields:
        (text,) = [text for name, text in kept if name == field and text]
        assert getattr(stands, field) == text


@pytest.mark.django_db(transaction=True)
def test_two_who_add_at_the_same_moment_both_add(cast: Cast) -> None:
    thing = opened(cast)
    gate = Gate(4)

    def add(n: int) -> None:
        gate.wait()
        given = {"kind": "condition", "category": "code", "control": "team"}
        services.add_factor(thing.pk, statement=f"Factor {n}", **given, **now(by=cast.ines))
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(4)))
    assert Factor.objects.filter(post_mortem=thing).count() == 4

"""What others read: names hidden, Markdown that reads back, versions compared (PM-8)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from channels import services as channels
from channels.models import Notice
from foundation import clock
from journal.models import Event
from postmortems import services
from postmortems.models import PostMortem, Subscriber
from postmortems.querysets import STORY, Whole
from postmortems.querysets.naming import hider_for
from postmortems.rules import markdown
from postmortems.rules.comparing import Change, Verdict, both, changes, shortened, stamp, verdict
from postmortems.rules.hiding import CUSTOMER, Hider, Name, of_person
from postmortems.services.reviewing import frozen
from postmortems.views.published import record
from problem_reports import services as reports
from problem_reports.models import Customer
from teams.lifecycle import Readers
from tests.cast import Cast
from tests.factories import a_bug
from tests.postmortems.acts import complete, now, published, with_factor

# Hiding names

ZEB = of_person("Zebulon", "Quackenbush", "zebq", near=True)
WILL = of_person("Will", "Grace", "will", near=False)
HIDER = Hider([*ZEB, *WILL, Name("Acme Corp", CUSTOMER, near=True), Name("李雷", "somebody")])


@pytest.mark.parametrize(
    ("said", "reads"),
    [
        ("Zebulon restarted it.", "Somebody restarted it."),
        ("then QUACKENBUSH's flag", "then somebody's flag"),
        ("ask zebq, or @zebq", "ask somebody, or somebody"),
        ("zebulon\nquackenbush saw", "Somebody saw"),
        ("Quackenbush, Zebulon", "Somebody"),
        ("_zebulon_quackenbush_", "_Somebody_"),
        ("z.q@acme.example mailed", "an address mailed"),
        ("It is Will. We will see.", "It is somebody. We will see."),
        ("as @will said", "as somebody said"),
        ("ACME\n corp lost totals", "A customer lost totals"),
        ("https://git.example.org/zebq/pull/9", "https://git.example.org/somebody/pull/9"),
        ("Ze\u0301bulon, not Zebulonia", "Zébulon, not Zebulonia"),
        ("李雷重启了它", "somebody重启了它"),
        ("@Override stays, and BUG-7", "@Override stays, and BUG-7"),
    ],
)
def test_a_name_is_hidden_however_it_is_written(said: str, reads: str) -> None:
    assert HIDER.hide(said) == reads


NAMES = some.text(some.characters(categories=["Lu", "Ll"]), min_size=3, max_size=8)


@given(NAMES, NAMES, some.text(max_size=30), some.text(max_size=30))
def test_no_name_that_is_known_is_left(first: str, last: str, before: str, after: str) -> None:
    hider = Hider(of_person(first, last, f"{first}.{last}", near=True))
    for said in (first, last, f"{first} {last}", f"@{first}.{last}", f"{last}, {first}"):
        hidden = hider.hide(f"{before} {said} {after}")
        words = set(hidden.replace("_", " ").split(" "))
        assert first not in words - {*before.split(" "), *after.split(" ")}
        assert last not in words - {*before.split(" "), *after.split(" ")}


def test_words_of_ours_are_no_names() -> None:
    body = {"size": "light", "moments": [{"known": "then", "what": "Light was out, then on"}]}
    people = [*of_person("Light", "Then", "light", near=True)]
    hidden = Hider(people).body(body)
    assert hidden["size"] == "light"
    assert hidden["moments"][0]["known"] == "then"
    assert "Light" not in hidden["moments"][0]["what"]


# The canary: in every text, and in no output of the company's profile

CANARY, CUSTOMER_CANARY = "Quackenbush", "Zyzzyva Holdings"


def planted(cast: Cast) -> PostMortem:
    """A name of a person and one of a customer in every text of one, which is published in two versions."""
    cast.billing.readers = Readers.COMPANY
    cast.billing.save()
    cast.otto.first_name, cast.otto.last_name = "Zebulon", CANARY
    cast.otto.save()
    said = f"Zebulon {CANARY} rang {CUSTOMER_CANARY}; quackenbush noted it."
    bug = a_bug(cast, "verified", customer=CUSTOMER_CANARY)
    type(bug).objects.filter(pk=bug.pk).update(title=f"Totals of {CUSTOMER_CANARY} ({CANARY})")
    thing = complete(cast, bug)
    services.write(thing.pk, changes=dict.fromkeys(STORY, said), **now(by=cast.ines))
    when = clock.now() - timedelta(minutes=3)
    services.add_moment(thing.pk, when=when, what=said, evidence=said, **now(by=cast.ines))
    top = with_factor(cast, thing, f"The flag of {CANARY} was off.", evidence=said)
    with_factor(cast, thing, "No check asked.", contributes_to=top)
    services.add_barrier(
        thing.pk, what=f"{CANARY}'s check", was_there=True, why_not=said, **now(by=cast.ines)
    )
    for phrase in Whole(PostMortem.objects.get(pk=thing.pk)).unanswered:
        services.keep_phrase(
            thing.pk, rule=phrase.rule, said=phrase.said, reason=said, **now(by=cast.ines)
        )
    Subscriber.objects.create(team=cast.billing, person=cast.paul)
    services.submit(thing.pk, **now(by=cast.ines))
    return services.publish(thing.pk, **now(by=cast.rhea))


def found_in(text: str) -> list[str]:
    low = text.casefold()
    return [name for name in (CANARY, "Zebulon", "Zyzzyva") if name.casefold() in low]


def test_the_canary_is_in_no_output_of_the_company_profile(cast: Cast, client: Client) -> None:
    thing = planted(cast)
    client.force_login(cast.paul)
    address = f"/post-mortems/{thing.reference}/"
    outputs = {
        "page": client.get(f"{address}company/"),
        "export": client.get(f"{address}export.md"),
        "export by version": client.get(f"{address}export.md?profile=company&version=1"),
        "rest": client.get(f"/api/v1{address}company/"),
    }
    for name, answer in outputs.items():
        assert answer.status_code == 200, name
        assert found_in(answer.content.decode()) == [], name
    channels.fan_out()
    heard = list(Notice.objects.filter(person=cast.paul))
    assert heard
    assert found_in(" ".join(f"{n.subject} {n.body} {n.url}" for n in heard)) == []
    assert not any(n.quotes for n in heard)
    # What the journal tells of it, in events and webhooks, holds none of its texts.
    told = Event.objects.filter(kind="post_mortem", subject=thing.pk)
    assert [e.name for e in told if found_in(json.dumps(e.data))] == []
    # It is planted well: who reads inside finds it everywhere.
    client.force_login(cast.ines)
    for inside in (address, f"{address}hidden/", f"{address}export.md?profile=team"):
        assert len(found_in(client.get(inside).content.decode())) == 3


def test_who_reads_the_company_profile_alone_reads_nothing_else(cast: Cast, client: Client) -> None:
    thing = planted(cast)
    client.force_login(cast.paul)
    address = f"/post-mortems/{thing.reference}/"
    for inside in ("", "hidden/", "versions/", "export.md?profile=team", "export.md?profile=x"):
        assert client.get(f"{address}{inside}").status_code == 404
    for version in ("9", "-1", "x", "99999999999999999999"):
        assert client.get(f"{address}company/?version={version}").status_code == 404


def test_what_the_company_reads_is_frozen_with_the_version(cast: Cast, client: Client) -> None:
    thing = planted(cast)
    cast.otto.first_name, cast.otto.last_name = "Otto", "Else"
    cast.otto.save()
    Customer.objects.filter(name=CUSTOMER_CANARY).update(name="Renamed")
    client.force_login(cast.paul)
    shown = client.get(f"/post-mortems/{thing.reference}/company/").content.decode()
    assert found_in(shown) == []


def test_the_preview_marks_what_will_be_hidden_before_it_is_published(
    cast: Cast, client: Client
) -> None:
    thing = complete(cast)
    said = {"summary": "Ines restarted it."}
    services.write(thing.pk, changes=said, **now(by=cast.ines))
    client.force_login(cast.ines)
    shown = client.get(f"/post-mortems/{thing.reference}/hidden/").content.decode()
    assert "<del>Ines</del><ins>Somebody</ins>" in shown
    assert "1 place is hidden" in shown


# Markdown

TEXT = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\r")) | (
    some.sampled_from(
        ["# x", "\\# y", "---", "\n\n", "- a: b", "a\n# b\n\\c\n", "### Moment 1", " x "]
    )
)


def parts(*texts: str) -> Any:
    more = {"key": some.integers(), "was_there": some.booleans(), "kind": TEXT}
    return some.lists(some.fixed_dictionaries({**dict.fromkeys(texts, TEXT), **more}), max_size=2)


BODIES = some.fixed_dictionaries(
    {
        **dict.fromkeys(("title", "bug", *STORY, "done_because"), TEXT),
        "fixed_at": some.none() | TEXT,
        "more": some.lists(some.dictionaries(some.sampled_from("ab"), TEXT), max_size=2),
        "moments": parts("what", "evidence"),
        "factors": parts("statement", "evidence"),
        "links": some.lists(some.fixed_dictionaries({"cause": some.integers()}), max_size=2),
        "barriers": parts("what", "why_not"),
        "actions": parts("what", "why", "comes_from"),
    }
)


@given(BODIES)
def test_what_is_exported_reads_back_as_the_same_record(body: dict[str, Any]) -> None:
    assert markdown.read(markdown.write(body)) == body


def test_the_export_of_a_published_one_reads_back_as_what_was_frozen(
    cast: Cast, client: Client
) -> None:
    thing = published(cast)
    client.force_login(cast.otto)
    answer = client.get(f"/post-mortems/{thing.reference}/export.md?profile=team")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    text = answer.content.decode()
    assert "## What went wrong?\n\nThe export rounded every line" in text
    assert markdown.read(text) == record(thing.versions.get(), "team")


@pytest.mark.parametrize(
    "text",
    ["", "# A note", "---\nformat: other\n---\n", "---\nformat: firebreak-post-mortem-1\nx\n---\n"]
    + [f"---\nformat: firebreak-post-mortem-1\n---\n\n# T\n\n{more}" for more in ("## Other\n", "#### X\n")],
)  # fmt: skip
def test_another_text_is_no_export(text: str) -> None:
    with pytest.raises(markdown.NotOurs):
        markdown.read(text)


# Comparing

LINES = some.lists(some.sampled_from(["a", "b", "c", ""]), max_size=8).map("\n".join)


@given(TEXT, TEXT)
def test_both_texts_are_read_from_what_changed(was: str, then: str) -> None:
    bits = changes(was, then)
    assert "".join(bit.text for bit in bits if bit.change != Change.NEW) == was
    assert "".join(bit.text for bit in bits if bit.change != Change.GONE) == then


@given(LINES, LINES)
def test_no_line_of_either_is_lost(theirs: str, mine: str) -> None:
    lines = both(theirs, mine).split("\n")
    for text in (theirs, mine):
        left = iter(lines)
        assert all(line in left for line in text.split("\n"))


def test_who_did_not_touch_a_text_is_in_nobodys_way() -> None:
    assert verdict(stamp("a"), "a", "b") is Verdict.LEAVE
    assert verdict(stamp("a"), "b", "a") is Verdict.TAKE
    assert verdict(stamp("a"), "b", "b") is Verdict.TAKE
    assert verdict(stamp("a"), "b", "c") is Verdict.CLASH
    assert verdict("", "b", "c") is Verdict.TAKE
    assert verdict(stamp("a\r\n b "), "a\n b", "c") is Verdict.LEAVE


def test_long_texts_are_compared_by_lines() -> None:
    was = "\n".join(f"line {n} of many words" for n in range(2000))
    bits = changes(was, was.replace("line 7 ", "line seven "))
    assert [bit.text for bit in bits if bit.change == Change.GONE] == ["line 7 of many words\n"]


def test_what_stayed_is_shortened_to_the_lines_beside_a_change() -> None:
    was = "\n".join(f"line {n}" for n in range(40))
    bits = shortened(changes(was, was.replace("line 20", "line twenty")))
    assert [bit.text for bit in bits if bit.change == Change.GONE] == ["20"]
    shown = "".join(bit.text for bit in bits)
    assert "line 19" in shown
    assert "line 21" in shown
    assert "line 2\n" not in shown
    assert shown.count("…") == 2


def test_the_hider_knows_the_people_and_customers_of_the_house(cast: Cast) -> None:
    thing = complete(cast)
    body = {"summary": "Sami and lena saw it, as did Paul."}
    assert hider_for(thing).body(body) == {
        "summary": "Somebody and somebody saw it, as did somebody."
    }
    assert frozen(Whole(thing))["title"] == thing.bug.title


def test_customers_who_joined_are_hidden(cast: Cast) -> None:
    thing = complete(cast)
    report = thing.bug.classifications.get().report
    reports.join(report.pk, customer="Bolt", by=cast.lena, at=clock.now())
    assert hider_for(thing).hide("bolt lost totals") == "A customer lost totals"

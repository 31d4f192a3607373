"""Who leads, who takes part, by when, and who is told (PM-8, PM-11)."""

from datetime import timedelta

import pytest
from django.test import Client

from channels import services as channels
from channels.models import Notice
from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken
from oncall.querysets import standing
from postmortems import services
from postmortems.lifecycle import State
from postmortems.models import PostMortem
from postmortems.querysets import Whole, responders_of, visible_to
from postmortems.services import tending
from teams.lifecycle import Readers
from tests.cast import Cast
from tests.factories import a_bug
from tests.postmortems.acts import complete, in_review, invited, now, opened, proposed, published


def told(name: str) -> set[str]:
    channels.fan_out()
    return {n.person.username for n in Notice.objects.filter(event__name=f"post_mortem.{name}")}


def heard(cast: Cast) -> list[str]:
    """Where the notices of Paul lead, one for each channel."""
    return list(Notice.objects.filter(person=cast.paul).values_list("url", flat=True))


# The facilitator


def test_who_was_part_of_the_response_does_not_facilitate(cast: Cast) -> None:
    bug = a_bug(cast, "verified")
    thing = opened(cast, bug)
    assert cast.ines.pk in responders_of(thing)
    with pytest.raises(RuleBroken, match="took part in the response"):
        services.name_facilitator(thing.pk, person="ines", **now(by=cast.ines))
    named = services.name_facilitator(thing.pk, person="@sami", **now(by=cast.ines))
    assert named.facilitator == cast.sami
    assert told("facilitator_named") == {"sami"}


def test_a_facilitator_of_another_team_reads_writes_and_reviews_this_one_alone(cast: Cast) -> None:
    thing = in_review(cast)
    other = opened(cast)
    assert not visible_to(standing(cast.sami, clock.now())).exists()
    services.name_facilitator(thing.pk, person="sami", **now(by=cast.ines))
    assert list(visible_to(standing(cast.sami, clock.now()))) == [thing]
    assert services.publish(thing.pk, **now(by=cast.sami)).reviewer == cast.sami
    with pytest.raises(NotAllowed):
        services.submit(other.pk, **now(by=cast.sami))


def test_a_name_that_nobody_has_and_a_tool_are_refused(cast: Cast) -> None:
    thing = opened(cast)
    for name in ("nobody", "robot", ""):
        with pytest.raises(Invalid):
            services.invite(thing.pk, person=name, **now(by=cast.ines))
        with pytest.raises(Invalid):
            services.name_facilitator(thing.pk, person=name, **now(by=cast.ines))


# Participants


def test_who_filed_it_takes_part_and_writes_but_does_not_decide(cast: Cast) -> None:
    thing = opened(cast)
    when = clock.now() - timedelta(minutes=9)
    with pytest.raises(NotAllowed):
        services.add_moment(thing.pk, when=when, what="A customer rang.", **now(by=cast.leo))
    services.invite(thing.pk, person="leo", **now(by=cast.ines))
    assert told("invited") == {"leo"}
    services.add_moment(thing.pk, when=when, what="A customer rang.", **now(by=cast.leo))
    assert "A customer rang." in [m.what for m in Whole(thing).moments]
    for verb in (services.submit, services.invite):
        more = {"person": "paul"} if verb is services.invite else {}
        with pytest.raises(NotAllowed, match="decide this"):
            verb(thing.pk, **more, **now(by=cast.leo))
    with pytest.raises(Conflict, match="invited already"):
        services.invite(thing.pk, person="leo", **now(by=cast.ines))


def test_who_is_invited_no_more_reads_it_no_more(cast: Cast, client: Client) -> None:
    thing = invited(cast)
    client.force_login(cast.leo)
    page = client.get(f"/post-mortems/{thing.reference}/")
    assert page.status_code == 200
    assert page.context["bug"]["url"] == ""  # not theirs to open
    assert client.get("/post-mortems/").status_code == 200
    services.uninvite(thing.pk, person="leo", **now(by=cast.ines))
    assert client.get(f"/post-mortems/{thing.reference}/").status_code == 404
    assert client.get("/post-mortems/").status_code == 404
    with pytest.raises(NotFound, match="is not invited"):
        services.uninvite(thing.pk, person="leo", **now(by=cast.ines))


def test_thirty_people_are_enough(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("postmortems.services.people.MOST", 1)
    with pytest.raises(RuleBroken, match="invited already"):
        services.invite(invited(cast).pk, person="paul", **now(by=cast.ines))


# By when


@pytest.mark.parametrize(("priority", "days"), [("P0", 5), ("P1", 10), ("P3", 20)])
def test_it_is_due_by_the_severity_of_its_bug(cast: Cast, priority: str, days: int) -> None:
    bug = a_bug(cast, priority=priority)
    thing = PostMortem.objects.filter(bug=bug).first() or proposed(cast, bug)
    assert thing.due_at == thing.proposed_at + timedelta(days=days)


def test_it_reminds_once_soon_and_once_late_whoever_has_to_act(cast: Cast) -> None:
    thing = proposed(cast)
    assert thing.due_at is not None
    PostMortem.objects.filter(pk=thing.pk).update(remind_at=clock.now())
    assert tending.tend(at=clock.now()) == 1
    assert told("reminded") == {"rhea", "pia"}
    services.open(thing.pk, **now(by=cast.ines))
    late = clock.now() - timedelta(seconds=1)
    PostMortem.objects.filter(pk=thing.pk).update(due_at=late, remind_at=late)
    assert tending.tend(at=clock.now()) == 1
    assert told("reminded") == {"rhea", "pia", "ines"}
    assert tending.tend(at=clock.now()) == 0
    thing.refresh_from_db()
    assert (thing.reminded, thing.remind_at) == ("overdue", None)


def test_what_is_waived_or_published_reminds_nobody(cast: Cast) -> None:
    services.waive(proposed(cast).pk, reason="PM-1 covers it", **now(by=cast.pia))
    published(cast)
    assert not PostMortem.objects.filter(remind_at__isnull=False).exists()


# Who is told


def test_a_review_its_changes_and_the_publication_are_told(cast: Cast) -> None:
    thing = in_review(cast)
    assert told("submitted") == {"rhea", "pia"}
    services.request_changes(thing.pk, reason="What did the alert say?", **now(by=cast.otto))
    assert told("changes_requested") == {"ines"}
    services.invite(thing.pk, person="leo", **now(by=cast.ines))
    services.name_facilitator(thing.pk, person="sami", **now(by=cast.ines))
    services.submit(thing.pk, **now(by=cast.ines))
    assert told("submitted") == {"rhea", "pia", "sami"}
    services.publish(thing.pk, **now(by=cast.otto))
    assert told("published") == {"ines", "leo", "sami"}


def test_subscribers_hear_once_and_only_where_they_may_read(cast: Cast, client: Client) -> None:
    for who, there in ((cast.paul, 404), (cast.pia, 302), (cast.stranger, 404)):
        client.force_login(who)
        assert client.post("/post-mortems/hear/billing/", {"wanted": "1"}).status_code == there
    cast.billing.readers = Readers.COMPANY
    cast.billing.save()
    client.force_login(cast.paul)
    client.post("/post-mortems/hear/billing/", {"wanted": "1"})
    thing = published(cast)
    assert told("published") == {"ines", "pia", "paul"}
    assert set(heard(cast)) == {f"/post-mortems/{thing.reference}/company/"}
    once = len(heard(cast))
    services.revise(thing.pk, reason="More is known", **now(by=cast.ines))
    services.submit(thing.pk, **now(by=cast.ines))
    services.publish(thing.pk, **now(by=cast.otto))
    channels.fan_out()
    assert len(heard(cast)) == once
    client.post("/post-mortems/hear/billing/", {"wanted": "0"})
    published(cast)
    channels.fan_out()
    assert len(heard(cast)) == once


# The next version


def test_a_published_one_is_revised_and_both_versions_stay(cast: Cast, client: Client) -> None:
    thing = published(cast)
    with pytest.raises(Invalid):
        services.revise(thing.pk, reason=" ", **now(by=cast.rhea))
    again = services.revise(thing.pk, reason="More is known", **now(by=cast.rhea))
    assert (again.state, again.author, again.reviewer) == (State.OPEN, cast.rhea, None)
    services.write(
        thing.pk, changes={"summary": "The export rounded each line twice."}, **now(by=cast.rhea)
    )
    services.submit(thing.pk, **now(by=cast.rhea))
    with pytest.raises(NotAllowed, match="other than the author"):
        services.publish(thing.pk, **now(by=cast.rhea))
    services.publish(thing.pk, **now(by=cast.ines))
    assert [v.number for v in thing.versions.order_by("number")] == [1, 2]
    client.force_login(cast.otto)
    shown = client.get(f"/post-mortems/{thing.reference}/versions/").content.decode()
    assert "From version 1 to 2" in shown
    assert "<ins>twice</ins>" in shown or "<ins>each line twice</ins>" in shown
    assert client.get(f"/post-mortems/{thing.reference}/versions/?from=7&to=x").status_code == 200


def test_the_page_names_who_takes_part_and_by_when(cast: Cast, client: Client) -> None:
    thing = invited(cast)
    client.force_login(cast.ines)
    shown = client.get(f"/post-mortems/{thing.reference}/").content.decode()
    assert "To be published by" in shown
    assert "Taking part" in shown
    assert "Leo" in shown
    page = client.post(f"/post-mortems/{thing.reference}/invite/", {"person": "nobody"})
    assert page.status_code == 400
    assert "There is nobody called nobody." in page.content.decode()


def test_complete_is_still_all_that_a_review_asks_for(cast: Cast) -> None:
    assert Whole(complete(cast)).missing == []

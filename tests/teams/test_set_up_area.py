"""Areas: set up and renamed by an admin of their team, with experts of that team."""

import pytest

from foundation.errors import Conflict, Invalid, NotAllowed, RuleBroken
from journal.models import Event
from teams import services as teams
from teams.models import ProductArea
from tests.cast import Cast


def area(cast: Cast, name: str = "Dunning", **act: object) -> ProductArea:
    return teams.set_up_area(
        act.get("team", cast.billing), name=name, by=act.get("by", cast.adam), at=cast.now
    )


def test_it_has_a_slug_made_of_its_name_and_a_line_in_the_journal(cast: Cast) -> None:
    made = area(cast, "  Dunning letters ")
    assert (made.name, made.slug) == ("Dunning letters", "dunning-letters")
    event = Event.objects.get(kind="area", subject=made.pk)
    assert (event.name, event.by, event.data["team"]) == ("area.set_up", cast.adam, "billing")


def test_the_same_name_in_another_team_gets_another_slug(cast: Cast) -> None:
    made = area(cast, "Invoicing", team=cast.platform)
    assert made.slug == "invoicing-platform"


def test_a_name_without_letters_for_an_address_still_has_a_slug(cast: Cast) -> None:
    assert area(cast, "請求").slug == "area-of-billing"
    assert area(cast, "支払い").slug != "area-of-billing"


def test_it_refuses_a_name_that_the_team_has_in_any_case(cast: Cast) -> None:
    with pytest.raises(Conflict, match="already has an area called iNVOICING"):
        area(cast, "iNVOICING")


def test_it_refuses_an_empty_name(cast: Cast) -> None:
    with pytest.raises(Invalid, match="Give the area a name"):
        area(cast, "   ")


def test_it_refuses_a_support_team(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="areas belong to delivery teams"):
        area(cast, team=cast.services)


@pytest.mark.parametrize("who", ["rhea", "ines", "pia", "sami", "lena", "stranger"])
def test_it_refuses_who_is_no_admin_of_the_team(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only an admin of Billing"):
        area(cast, by=getattr(cast, who))


def test_an_admin_who_left_is_refused(cast: Cast) -> None:
    cast.adam.is_active = False
    cast.adam.save(update_fields=["is_active"])
    with pytest.raises(NotAllowed):
        area(cast)


def test_a_rename_keeps_the_slug_and_tells_the_old_name(cast: Cast) -> None:
    teams.rename_area(cast.invoicing.pk, name="Invoices", by=cast.adam, at=cast.now)
    cast.invoicing.refresh_from_db()
    assert (cast.invoicing.name, cast.invoicing.slug) == ("Invoices", "invoicing")
    assert Event.objects.get(name="area.renamed").data == {"area": "Invoices", "was": "Invoicing"}


def test_a_rename_to_the_same_name_tells_nothing(cast: Cast) -> None:
    teams.rename_area(cast.invoicing.pk, name="Invoicing ", by=cast.adam, at=cast.now)
    assert not Event.objects.filter(name="area.renamed").exists()


def test_a_rename_to_a_name_that_is_taken_is_refused(cast: Cast) -> None:
    with pytest.raises(Conflict):
        teams.rename_area(cast.invoicing.pk, name="payments", by=cast.adam, at=cast.now)


def test_a_rename_by_a_stranger_is_refused(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        teams.rename_area(cast.invoicing.pk, name="Mine", by=cast.rhea, at=cast.now)


def test_an_expert_is_named_once_and_removed_once(cast: Cast) -> None:
    for _ in range(2):
        teams.name_expert(cast.payments.pk, person=cast.otto, by=cast.adam, at=cast.now)
    assert list(cast.payments.experts.all()) == [cast.otto]
    for _ in range(2):
        teams.remove_expert(cast.payments.pk, person=cast.otto, by=cast.adam, at=cast.now)
    assert not cast.payments.experts.exists()
    told = Event.objects.filter(kind="area").order_by("pk").values_list("name", flat=True)
    assert list(told) == ["area.expert_named", "area.expert_removed"]


def test_an_expert_comes_from_the_team(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="Sami is not in Billing"):
        teams.name_expert(cast.invoicing.pk, person=cast.sami, by=cast.adam, at=cast.now)


@pytest.mark.parametrize("verb", [teams.name_expert, teams.remove_expert])
def test_experts_are_the_admins_matter(cast: Cast, verb: object) -> None:
    with pytest.raises(NotAllowed):
        verb(cast.invoicing.pk, person=cast.ines, by=cast.ines, at=cast.now)  # type: ignore[operator]
    assert list(cast.invoicing.experts.all()) == [cast.ines]

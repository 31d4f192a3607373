"""Countries, their parts and their holidays: what a person chooses from, and what comes of every choice."""

from datetime import date

import pytest

from teams.public_holidays import (
    LONGEST_NAME,
    countries,
    country_name,
    is_country,
    is_subdivision,
    public_holidays,
    subdivision_name,
    subdivisions,
)
from teams.rules import years_around


def test_countries_are_written_as_people_write_them_in_order() -> None:
    names = [name for _, name in countries()]
    assert names == sorted(names)
    assert len(names) > 200
    for code, name in (("BE", "Belgium"), ("US", "United States"), ("TT", "Trinidad and Tobago")):
        assert (code, name) in countries()
        assert country_name(code) == name


def test_parts_of_a_country_have_the_names_that_they_give_themselves() -> None:
    assert ("BY", "Bayern") in subdivisions("DE")
    assert [code for code, _ in subdivisions("CH")].count("BE") == 1  # Bern, also Berne
    assert subdivision_name("CH", "BE") == "Bern"
    assert subdivision_name("BE", "Flemish") == "Flemish"
    assert subdivisions("") == subdivisions("XX") == ()


@pytest.mark.parametrize("code", ["", "be", "XX", "BEL", "country_holidays", "__name__", "BE\n"])
def test_what_is_no_country_is_none(code: str) -> None:
    assert not is_country(code)
    assert not is_subdivision(code, "NW")
    assert country_name(code) == code


def test_names_are_english_whatever_the_machine_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "nl")
    assert public_holidays("BE", "", [2026])[date(2026, 11, 11)] == "Armistice Day"
    assert public_holidays("GB", "SCT", [2026])[date(2026, 1, 2)] == "New Year Holiday"


def test_nobodys_holidays_are_none() -> None:
    assert public_holidays("", "", [2026]) == {}


def test_every_country_and_part_that_can_be_chosen_gives_days_that_can_be_kept() -> None:
    years = years_around(2023)  # some calendars of the moon are known until 2035
    for country, _ in countries():
        for part in ("", *(code for code, _ in subdivisions(country))):
            days = public_holidays(country, part, years)
            assert list(days) == sorted(days), country
            assert {day.year for day in days} <= set(years), country
            assert all(0 < len(name) <= LONGEST_NAME for name in days.values()), country
            assert len(part) <= 20, country

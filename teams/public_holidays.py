"""Public holidays of countries and their parts, with their names, as the `holidays` library knows them. Pure.

Names are in the country's own English where it has one. Countries are ISO 3166 codes ("BE"); the
codes of their parts are the library's ("NW", "Flemish").
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import holidays
from holidays.registry import COUNTRIES

Choice = tuple[str, str]
LONGEST_NAME = 200
SMALL_WORDS = ("and", "of", "the")


@lru_cache(maxsize=1)
def countries() -> tuple[Choice, ...]:
    """(code, name) of every country that the library knows, by name."""
    # Of the registry, because asking the library itself loads every country there is.
    named = ((code, _name(key)) for key, (_, code, *_) in COUNTRIES.items())
    return tuple(sorted(named, key=lambda choice: choice[1]))


@lru_cache(maxsize=64)
def subdivisions(country: str) -> tuple[Choice, ...]:
    """(code, name) of the parts of a country that have holidays of their own, by name; none of no country."""
    if not is_country(country):
        return ()
    entity = getattr(holidays, country)
    names = {code: code for code in entity.subdivisions}
    # The first alias is the name in the country's own spelling.
    for name, code in reversed(entity.subdivisions_aliases.items()):
        names[code] = name
    return tuple(sorted(names.items(), key=lambda choice: choice[1]))


def country_name(code: str) -> str:
    """As a person writes it; the code itself for one that the library does not know."""
    return dict(countries()).get(code, code)


def subdivision_name(country: str, code: str) -> str:
    return dict(subdivisions(country)).get(code, code)


def is_country(code: str) -> bool:
    return code in dict(countries())


def is_subdivision(country: str, code: str) -> bool:
    return code in dict(subdivisions(country))


def public_holidays(country: str, subdivision: str, years: Iterable[int]) -> dict[date, str]:
    """The public holidays of these years, by day in order, with their names; none of no country.

    Two on one day come as one name. Raises NotImplementedError for a country or part that is none.
    """
    if not country:
        return {}
    entity = getattr(holidays, country)
    spoken = [language for language in entity.supported_languages if language.startswith("en")]
    found = holidays.country_holidays(
        country,
        subdiv=subdivision or None,
        years=years,
        language=next(
            (one for one in (entity.default_language, "en_US", *spoken) if one in spoken), None
        ),
    )
    return {day: name[:LONGEST_NAME] for day, name in sorted(found.items())}


def _name(key: str) -> str:
    """ "united_states" as it is written."""
    words = (word if word in SMALL_WORDS else word.capitalize() for word in key.split("_"))
    return " ".join(words)

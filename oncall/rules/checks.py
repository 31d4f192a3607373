"""When layers can be put on duty; what is wrong is said in words. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date

from oncall.rules.rota import Layer
from oncall.rules.walls import UNITS

LONGEST, MOST_PEOPLE, MOST_LAYERS, NAME = 60, 60, 10, 40
#: Nearer years only: a turn is counted from the layer's start, and calendars end.
YEARS = range(2000, 2101)


def wrong_with_layers(layers: Sequence[Layer]) -> list[str]:
    """Every reason why these layers cannot be used, as sentences; empty when they can."""
    found = [words for layer in layers for words in _wrong_with(layer)]
    names = [layer.name.strip().lower() for layer in layers]
    if len(set(names)) < len(names):
        found.append("Two layers have the same name: shifts are told apart by it.")
    if not layers:
        found.append("A rotation needs at least one layer.")
    if len(layers) > MOST_LAYERS:
        found.append(f"A rotation has at most {MOST_LAYERS} layers.")
    return found


def _wrong_with(layer: Layer) -> Iterable[str]:
    name = layer.name.strip()
    if not name or len(name) > NAME:
        yield f"Give each layer a name of at most {NAME} characters."
    if layer.unit not in UNITS:
        yield f"{name}: turns are counted in hours, days, weeks or months."
    if not 1 <= layer.length <= LONGEST:
        yield f"{name}: a turn is 1 to {LONGEST} units long."
    if not year_fits(layer.starts):
        yield f"{name}: it starts between {YEARS.start} and {YEARS.stop - 1}."
    if layer.handoff.second or layer.handoff.microsecond or layer.handoff.tzinfo:
        yield f"{name}: the handoff is at a minute of the wall clock."
    if not layer.participants:
        yield f"{name}: name at least one person."
    if len(layer.participants) > MOST_PEOPLE:
        yield f"{name}: at most {MOST_PEOPLE} people take turns."
    if len(set(layer.participants)) < len(layer.participants):
        yield f"{name}: each person is named once."
    if any(h.weekday not in range(7) or h.starts.tzinfo or h.ends.tzinfo for h in layer.hours):
        yield f"{name}: hours are on Monday to Sunday, by the wall clock."


def year_fits(day: date) -> bool:
    return day.year in YEARS

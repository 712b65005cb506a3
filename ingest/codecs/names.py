"""Names of measurements that are counts of people, for formats in which devices name their own.

The words are those that counters, gateways and home automation use; no standard lists them. A bare
“count” is none of them: it tells neither people nor a direction.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from domain.readings import CountKind, Mark
from ingest.codecs.said import Said

Number = Literal["entered", "left", "present"]

_ENTERED = frozenset({"in", "entered", "enter", "entry", "entries", "incoming", "inbound"})
_LEFT = frozenset({"out", "left", "leave", "exit", "exits", "exited", "outgoing", "outbound"})
_PRESENT = frozenset({"present", "occupancy", "occupants", "inside"})
_PEOPLE = frozenset(
    {"people", "person", "persons", "visitor", "visitors", "pedestrian", "pedestrians", "pax"}
)
_SUM = frozenset({"total"})
_DELTA = frozenset({"change", "delta"})
_BESIDE = frozenset({"count", "counts", "counter", "counted", "number", "of", "now", "current"})
_OF_COUNTS = _ENTERED | _LEFT | _PRESENT | _PEOPLE | _SUM | _DELTA | _BESIDE
_PLACES = frozenset(
    {"line", "door", "gate", "zone", "region", "area", "lane", "entrance"}
    | {"channel", "counter", "room", "floor", "hall"}
)
_NO_COUNTS = frozenset(
    {"max", "maximum", "min", "minimum", "limit", "capacity", "threshold", "target", "average"}
    | {"mean", "rate", "percentage", "time", "duration", "last"}
)
"""What speaks of people and does not say how many there are."""
_COUNT_UNITS = frozenset(("", "count", "counts", "people", "persons", "person", "visitors", "pax"))
_SEPARATORS = "/:_.- "


class Meaning(NamedTuple):
    """What a name says of its number."""

    number: Number
    kind: CountKind
    owner: str
    """The rest of the name, as it is written: a line or door, or a device."""


def meaning_of(name: str) -> Meaning | None:
    """What the number of this name counts; None where it counts no people, or does not say.

    The last part of the name, after the last “/” or “:”, must be made of words for counts
    ("people_in", "TotalOut"), or of them behind a place ("line1_in") or with people named
    ("shop visitors in"): "flow_in" is something else.
    """
    parts = re.split(r"([/:])", name.strip(_SEPARATORS))
    words = _words(parts[-1])
    head, tail = _split(words)
    if head and not (tail & (_PEOPLE | _PRESENT) or head[0].lower() in _PLACES):
        return None
    if not _NO_COUNTS.isdisjoint(word.lower() for word in head):
        return None
    what = _number_and_kind(tail)
    return what and Meaning(*what, ("".join(parts[:-1]) + "-".join(head)).strip(_SEPARATORS))


def described(
    texts: Iterable[str], unit: str = "", device: str = ""
) -> tuple[Number, CountKind] | None:
    """The same of names that are written for people, first match first; None for no counts.

    Args:
        texts: names and identifiers of one measurement.
        unit: its unit, empty where it gives none.
        device: name of the device that makes it. It may tell that “in” means people.
    """
    names = [_words(text) for text in texts]
    own = {word.lower() for words in names for word in words} | {unit.strip().lower()}
    if not is_count_unit(unit) or own & _NO_COUNTS:
        return None
    around = own | {word.lower() for word in _words(device)}
    if not around & (_PEOPLE | _PRESENT) and not (own & _BESIDE and own & (_ENTERED | _LEFT)):
        return None
    found = (_number_and_kind(_split(words)[1]) for words in names)
    if what := next(filter(None, found), None):
        return what
    is_undirected = own & (_PEOPLE | _PRESENT) and not own & (_SUM | _DELTA)
    return ("present", CountKind.PRESENT) if is_undirected else None


def is_count_unit(unit: str) -> bool:
    """Whether numbers in this unit may be counts: a percentage of occupancy is none."""
    return unit.strip().lower() in _COUNT_UNITS


def channel_of(owner: str) -> str:
    """A line's or door's own name as a channel: lower case, words joined by “-”."""
    return re.sub(r"[\s/_]+", "-", owner.strip(_SEPARATORS)).lower()


class Counted(NamedTuple):
    """One number, and what it counts."""

    device: str
    channel: str
    number: Number
    kind: CountKind
    value: int
    time_us: int | None
    seq: int = 0
    marks: Mark = Mark(0)


def together(numbers: Iterable[Counted]) -> Iterator[Said]:
    """Entered and left of one instant are one reading, though they were sent one by one."""
    found: dict[tuple[object, ...], Said] = {}
    for each in numbers:
        key = each._replace(number="present", value=0)
        said = found.get(key) or Said(
            each.device,
            each.kind,
            channel=each.channel,
            time_us=each.time_us,
            seq=each.seq,
            marks=each.marks,
        )
        match each.number:
            case "entered":
                found[key] = said._replace(entered=each.value)
            case "left":
                found[key] = said._replace(left=each.value)
            case "present":
                found[key] = said._replace(present=each.value)
    yield from found.values()


def _words(text: str) -> list[str]:
    """“PeopleIn”, “people_in” and “people in” are the same two words; digits are words too."""
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+", text)


def _split(words: list[str]) -> tuple[list[str], frozenset[str]]:
    """The words before those of counts, and the words of counts at the end."""
    start = len(words)
    while start and words[start - 1].lower() in _OF_COUNTS:
        start -= 1
    return words[:start], frozenset(word.lower() for word in words[start:])


def _number_and_kind(words: frozenset[str]) -> tuple[Number, CountKind] | None:
    """What words of counts come to; None where they contradict each other or say too little."""
    inwards, outwards = bool(words & _ENTERED), bool(words & _LEFT)
    is_electric = "current" in words and not words & (_PEOPLE | _PRESENT)
    if (inwards and outwards) or is_electric:
        return None
    if inwards or outwards:
        kind = CountKind.CHANGE if words & _DELTA else CountKind.TOTAL
        return ("entered" if inwards else "left"), kind
    if words & (_PRESENT | _PEOPLE) and not words & (_SUM | _DELTA):
        return "present", CountKind.PRESENT
    return None

"""What Xovis counters count, by the names that Xovis gives them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from domain.readings import CountKind
from ingest.codecs.names import Number
from ingest.codecs.said import Said, whole

COUNTERS: Final[Mapping[str, Number]] = {
    "fw": "entered",
    "forward": "entered",
    "in": "entered",
    "bw": "left",
    "backward": "left",
    "out": "left",
    "balance": "present",
    "occupancy": "present",
}
"""Counters of some people only, such as "fw-male", are not among them."""
NO_PEOPLE: Final = frozenset({"GROUP", "BICYCLE", "PRAM", "CART", "TROLLEY", "SUITCASE", "OBJECT"})
"""Types of tracks. A group's goes beside those of the people in it."""


def interval(
    said: Said, start_us: int | None, counts: Iterable[tuple[object, object]]
) -> Iterator[Said]:
    """What the counters of a line or zone counted in an interval.

    Args:
        said: whose counters they are, and in `time_us` the interval's end.
        start_us: its start.
        counts: names and values of the counters.
    """
    crossed: dict[str, int] = {}
    for name, value in counts:
        number = COUNTERS.get(str(name).lower())
        if number == "present":
            present = whole(value, str(name), least=None)
            if present is not None:
                yield said._replace(kind=CountKind.PRESENT, present=present)
        elif number is not None and (crossings := whole(value, str(name))) is not None:
            crossed[number] = crossings
    if crossed and start_us is not None and said.time_us is not None:
        period_s = round((said.time_us - start_us) / 10**6)
        yield said._replace(
            kind=CountKind.PERIOD,
            entered=crossed.get("entered"),
            left=crossed.get("left"),
            period_s=period_s,
        )

"""How every sensor is, worked out anew from what is stored; nothing is remembered but readings."""

from collections import defaultdict

import numpy as np

from domain.readings import ReadingTable
from policies.direction import swapped
from policies.findings import ORDER, Finding, SensorHealth, State
from policies.health_counts import imbalance, implausible, stuck
from policies.health_reports import battery, clock, heard_us, silence
from policies.watched import Watched

_MUTE = {State.SILENT, State.NEVER_HEARD}


def health(watched: Watched, last: ReadingTable, now_us: int) -> list[SensorHealth]:
    """The health of each sensor of `watched`, in its order.

    Args:
        watched: what they counted in the last days; two weeks let hours of the week be compared.
        last: the latest readings of each, in a store's order, its very last one among them.
        now_us: the present instant, microseconds since 1970 UTC.
    """
    found = defaultdict[int, list[Finding]](list)
    heard: list[int | None] = []
    last_present = np.full(len(watched.places), np.nan)
    span_of = _spans(last)
    for row, place in enumerate(watched.places):
        said = last.take(span_of.get(place.sensor.id, slice(0)))
        heard.append(heard_us(said))
        silent = silence(place, said, watched.open[row], watched.first_slot, now_us)
        found[row] += [f for f in (silent, clock(said), battery(said)) if f]
        present = said.present[~np.isnan(said.present)]
        last_present[row] = present[-1] if len(present) else np.nan
    for row, finding in stuck(watched, last_present).items():
        if not any(f.state in _MUTE for f in found[row]):
            found[row].append(finding)
    for row, finding in implausible(watched):
        found[row].append(finding)
    _judge_spaces(watched, found)
    return [
        SensorHealth(
            sensor=place.sensor.id,
            findings=tuple(sorted(found[row], key=lambda f: ORDER[f.state])),
            last_heard_us=heard[row],
        )
        for row, place in enumerate(watched.places)
    ]


def _spans(last: ReadingTable) -> dict[str, slice]:
    edges = np.searchsorted(last.sensor, np.arange(len(last.sensors) + 1))
    return {name: slice(edges[n], edges[n + 1]) for n, name in enumerate(last.sensors)}


def _judge_spaces(watched: Watched, found: dict[int, list[Finding]]) -> None:
    """Add what only all doors of a room together can tell."""
    turned: set[int] = set()
    for space in watched.spaces():
        tilted = imbalance(space)
        if tilted:
            for row in space.rows:
                if not any(f.state is State.IMBALANCED for f in found[row]):
                    found[row].append(tilted)
        suspect = swapped(space)
        if suspect and suspect.row not in turned:
            turned.add(suspect.row)
            facts = {
                "days": float(suspect.days),
                "against": float(suspect.against),
                "chance": suspect.chance,
            }
            found[suspect.row].append(Finding(State.SWAPPED, facts))

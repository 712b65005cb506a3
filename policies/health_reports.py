"""What the latest readings of a sensor say of itself: silence, its clock, its battery."""

import numpy as np

from domain.readings import CountKind, Mark, ReadingTable
from domain.sensor_bins import BIN_S, BIN_US
from policies.findings import Finding, State
from policies.grid import Floats
from policies.standstill import QUIET_OPEN_S
from policies.stretches import GAP_INTERVALS
from policies.watched import Place

SILENT_INTERVALS = 8
"""Reports missed in a row: with one lost in five, once in 400,000."""
LEAST_SILENCE_S = 3600
"""Silence as long as this may be a broker's or a network's restart, however short the interval."""
LAG_S = 900
"""A clock this far behind moves counts into another quarter-hour."""
LAG_SPREAD_S = 120
"""The middle half of lags lies closer together, where they are a clock's and not a queue's."""
LAG_READINGS = 10
"""Readings that must agree on a lag."""
STATUS_READINGS = 3
"""Signs of life from which their rhythm can be told."""

_STATUS = list(CountKind).index(CountKind.STATUS)


def heard_us(said: ReadingTable) -> int | None:
    """When a sensor spoke last, by our clock where that is known; None where it never did."""
    if not len(said):
        return None
    at_us = np.where(said.received_us > 0, said.received_us, said.time_us)
    return int(at_us.max())


def silence(
    place: Place, said: ReadingTable, open_share: Floats, first_slot: int, now_us: int
) -> Finding | None:
    """Whether a sensor is late or silent, or was never heard.

    One that reports changes only is silent after `QUIET_OPEN_S` of open time; where it sends signs
    of life too, their rhythm counts instead.

    Args:
        place: the sensor.
        said: its latest readings.
        open_share: (slots,) of the sensor's place.
        first_slot: quarter-hours from 1970 UTC to the first of these.
        now_us: the present instant, microseconds since 1970 UTC.
    """
    last_us = heard_us(said)
    if last_us is None:
        return Finding(State.NEVER_HEARD, {})
    silent_s, interval_s = (now_us - last_us) / 1e6, float(place.sensor.interval_s)
    if place.sensor.kind is CountKind.CHANGE:
        signs_us = said.time_us[said.kind == _STATUS]
        if len(signs_us) < STATUS_READINGS:
            begin = max(last_us // BIN_US + 1 - first_slot, 0)
            open_s = float(open_share[begin:].sum()) * BIN_S
            return _silent(last_us, open_s) if open_s > QUIET_OPEN_S else None
        interval_s = max(interval_s, float(np.median(np.diff(np.sort(signs_us)))) / 1e6)
    if silent_s > max(SILENT_INTERVALS * interval_s, LEAST_SILENCE_S):
        return _silent(last_us, silent_s)
    if silent_s > GAP_INTERVALS * interval_s:
        return Finding(State.LATE, {"since_us": last_us, "interval_s": interval_s})
    return None


def _silent(since_us: int, seconds: float) -> Finding:
    return Finding(State.SILENT, {"since_us": since_us, "hours": seconds / 3600})


def clock(said: ReadingTable) -> Finding | None:
    """Whether a sensor's clock is wrong: by its marks, or always late by as much.

    What was kept and sent later shows another lag in each reading, and what came in one burst says
    nothing of a clock; neither counts.
    """
    if (said.marks & Mark.CLOCK_WRONG).any():
        return Finding(State.CLOCK_WRONG, {"minutes": 0.0})
    own = (said.marks & (Mark.HISTORY | Mark.RECEIPT_TIME)) == 0
    own &= said.received_us > 0
    if own.sum() < LAG_READINGS:
        return None
    received_s = said.received_us[own] / 1e6
    lag_s = received_s - said.time_us[own] / 1e6
    low, median, high = np.quantile(lag_s, [0.25, 0.5, 0.75])
    is_steady = high - low <= LAG_SPREAD_S and np.ptp(received_s) > LAG_S
    if not is_steady or median <= LAG_S:
        return None
    return Finding(State.CLOCK_WRONG, {"minutes": float(median) / 60})


def battery(said: ReadingTable) -> Finding | None:
    """Whether the latest reading that is no history says that the battery is low."""
    own = said.marks[(said.marks & Mark.HISTORY) == 0]
    return Finding(State.LOW_BATTERY, {}) if len(own) and own[-1] & Mark.LOW_BATTERY else None

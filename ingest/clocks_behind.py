"""Clocks that run behind: all that their sensors say is late, and always by as much."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import structlog
from numpy.typing import NDArray

from domain.readings import ReadingTable

log = structlog.get_logger(__name__)

BEHIND_US = 2_700 * 10**6
"""A clock that is less behind than this may be that of a platform that passes things on slowly."""
STEADY_US = 120 * 10**6
"""What is kept and sent later comes ever less late; a clock that is behind stays so, to this."""
STEADY_FOR_US = 1_800 * 10**6
STEADY_READINGS = 4
"""So long, and so often, it must have been seen to."""
LATELY_US = 2 * 3_600 * 10**6
"""Sensors heard in this time are compared with one another."""
REMEMBERED_SENSORS = 100_000

_NEVER = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class _Lag:
    """How late the readings of one sensor have come of late."""

    since_us: int
    """Receipt of the first of them."""
    least_us: int
    most_us: int
    readings: int


class Behind:
    """How late sensors are, as far as one worker has seen.

    Clocks go wrong one by one. What most sensors of a source have alike, or most of all, is not of
    their clocks: a platform passes on late, or it is the clock of this host that is ahead.

    `source_of`: by the name of a sensor, what all share that come the same way.
    """

    def __init__(self, source_of: Callable[[str], str]) -> None:
        self._source_of = source_of
        self._lags: dict[str, _Lag] = {}
        self._heard_us: dict[str, int] = {}
        self._said: set[str] = set()

    def trust(self, sensors: Iterable[str], now_us: int) -> None:
        """Forget what was held against sensors whose clocks are right."""
        if len(self._heard_us) > REMEMBERED_SENSORS:
            self._heard_us.clear()
        for name in sensors:
            self._heard_us[name] = now_us
            self._lags.pop(name, None)

    def of(self, late: ReadingTable) -> NDArray[np.bool_]:
        """For each row, whether its sensor has been as late for long enough, and alone in it."""
        size = len(late.sensors)
        lag_us = late.received_us - late.time_us
        least, most = np.full(size, np.iinfo(np.int64).max), np.full(size, _NEVER)
        first, last = least.copy(), most.copy()
        np.minimum.at(least, late.sensor, lag_us)
        np.maximum.at(most, late.sensor, lag_us)
        np.minimum.at(first, late.sensor, late.received_us)
        np.maximum.at(last, late.sensor, late.received_us)
        number = np.bincount(late.sensor, minlength=size)
        steady: dict[int, str] = {}
        for n in np.flatnonzero(number).tolist():
            name = late.sensors[n]
            fresh = _Lag(int(first[n]), int(least[n]), int(most[n]), int(number[n]))
            lag = self._lags[name] = _joined(self._lags.get(name), fresh)
            self._heard_us[name] = int(last[n])
            if _is_steady(lag, int(last[n])):
                steady[n] = name
        behind = np.zeros(size, dtype=np.bool_)
        if steady:
            behind[list(steady)] = ~self._is_shared(list(steady.values()), int(last.max()))
        return behind[late.sensor]

    def _is_shared(self, sensors: list[str], now_us: int) -> NDArray[np.bool_]:
        """For each sensor, whether most that are heard, of its source or of all, are as late."""
        lately = [name for name, at_us in self._heard_us.items() if at_us > now_us - LATELY_US]
        peers = list(dict.fromkeys([*sensors, *lately]))  # a batch may be of many hours
        lags = [self._lags.get(name) for name in peers]
        least_us = np.array([lag.least_us if lag else 0 for lag in lags])
        numbers: dict[str, int] = {}
        source = np.array([numbers.setdefault(self._source_of(n), len(numbers)) for n in peers])
        shared = np.zeros(len(sensors), dtype=np.bool_)
        for n, name in enumerate(sensors):  # they stand first among their peers
            lag_us = int(least_us[n])
            alike = np.abs(least_us - lag_us) <= STEADY_US
            shared[n] = _is_most(alike[source == source[n]]) or _is_most(alike)
            if shared[n]:
                self._say(self._source_of(name), lag_us)
        return shared

    def _say(self, source: str, lag_us: int) -> None:
        """Log it once for each source."""
        if source not in self._said:
            self._said.add(source)
            log.warning(
                "most sensors are late alike; their times are believed",
                source=source,
                lag_s=lag_us // 10**6,
                hint="see to their platform, to the time zone it is set to, or to our own clock",
            )


def _is_steady(lag: _Lag, now_us: int) -> bool:
    """Whether it is that of a clock, by itself."""
    return (
        lag.least_us >= BEHIND_US
        and lag.most_us - lag.least_us <= STEADY_US
        and lag.readings >= STEADY_READINGS
        and now_us - lag.since_us >= STEADY_FOR_US
    )


def _is_most(alike: NDArray[np.bool_]) -> bool:
    """Whether several are, and more than half."""
    return bool(alike.sum() > 1 and 2 * alike.sum() > len(alike))


def _joined(before: _Lag | None, fresh: _Lag) -> _Lag:
    """Both together, if the sensor is as late as before; else only what is fresh."""
    if before is None:
        return fresh
    least, most = min(before.least_us, fresh.least_us), max(before.most_us, fresh.most_us)
    if most - least > STEADY_US:
        return fresh
    return _Lag(before.since_us, least, most, before.readings + fresh.readings)

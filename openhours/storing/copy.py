"""The history of one store into another: readings, then bins, in pieces that can be resumed.

Goes through the sensors a few at a time and through their time in pieces that grow where little was
said. After each piece, which is durable by then, it is written down how far it has come; a piece
that was copied twice is there once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

import msgspec

from domain.readings import Readings
from domain.sensor_bins import BIN_US, SensorBins, Stale
from openhours.storing.timeseries import History

_SENSORS = 200
_DAY_US = 86_400 * 1_000_000
_MANY = 200_000
_SLOTS = 28 * 96
_NOTHING_MADE = Stale(sensors=(), first_us=(), last_us=(), token=0)


class Target(Protocol):
    """What a copy needs of the store it goes to."""

    def add(self, readings: Readings) -> int: ...

    def put_bins(
        self, bins: SensorBins, spans: Mapping[str, tuple[int, int]], stale: Stale, until_slot: int
    ) -> None: ...

    def stale(self) -> Stale: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a copy has come."""

    readings: int = 0
    """Copied so far."""
    bins: int = 0
    reading_sensor: str = ""
    """Readings of all sensors up to this name are copied."""
    reading_us: int | None = None
    """Of the next sensors, readings before this instant are copied."""
    bin_sensor: str = ""
    """Bins of all sensors up to this name are copied."""
    bin_slot: int | None = None
    """Of the next sensors, bins before this quarter-hour are copied."""


@dataclass(frozen=True, slots=True)
class StoreCopy:
    """A copy from `source` to `target`, whose progress is kept in the file `progress`.

    Readings before `from_us` are left out, as the target would not keep them.
    """

    source: History
    target: Target
    progress: Path
    from_us: int

    def run(self) -> Iterator[Progress]:
        """Copy piece by piece; each is durable when it is yielded. Raises `StoreUnavailable`."""
        come = self._load()
        for part in (self._readings, self._bins):
            for reached in part(come):
                self._keep(reached)
                yield reached
                come = reached
        self._settle()
        self.progress.unlink(missing_ok=True)

    def _readings(self, come: Progress) -> Iterator[Progress]:
        first_us, last_us = self.source.first_seen(), self.source.last_seen()
        for names in _groups([n for n in sorted(first_us) if n > come.reading_sensor]):
            begin_us = max(min(first_us[name] for name in names), self.from_us)
            at_us = begin_us if come.reading_us is None else come.reading_us
            end_us, width_us = max(last_us[name] for name in names) + 1, _DAY_US
            while at_us < end_us:
                until_us = min(at_us + width_us, end_us)
                table = self.source.read(names, at_us, until_us)
                if len(table):
                    self.target.add(table)
                if len(table) < _MANY // 2:
                    width_us *= 2
                elif len(table) > _MANY:
                    width_us = max(width_us // 2, BIN_US)
                at_us = until_us
                come = replace(come, readings=come.readings + len(table), reading_us=at_us)
                yield come
            come = replace(come, reading_sensor=names[-1], reading_us=None)
            yield come

    def _bins(self, come: Progress) -> Iterator[Progress]:
        binned = self.source.binned()
        for names in _groups([n for n in sorted(binned) if n > come.bin_sensor]):
            begin, end = min(binned[n][0] for n in names), max(binned[n][1] for n in names)
            for start in range(begin if come.bin_slot is None else come.bin_slot, end, _SLOTS):
                bins = self.source.bins(names, start, start + _SLOTS)
                if len(bins):
                    spans = dict.fromkeys(bins.sensors, (start, start + _SLOTS))
                    self.target.put_bins(bins, spans, _NOTHING_MADE, start)
                come = replace(come, bins=come.bins + len(bins), bin_slot=start + _SLOTS)
                yield come
            come = replace(come, bin_sensor=names[-1], bin_slot=None)
            yield come

    def _settle(self) -> None:
        """Have stale in the target what is so in the source, and what came after that."""
        told = self.target.stale()
        end_us = max(told.last_us, default=0) + BIN_US
        until_us = min(self.source.stale().first_us, default=end_us)
        self.target.put_bins(SensorBins.empty(), {}, told, until_us // BIN_US)

    def _load(self) -> Progress:
        try:
            return msgspec.json.decode(self.progress.read_bytes(), type=Progress)
        except FileNotFoundError:
            return Progress()

    def _keep(self, come: Progress) -> None:
        written = self.progress.with_suffix(".new")
        written.write_bytes(msgspec.json.encode(asdict(come)))
        written.replace(self.progress)


def _groups(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + _SENSORS] for start in range(0, len(names), _SENSORS))

"""What each sensor says in bins: counts in the room's direction, people present, health.

The second of two stages; the first is `policies.binning`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.estate import Sensor
from domain.readings import CountKind
from domain.sensor_bins import BIN_S, SensorBins
from policies.grid import Floats, Grid
from policies.plausible import is_plausible
from policies.standstill import is_dead, quiet, stands_still
from policies.stretches import LEAST_KNOWN

_KINDS = list(CountKind)
_FLOWS = (CountKind.TOTAL, CountKind.PERIOD, CountKind.CHANGE)
"""Kinds that say crossings, those that lose least first."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Numbers:
    """One number of every sensor."""

    values: Floats
    """(sensors, bins); NaN is unknown."""
    known: Floats
    """(sensors, bins) share of the bin for which the number is known."""
    is_expected: Flags
    """(sensors,) whether the sensor ever says this number, or never says any."""


@dataclass(frozen=True, slots=True)
class SensorNumbers:
    """All numbers of some sensors."""

    entered: Numbers
    """Into `Sensor.room`, the sign applied."""
    left: Numbers
    present: Numbers
    healthy: Floats
    """(sensors, bins) share of the bin for which all that the sensor says is known."""


def numbers_of(
    said: SensorBins, sensors: Sequence[Sensor], grid: Grid, open_s: Floats
) -> SensorNumbers:
    """What every sensor says, by one authority each.

    Crossings are those of the kind that the estate declares; where these are unknown, another kind
    that the sensor sends too stands in for them. They are never added: a device that sends event,
    period and total for one crossing has counted it once.

    Args:
        said: the bins; those before the grid tell who had been heard by then.
        sensors: the rows of the result.
        grid: the bins.
        open_s: (sensors, bins) open seconds in each bin at the place that the sensor watches.
    """
    book = _Book(said, sensors, grid)
    flows = {kind: book.page(kind) for kind in _FLOWS}
    silent = quiet(book.is_heard, book.was_heard, open_s)
    silent |= book.is_heard & ~book.is_first_word  # a sign of life says that nobody passed
    entered = _crossings(sensors, flows, book, silent, "entered")
    left = _crossings(sensors, flows, book, silent, "left")
    _doubt(entered, left, open_s)
    present = _present(sensors, book.page(CountKind.PRESENT), open_s)
    numbers = (entered, left, present)
    mute = ~np.any([n.is_expected for n in numbers], axis=0)
    for number in numbers:
        number.is_expected[mute] = True
    turned = np.array([s.sign < 0 for s in sensors], dtype=np.bool_)
    return SensorNumbers(
        entered=_chosen(turned, left, entered),
        left=_chosen(turned, entered, left),
        present=present,
        healthy=np.min([np.where(n.is_expected[:, None], n.known, 1) for n in numbers], axis=0),
    )


class _Page(NamedTuple):
    """What was said of one kind; (sensors, bins), zero where there is nothing."""

    entered: Floats
    entered_known: Floats
    left: Floats
    left_known: Floats
    present: Floats
    present_known: Floats
    lowest: Floats
    highest: Floats
    heard: Floats


class _Book:
    """The bins of some sensors, spread out over the grid."""

    def __init__(self, said: SensorBins, sensors: Sequence[Sensor], grid: Grid) -> None:
        row = {s.id: n for n, s in enumerate(sensors)}
        rows = np.array([row.get(name, -1) for name in said.sensors] + [-1], dtype=np.intp)
        bin_ = said.slot - grid.start_s // BIN_S
        mine = rows[said.sensor]
        self._said, self._shape = said, (len(sensors), grid.bins)
        self._row, self._bin = mine, bin_
        self._inside = (mine >= 0) & (bin_ >= 0) & (bin_ < grid.bins)
        speaks = (mine >= 0) & (bin_ < grid.bins) & (said.heard > 0)
        self.was_heard = np.zeros(len(sensors), dtype=np.bool_)
        self.was_heard[mine[speaks & (bin_ < 0)]] = True
        self.sends = np.zeros((len(sensors), len(_KINDS)), dtype=np.bool_)
        """Kinds that the sensor has sent, before the grid or within."""
        self.sends[mine[speaks], said.kind[speaks]] = True
        self.is_heard = np.zeros(self._shape, dtype=np.bool_)
        spoke = self._inside & (said.heard > 0)
        self.is_heard[mine[spoke], bin_[spoke]] = True
        before: Floats = np.cumsum(self.is_heard, axis=1) - self.is_heard
        self.is_first_word = self.is_heard & (before == 0) & ~self.was_heard[:, None]
        """What was before it in its bin nobody knows of a sensor that tells changes only."""

    def page(self, kind: CountKind) -> _Page:
        """The bins of one kind."""
        rows = np.flatnonzero(self._inside & (self._said.kind == _KINDS.index(kind)))
        cell = self._row[rows], self._bin[rows]

        def spread(name: str) -> Floats:
            column = np.zeros(self._shape)
            column[cell] = np.nan_to_num(getattr(self._said, name)[rows])
            return column

        return _Page(*map(spread, _Page._fields))


def _crossings(
    sensors: Sequence[Sensor],
    flows: dict[CountKind, _Page],
    book: _Book,
    silent: Flags,
    number: str,
) -> Numbers:
    """Crossings of one direction, as mounted."""
    amount = {kind: getattr(page, number) for kind, page in flows.items()}
    known = {kind: getattr(page, f"{number}_known") for kind, page in flows.items()}
    says = {kind: share.any(axis=1) for kind, share in known.items()}
    known[CountKind.CHANGE] = np.where(book.is_first_word, 0.0, known[CountKind.CHANGE])
    declared = np.array([s.kind for s in sensors], dtype=object)
    others = [_KINDS.index(kind) for kind in (CountKind.TOTAL, CountKind.PERIOD)]
    is_alive = book.sends.any(axis=1) & ~book.sends[:, others].any(axis=1)
    says[CountKind.CHANGE] |= (declared == CountKind.CHANGE) & is_alive
    values, shares = np.full(silent.shape, np.nan), np.zeros(silent.shape)
    for kind in _FLOWS:
        own = (declared == kind) & says[kind]
        stand_in = ~np.any([(declared == k) & says[k] for k in _FLOWS], axis=0) & says[kind]
        stand_in &= ~np.any([says[k] for k in _FLOWS[: _FLOWS.index(kind)]], axis=0)
        first = (own | stand_in)[:, None]
        share = known[kind]
        if kind is CountKind.CHANGE:
            share = np.where(silent, 1.0, share)
        scaled = _scaled(amount[kind], share)
        values, shares = np.where(first, scaled, values), np.where(first, share, shares)
    for kind in _FLOWS:  # what another kind is sure to have said, not its silence
        fills = np.isnan(values) & (known[kind] >= LEAST_KNOWN)
        values = np.where(fills, _scaled(amount[kind], known[kind]), values)
        shares = np.where(fills, known[kind], shares)
    odd = ~is_plausible(values)
    values[odd], shares[odd] = np.nan, 0.0
    is_flow = np.array([s.kind is not CountKind.PRESENT for s in sensors], dtype=np.bool_)
    expected = np.any(list(says.values()), axis=0) & is_flow
    return Numbers(values, shares, expected)


def _doubt(entered: Numbers, left: Numbers, open_s: Floats) -> None:
    """Take for unknown where a door stands still that is passed all the time otherwise."""
    # Who comes goes: the two ways are one witness, not two.
    passed = np.maximum(np.nan_to_num(entered.values), np.nan_to_num(left.values))
    known = ~(np.isnan(entered.values) & np.isnan(left.values))
    dead = is_dead(passed, known, open_s)
    for number in (entered, left):
        number.values[dead], number.known[dead] = np.nan, 0.0


def _scaled(amount: Floats, known: Floats) -> Floats:
    """The amount of whole bins: the unknown part of one is taken for like its known part."""
    enough = known >= LEAST_KNOWN
    return np.divide(amount, known, out=np.full_like(amount, np.nan), where=enough)


def _present(sensors: Sequence[Sensor], page: _Page, open_s: Floats) -> Numbers:
    values = np.where(page.present_known >= LEAST_KNOWN, page.present, np.nan)
    known = page.present_known.copy()
    still = stands_still(
        np.where(known > 0, page.present, np.nan), page.lowest, page.highest, open_s
    )
    values[still], known[still] = np.nan, 0.0
    watches = np.array([s.kind is CountKind.PRESENT for s in sensors], dtype=np.bool_)
    return Numbers(values, known, watches & (page.present_known > 0).any(axis=1))


def _chosen(mask: Flags, where: Numbers, elsewhere: Numbers) -> Numbers:
    return Numbers(
        np.where(mask[:, None], where.values, elsewhere.values),
        np.where(mask[:, None], where.known, elsewhere.known),
        np.where(mask, where.is_expected, elsewhere.is_expected),
    )

"""How sure an effect is, by the lots of the roll-out itself.

Had the lots fallen otherwise, others would have started early, and what would have been measured
then is known for every supposed effect: take it off the treated cells, and no cell is treated any
more. So the supposed effect's p-value is exact, whatever shocks units share or how long they last,
where the effect is the same share everywhere; the interval is made of the effects not rejected.
Where effects differ, it is of their mean, and rather too wide.

Source: Imbens & Rubin 2015, chapter 5; Athey & Imbens 2022 for staggered adoption.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policies.uplift.imputation import log_effect
from policies.uplift.panel import Cells

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Mask = NDArray[np.bool_]

CONFIDENCE = 0.95
_TIE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A share by which treatment changed totals, with its 95 % interval."""

    share: float
    """0.1: ten in a hundred more than without."""
    low: float
    high: float
    p_value: float
    """Of no effect, two-sided."""

    @property
    def is_told(self) -> bool:
        """Whether there is an effect, and an interval with two ends."""
        return bool(np.isfinite([self.share, self.low, self.high]).all()) and self.low > -1


def is_treated(week: Ints, starts: Ints) -> Mask:
    """(draws, units, periods) of starts (draws, units) and the week of each period."""
    return np.asarray(week >= starts[:, :, None])


def inferred(cells: Cells, starts: Ints, redrawn: Ints, *, units: Mask | None = None) -> Effect:
    """The effect of a staggered start, with what the lots say of it; NaN where nothing can be told.

    Args:
        cells: (units, periods)
        starts: (units,) week in which each starts.
        redrawn: (draws, units) starts as the lots could have fallen as well.
        units: (units,) of which the effect is asked for; None: all.
    """
    among = None if units is None else units[:, None]
    treated = is_treated(cells.week, starts[None])
    others = is_treated(cells.week, redrawn)
    log = float(log_effect(cells.total, cells.usual, treated, among)[0])

    def excess(supposed: float) -> Floats:
        """How far each other draw's effect is above the actual one's, were this the effect."""
        without = cells.total / np.exp(supposed * treated)
        actual = log_effect(without, cells.usual, treated, among)
        return np.asarray(log_effect(without, cells.usual, others, among) - actual)

    if np.isnan(log):
        return Effect(share=log, low=log, high=log, p_value=log)
    at_none, at_log = excess(0.0), excess(log)
    reach = 2 * float(np.nanstd(at_log)) + _TIE
    below = _crossing(excess(log - reach), at_log, log - reach, reach)
    above = _crossing(at_log, excess(log + reach), log, reach)
    rank = round((1 - CONFIDENCE) / 2 * (len(redrawn) + 1))
    return Effect(
        share=float(np.expm1(log)),
        low=float(np.expm1(np.sort(np.nan_to_num(below, nan=-np.inf))[rank - 1])),
        high=float(np.expm1(np.sort(np.nan_to_num(above, nan=np.inf))[-rank])),
        p_value=two_sided(at_none),
    )


def two_sided(excess: Floats) -> float:
    """p-value of draws that are so far above what was drawn; those not told count as extreme."""
    more, less = np.sum(~(excess < -_TIE)), np.sum(~(excess > _TIE))
    return float(min(1.0, 2 * (1 + min(more, less)) / (1 + len(excess))))


def _crossing(first: Floats, second: Floats, at: float, reach: float) -> Floats:
    """The supposed effect at which each draw's excess is 0; NaN where it is 0 always.

    It rises with the effect, and so nearly in a line that the line through two points serves.

    Args:
        first: (draws,) excess at `at`.
        second: (draws,) excess at `at + reach`.
        at: supposed effect.
        reach: further on.
    """
    rise = (second - first) / reach
    flat = np.where(np.abs(first) <= _TIE, np.nan, np.where(first > 0, -np.inf, np.inf))
    return np.where(rise > _TIE, at - first / np.where(rise > _TIE, rise, 1), flat)

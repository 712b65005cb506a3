"""What the days of a trial prove: e-values from pairs of days, one of each drawn by lot.

A pair is the same weekday in two weeks that follow each other; a coin says on which of the two the
stretch is open. Whatever the days would have been like without it, and however they depend on one
another, the coin alone decides the sign of their difference. So with x the visits of the open day
less those of the other, less the cost::

    E = mean over λ of Π (1 + tanh(λ x))

has an expectation of at most 1 at every look, where the stretch brings no more than it costs:
½ [tanh(λ(u + a)) + tanh(λ(b − u))] ≤ 0 for every difference u that the days would have had and all
net effects a, b ≤ 0. By Ville's inequality it passes 20 at any look with a probability of 5 % at
most. tanh keeps a single odd day from deciding.

Sources: Ramdas, Grünwald, Vovk & Shafer 2023 (e-processes, betting); Bojinov, Simchi-Levi & Zhao
2023 (switchback designs).
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BETS = (0.3, 0.6)
"""λ times the scale of a pair's difference. The best bet is the net effect in this unit. What can
be proved at all in twelve weeks is between these two: 0.4 with the thirty pairs of five days a
week, 0.7 with the twelve pairs of a weekend."""


def e_values(net: Floats, scale: float) -> tuple[float, float]:
    """Evidence that the stretch brings more than it costs, and that it brings less.

    Args:
        net: (pairs,) visits of the open day less those of its other, less the cost; NaN where a
            day is not known.
        scale: of such a difference, visits, from days before the trial (`pair_scale`).
    """
    known = net[~np.isnan(net)] / scale
    bets = np.tanh(np.outer(BETS, known))
    return float(np.prod(1 + bets, axis=1).mean()), float(np.prod(1 - bets, axis=1).mean())


def pair_scale(totals: Floats) -> float:
    """Standard deviation of the difference of two days one week apart, visits.

    By the median of their sizes, so that holidays do not count; chance alone gives √(2 · mean), and
    no less is believed.

    Args:
        totals: (days,) visits of days that follow each other before the trial; NaN where unknown.

    Returns:
        NaN where no two days one week apart are known.
    """
    apart = np.abs(totals[7:] - totals[:-7])
    apart = apart[~np.isnan(apart)]
    if not len(apart):
        return float("nan")
    return float(max(1.4826 * np.median(apart), np.sqrt(2 * np.nanmean(totals) + 1)))

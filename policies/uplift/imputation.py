"""What would have been: unit and time effects of what was not yet treated, carried to what was.

The expected total of a unit in a period is `usual · unit effect · period effect`, fitted to the
untreated cells alone by Poisson pseudo-likelihood; the effect is the logarithm of the total over
the expected total of the treated cells.

This is imputation difference-in-differences (Borusyak, Jaravel & Spiess 2024) with a ratio of
visits in place of a mean of logarithms. Logarithms have no place for days without visits, and what
is put in their place (log(1 + y)) changes with the unit of y; under overdispersion that differs
between before and after they are biased besides (Santos Silva & Tenreyro 2006; Chen & Roth 2024).
The pseudo-likelihood asks for the mean alone to be right: zeros and any spread are allowed.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAST_CONTROLS = 2
"""Units not yet treated that a period must have: one alone would pass its own ups and downs on to
all that are treated."""
_ROUNDS = 60
_CLOSE = 1e-7
_CHUNK = 64
"""Draws at a time, so that their tables stay near the processor."""


def expected(total: Floats, usual: Floats, untreated: Mask) -> Floats:
    """Expected totals without treatment, for several assignments at once.

    Unit and period effects are scaled in turn until both margins of the untreated cells are met:
    then the Poisson score is 0.

    Args:
        total: (…, units, periods)
        usual: (units, periods) 0 where nothing is known.
        untreated: (draws, units, periods)

    Returns:
        (draws, units, periods), NaN where no effect can be told: of a period without
        `LEAST_CONTROLS` untreated units, of a unit never seen untreated.
    """
    free = untreated & (usual > 0)
    exposure = free * usual
    unit_sum, period_sum = (free * total).sum(axis=-1), (free * total).sum(axis=-2)
    unit = _ratio(unit_sum, exposure.sum(axis=-1))
    period = np.ones(period_sum.shape)
    for _ in range(_ROUNDS):
        last = period
        period = _ratio(period_sum, np.matmul(unit[:, None, :], exposure)[:, 0, :])
        unit = _ratio(unit_sum, np.matmul(exposure, period[:, :, None])[:, :, 0])
        if np.all(np.abs(period - last) <= _CLOSE * (1 + last)):
            break
    period[free.sum(axis=-2) < LEAST_CONTROLS] = np.nan
    unit[~free.any(axis=-1)] = np.nan
    return np.asarray(usual * unit[:, :, None] * period[:, None, :])


def log_effect(total: Floats, usual: Floats, treated: Mask, among: Mask | None = None) -> Floats:
    """Logarithm of the total over that expected without treatment, in the treated cells; (draws,).

    Args:
        total: as of `expected`.
        usual: as of `expected`.
        treated: (draws, units, periods)
        among: cells to be judged, broadcast to `treated`; None: all. The others still tell what
            would have been.

    Returns:
        NaN where no such treated cell can be told.
    """
    chunks = range(0, len(treated), _CHUNK)
    return np.concatenate(
        [_log_effect(total, usual, treated[at : at + _CHUNK], among) for at in chunks]
    )


def _log_effect(total: Floats, usual: Floats, treated: Mask, among: Mask | None) -> Floats:
    without = expected(total, usual, ~treated)
    told = treated & ~np.isnan(without) & (usual > 0)
    if among is not None:
        told &= among
    came = np.sum(told * total, axis=(-2, -1))
    would = np.sum(without, axis=(-2, -1), where=told)
    can = (came > 0) & (would > 0)
    return np.log(_ratio(came, would), out=np.full(can.shape, np.nan), where=can)


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros(np.broadcast(above, below).shape), where=below > 0)

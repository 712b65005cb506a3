"""What one would say of closed hours otherwise; rates (venues, 7, 96), NaN where one cannot.

All are given what was seen: mean visits of each weekday and slot, NaN where never open.
"""

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins

Floats = NDArray[np.float64]
HOUR = 4


def seen_means(bins: Bins) -> Floats:
    """Mean arrivals by weekday and slot, of open and healthy bins from a Monday's first slot on.

    People present are turned into arrivals as for the estimator's truth, by a stay of 75 minutes.
    """
    arrivals = bins.entered
    if np.isnan(arrivals).all():
        padded = np.pad(bins.present, ((0, 0), (1, 1)), mode="edge")
        arrivals = (padded[:, 2:] - padded[:, :-2]) / 2 + bins.present * 0.2
    known = np.where((bins.open == 1) & (bins.healthy > 0), arrivals, np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # means of nothing are NaN, as wanted
        return np.asarray(np.nanmean(known.reshape(len(known), -1, 7, 96), axis=1))


def carried_edge(means: Floats) -> Floats:
    """The mean of the nearest open hour of the day."""
    out = means.copy()
    for row in out.reshape(-1, 96):
        there = np.flatnonzero(~np.isnan(row))
        if there.size:
            first, last = there[0], there[-1]
            row[:first] = np.nanmean(row[first : first + HOUR])
            row[last + 1 :] = np.nanmean(row[last + 1 - HOUR : last + 1])
    return out


def weekday_mean(means: Floats) -> Floats:
    """The day's mean over its open slots."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a day that is never open
        day = np.nanmean(means, axis=2, keepdims=True)
    return np.broadcast_to(day, means.shape)


def pooled_shape(means: Floats, types: Sequence[str]) -> Floats:
    """The mean of the type's other venues, scaled to the venue where both are open."""
    out = np.full_like(means, np.nan)
    for row, kind in enumerate(types):
        others = [n for n, t in enumerate(types) if t == kind and n != row]
        if not others:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # slots for which nobody was open
            shape = np.nanmean(
                means[others] / np.nanmean(means[others], axis=(1, 2), keepdims=True), axis=0
            )
        both = ~np.isnan(shape) & ~np.isnan(means[row])
        out[row] = shape * means[row][both].sum() / shape[both].sum()
    return out


def auto_ets(means: Floats, horizon: int) -> tuple[Floats, Floats, Floats] | None:
    """Rates with 80 % intervals by AutoETS (Hyndman & Khandakar 2008, of statsforecast).

    The venue's mean open day is carried on forward, and backward in reverse, `horizon` slots each,
    and scaled to each weekday. None where statsforecast is not installed.
    """
    try:
        from statsforecast.models import AutoETS  # noqa: PLC0415 - a rival that may be absent
    except ImportError:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # slots for which a venue never opens
        day = np.nanmean(means, axis=1)
    weekday = (
        np.nanmean(means, axis=2, keepdims=True) / np.nanmean(means, axis=(1, 2))[:, None, None]
    )
    out = np.full((3, *day.shape), np.nan)
    for venue, row in enumerate(day):
        there = np.flatnonzero(~np.isnan(row))
        seen = row[there[0] : there[-1] + 1]
        for values, at in (
            (seen, there[-1] + 1 + np.arange(horizon)),
            (seen[::-1], there[0] - 1 - np.arange(horizon)),
        ):
            model = AutoETS(model="ZZN", season_length=1)
            told = model.forecast(y=np.nan_to_num(values), h=horizon, level=[80])
            inside = (at >= 0) & (at < out.shape[2])
            for which, name in enumerate(("mean", "lo-80", "hi-80")):
                out[which, venue, at[inside]] = told[name][inside]
    rate, low, high = np.maximum(out, 0)[:, :, None, :] * weekday
    return rate, low, high

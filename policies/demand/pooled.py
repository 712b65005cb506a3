"""Surfaces of all venues of a type together: empirical Bayes by Laplace's approximation.

Visits are Poisson about exp(offset + slopes · outside + X β_v), with β_v ~ N(μ, S) over the venues
of a type and μ ~ N(μ₀, S₀). Given a step of Fisher scoring, with A_v = X'WX and h_v, all is linear
and Gaussian: μ has precision S₀⁻¹ + Σ (A_v⁻¹ + S)⁻¹ and β_v given μ has (A_v + S⁻¹). S is diagonal,
one variance a block, which is estimated; the slopes are generalised least squares with
the surfaces integrated out. (Rasmussen & Williams 2006, §3.4; Gelman et al. 2013, ch. 5 and 15.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policies.demand.beyond import SLOPE, SLOPE_DOUBT
from policies.demand.observed import CLOSING_SLOTS
from policies.demand.surface import BETWEEN_VENUES, LEVEL, OF_A_TYPE, Surface

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

STEPS = 6
GREATEST_STEP = 1.5
"""A step of scoring may move a log-rate by so much, or it may overshoot."""
PRIOR_WEIGHT = 12.0
"""Coefficients' worth of weight that the usual variances between venues have in each block."""


@dataclass(frozen=True, slots=True)
class Cells:
    """What was seen by venue and cell of day type × slot; arrays (venues, 8 × 96)."""

    count: Floats
    """Such that variance is mean at a given rate."""
    exposure: Floats
    offset: Floats
    """Log-rates that the surface adds to."""
    outside: Floats
    """(venues, 8 × 96, 2) hours from the usual hours, before and after them."""
    near: Floats
    """(venues, 8 × 96, distances) share of the exposure at each distance from an edge of opening,
    whose factor the exposure has already."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Coefficients that venues share, normally distributed."""

    mean: Floats
    covariance: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """What is known of the log-rates, (venues, 8 × 96)."""

    mean: Floats
    variance: Floats
    slopes: Effect
    """Log-rate an hour outside the usual hours, before and after them."""
    edges: dict[str, Effect]
    """By type, logarithms of what the edges' factors are still to be multiplied by."""


@dataclass(frozen=True, slots=True)
class _Type:
    """The posterior of the venues of one type."""

    rows: Rows
    beta: Floats
    covariance: Floats
    """Of each β_v given μ."""
    centre: Floats
    """μ"""
    centre_covariance: Floats
    between: Floats
    """(coefficients,) diagonal of S."""


def fit(cells: Cells, types: Sequence[str], doubts: Mapping[str, Floats], on: Surface) -> Fit:
    """Fit all venues, each with the help of those of its type.

    Args:
        cells: what was seen.
        types: of each venue.
        doubts: by type, covariance of the logarithms of the edges' factors beforehand.
        on: the surface.
    """
    usual = np.square(BETWEEN_VENUES)[on.block]
    kinds = sorted(set(types))
    groups = [_beginning(cells, rows, on, usual) for rows in _rows(types)]
    starts = [group.centre for group in groups]
    slopes = before = Effect(np.full(2, SLOPE), np.eye(2) * SLOPE_DOUBT**2)
    unbent = [Effect(np.zeros(len(doubts[kind])), doubts[kind]) for kind in kinds]
    edges = unbent
    beta = np.zeros((len(types), len(on.block)))
    for group in groups:
        beta[group.rows] = group.beta
    bend = np.zeros_like(cells.count)
    for _ in range(STEPS):
        outside = cells.outside @ slopes.mean
        for group, edge in zip(groups, edges, strict=True):
            bend[group.rows] = cells.near[group.rows] @ edge.mean
        surfaces = beta @ on.design.T
        expected = cells.exposure * np.exp(cells.offset + outside + bend + surfaces)
        surplus = cells.count - expected
        information = _grams(expected, on)
        told = _times(information, beta) + surplus @ on.design
        groups = [
            _posterior(group, information, told, start, on)
            for group, start in zip(groups, starts, strict=True)
        ]
        working = surplus + expected * surfaces
        slopes = _effect(cells.outside, expected, working + expected * outside, groups, before, on)
        working += expected * bend
        edges = [
            _no_stronger(_effect(cells.near, expected, working, [group], start, on))
            for group, start in zip(groups, unbent, strict=True)
        ]
        for group in groups:
            beta[group.rows] = _damped(beta[group.rows], group.beta, on.design)
        groups = [_with_between(group, usual, on) for group in groups]
    mean, variance = beta @ on.design.T, np.empty_like(cells.count)
    for group in groups:
        variance[group.rows] = _variance(group, on.design)
    variance += np.einsum("vri,ij,vrj->vr", cells.outside, slopes.covariance, cells.outside)
    mean += cells.offset + cells.outside @ slopes.mean
    return Fit(mean, variance, slopes, dict(zip(kinds, edges, strict=True)))


def _rows(types: Sequence[str]) -> list[Rows]:
    labels = np.array(types)
    return [np.flatnonzero(labels == kind) for kind in sorted(set(types))]


def _beginning(cells: Cells, rows: Rows, on: Surface, usual: Floats) -> _Type:
    """All venues of a type at its mean level, which is μ₀."""
    met = (cells.exposure[rows] * np.exp(cells.offset[rows])).sum()
    centre = np.zeros(len(on.block))
    centre[on.block == LEVEL] = np.log((cells.count[rows].sum() + 0.5) / (met + 0.5))
    unknown = np.diag(np.square(OF_A_TYPE)[on.block])
    return _Type(rows, np.tile(centre, (len(rows), 1)), np.empty(0), centre, unknown, usual)


def _posterior(
    group: _Type, information: Floats, told: Floats, start: Floats, on: Surface
) -> _Type:
    """The exact solution given the information of all venues, (venues, …)."""
    within, said = information[group.rows], told[group.rows]
    covariance = _inverse(within + np.diag(1 / group.between))
    prior = 1 / np.square(OF_A_TYPE)[on.block]
    # (A⁻¹ + S)⁻¹ = A (A + S⁻¹)⁻¹ S⁻¹, so that A, which may be 0, is not inverted
    precision = np.diag(prior) + (within @ covariance).sum(axis=0) / group.between
    pulled = _times(covariance, said).sum(axis=0) / group.between
    centre_covariance = _inverse((precision + precision.T) / 2)
    centre = centre_covariance @ (pulled + prior * start)
    beta = _times(covariance, said + centre / group.between)
    return _Type(group.rows, beta, covariance, centre, centre_covariance, group.between)


def _with_between(group: _Type, usual: Floats, on: Surface) -> _Type:
    """The type with the variances of its blocks: squares by what the visits determined of them.

    (MacKay 1992, Bayesian interpolation; it moves faster than expectation and maximisation.)
    """
    squares = np.square(group.beta - group.centre).sum(axis=0)
    told = 1 - np.diagonal(group.covariance, axis1=1, axis2=2) / group.between
    squares, determined = (
        np.bincount(on.block, x)[on.block] for x in (squares, np.maximum(told, 0).sum(axis=0))
    )
    between = (squares + PRIOR_WEIGHT * usual) / (determined + PRIOR_WEIGHT)
    return _Type(
        group.rows, group.beta, group.covariance, group.centre, group.centre_covariance, between
    )


def _effect(
    columns: Floats,
    expected: Floats,
    working: Floats,
    groups: Sequence[_Type],
    before: Effect,
    on: Surface,
) -> Effect:
    """An effect that the venues of some types share.

    Args:
        columns: (venues, 8 × 96, coefficients) of the effect.
        expected: (venues, 8 × 96) weights.
        working: alike, weight × (working response − all else but the surface).
        groups: the types, with the covariances of their surfaces.
        before: what is believed of it beforehand.
        on: the surface.
    """
    precision = _inverse(before.covariance)
    pulled = precision @ before.mean
    for group in groups:
        weighed = columns[group.rows] * expected[group.rows, :, None]
        told = weighed.any(axis=(1, 2))
        rows, weighed, covariance = group.rows[told], weighed[told], group.covariance[told]
        crossed = weighed.transpose(0, 2, 1) @ on.design
        kept = crossed @ covariance
        centred = working[rows] - expected[rows] * (on.design @ group.centre)
        precision = precision + (weighed.transpose(0, 2, 1) @ columns[rows]).sum(axis=0)
        precision -= (kept @ crossed.transpose(0, 2, 1)).sum(axis=0)
        pulled = pulled + np.einsum("vri,vr->i", columns[rows], centred)
        pulled -= np.einsum("vil,vl->i", kept, centred @ on.design)
    shared = _inverse((precision + precision.T) / 2)
    return Effect(shared @ pulled, shared)


def _no_stronger(edges: Effect) -> Effect:
    """Closing never found to keep more people away than hours that changed, or the stay, say.

    Hours end where demand falls, so a fall toward closing is no sign of it; its absence is.
    """
    closing = np.arange(len(edges.mean)) < CLOSING_SLOTS
    return Effect(np.where(closing, np.maximum(edges.mean, 0), edges.mean), edges.covariance)


def _variance(group: _Type, design: Floats) -> Floats:
    """Variance of the log-rates, of μ too; (venues, rows of the design)."""
    kept = group.covariance / group.between
    whole = group.covariance + kept @ group.centre_covariance @ kept.transpose(0, 2, 1)
    return np.asarray(np.einsum("vrk,rk->vr", design @ whole, design))


def _grams(weight: Floats, on: Surface) -> Floats:
    """X' diag(w_v) X of all venues by one product; (venues, coefficients, coefficients)."""
    size = on.design.shape[1]
    one, other = np.triu_indices(size)
    gram = np.empty((len(weight), size, size))
    gram[:, one, other] = gram[:, other, one] = weight @ on.pairs
    return gram


def _damped(old: Floats, new: Floats, design: Floats) -> Floats:
    moved = np.abs((new - old) @ design.T).max(axis=1, keepdims=True)
    return np.asarray(old + (new - old) * np.minimum(1, GREATEST_STEP / np.maximum(moved, 1e-9)))


def _inverse(matrices: Floats) -> Floats:
    return np.asarray(np.linalg.inv(matrices), np.float64)


def _times(matrices: Floats, vectors: Floats) -> Floats:
    return np.asarray((matrices @ vectors[:, :, None])[:, :, 0])

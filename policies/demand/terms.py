"""School terms: how much busier or quieter a type of venue is in the vacations."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.estate import SchoolTerm

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]
Mask = NDArray[np.bool_]

USUAL_DOUBT = 0.3
"""Standard deviation of a type's log factor before both terms and vacations were seen."""
BETWEEN_VENUES, WANDER = 0.1, 0.1
"""Standard deviation of a venue's about its type's; and of two stretches of weeks at any rate."""


@dataclass(frozen=True, slots=True)
class TermFactor:
    """Log of visits in the vacations by visits in term, and its variance."""

    log: float = 0.0
    variance: float = USUAL_DOUBT**2


def in_vacation(days: Days, terms: Sequence[SchoolTerm]) -> Mask:
    """Which days lie in no term; none where no terms are known. (days,), datetime64[D]."""
    is_term = np.zeros(len(days), dtype=np.bool_)
    for term in terms:
        is_term |= (days >= np.datetime64(term.first)) & (days <= np.datetime64(term.last))
    return ~is_term & bool(terms)


def term_factor(count: Floats, expected: Floats, vacation: Mask) -> TermFactor:
    """The factor of one type, its venues' averaged by what each is worth, shrunk toward none.

    Args:
        count: (venues, days) visits.
        expected: alike, at each venue's mean rates over all days.
        vacation: (days,)
    """
    (free, free_met), (term, term_met) = (
        (count[:, of].sum(axis=1), expected[:, of].sum(axis=1)) for of in (vacation, ~vacation)
    )
    both = (free_met > 0) & (term_met > 0)
    if not both.any():
        return TermFactor()
    log = np.log((free[both] + 1) / (free_met[both] + 1) / (term[both] + 1) * (term_met[both] + 1))
    variance = 1 / (free_met[both] + 1) + 1 / (term_met[both] + 1) + BETWEEN_VENUES**2
    precision = (1 / variance).sum()
    shared = 1 / precision + WANDER**2
    kept = USUAL_DOUBT**2 / (USUAL_DOUBT**2 + shared)
    mean = (log / variance).sum() / precision
    return TermFactor(float(mean * kept), float(shared * kept))

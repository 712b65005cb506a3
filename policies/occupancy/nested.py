"""Rooms and the house they are in: estimates that add up."""

import numpy as np
from numpy.typing import NDArray

from policies.occupancy.band import Occupancy

Floats = NDArray[np.float64]


def reconciled(rooms: Occupancy, houses: Occupancy, house: NDArray[np.intp]) -> Occupancy:
    """Rooms whose sum is that of their house, each moved in proportion to its variance.

    Doors between rooms miss people too, and move them into rooms where nobody is; of the house
    as one space only its outer doors tell. The band moves along and keeps its width: both
    estimates see the outer doors.

    Args:
        rooms: (rooms,) people present.
        houses: (houses,) people present by the outer doors alone; NaN where unknown.
        house: (rooms,) the house of each room, −1 for none.

    Source: least squares under the constraint, as of Wickramasuriya et al. 2019
    (10.1080/01621459.2018.1448825) with a diagonal covariance.
    """
    size = len(houses.present)
    of_house = np.where(house < 0, size, house)
    sums = [_sums(a, of_house, size) for a in (rooms.present, rooms.variance)]
    error, variance = houses.present - sums[0], houses.variance + sums[1]
    share = np.divide(error, variance, out=np.zeros(size), where=variance > 0)
    share = np.append(np.where(np.isnan(error), 0, share), 0)
    moved = np.maximum(rooms.present + share[of_house] * rooms.variance, 0)
    step = moved - rooms.present
    return Occupancy(
        present=moved, low=np.maximum(rooms.low + step, 0), high=np.maximum(rooms.high + step, 0)
    )


def _sums(values: Floats, of_house: NDArray[np.intp], size: int) -> Floats:
    """Sum over the rooms of each house; NaN where one is unknown."""
    return np.bincount(of_house, values, minlength=size + 1)[:size].astype(np.float64)

"""A mixed-integer programme under way, and HiGHS, which solves it."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from policies.hours.days import Ints
from policies.hours.weeks import Floats


@dataclass(frozen=True, slots=True)
class Solution:
    """What HiGHS found."""

    values: Floats | None
    """(columns,) None where no solution was found in the time, or there is none."""
    bound: float
    """No solution is worth more; inf where nothing is known, −inf where there is no solution."""


class Programme:
    """Maximise the worth of columns under rows; built up part by part."""

    def __init__(self) -> None:
        self._columns: list[tuple[Floats, Floats, Floats, bool]] = []
        self._entries: list[tuple[Ints, Ints, Floats]] = []
        self._limits: list[tuple[Floats, Floats]] = []
        self._width = self._height = 0

    def add_columns(
        self, worth: Floats, lower: Floats | float, upper: Floats | float, *, whole: bool
    ) -> Ints:
        """Columns of the given worths and bounds, of the shape of `worth`; their numbers."""
        low, high = (np.broadcast_to(np.float64(b), worth.shape).ravel() for b in (lower, upper))
        self._columns.append((worth.ravel(), low, high, whole))
        numbers = self._width + np.arange(worth.size).reshape(worth.shape)
        self._width += worth.size
        return numbers

    def add_rows(
        self,
        columns: Ints,
        factors: Floats | float,
        lower: Floats | float,
        upper: Floats | float,
    ) -> None:
        """A row for each line of `columns`, (rows, terms): lower ≤ Σ factor · column ≤ upper.

        `factors` are as `columns`, or (terms,) alike in all rows.
        """
        rows, terms = columns.shape
        values = np.broadcast_to(np.float64(factors), columns.shape).ravel()
        numbers = self._height + np.repeat(np.arange(rows), terms)
        kept = values != 0
        self._entries.append((numbers[kept], columns.ravel()[kept], values[kept]))
        low, high = (np.broadcast_to(np.float64(b), rows) for b in (lower, upper))
        self._limits.append((low, high))
        self._height += rows

    def add_block(self, matrix: csr_array, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Rows of a sparse matrix over the `columns`, of which it has one for each."""
        entries = matrix.tocoo()
        row, column = entries.coords
        self._entries.append((self._height + row.astype(np.intp), columns[column], entries.data))
        self._limits.append((lower, upper))
        self._height += len(lower)

    def solve(self, *, seconds: float, gap: float = 0.0, relaxed: bool = False) -> Solution:
        """What HiGHS finds within the time.

        Args:
            seconds: at most.
            gap: relative difference of bound and worth that is good enough.
            relaxed: whether whole numbers may be broken: a bound at the price of a linear
                programme.
        """
        worth, lower, upper = (
            np.concatenate([part[i] for part in self._columns]) for i in range(3)
        )
        whole = np.concatenate([np.full(p[0].size, p[3]) for p in self._columns])
        rows, columns, values = (
            np.concatenate([part[i] for part in self._entries]) for i in range(3)
        )
        matrix = csr_array((values, (rows, columns)), shape=(self._height, self._width))
        found = milp(
            -worth,
            integrality=(whole & (not relaxed)).astype(np.intp),
            bounds=Bounds(lower, upper),
            constraints=LinearConstraint(
                matrix, *(np.concatenate([part[i] for part in self._limits]) for i in range(2))
            ),
            options={"mip_rel_gap": gap, "time_limit": seconds},
        )
        if found.status == 2:
            return Solution(None, -np.inf)
        bound = found.fun if relaxed and found.status == 0 else found.get("mip_dual_bound")
        return Solution(found.x, np.inf if bound is None else -float(bound))

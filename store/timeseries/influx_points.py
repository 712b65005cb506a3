"""Columns as points of InfluxDB, and back.

InfluxDB merges the fields of points with equal series and time, so a field that the newer point
leaves out would live on. Each point therefore has a field `said` whose bits tell which of its
optional fields are meant: what `said` does not name is not there, whatever the database still has.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped] # has no stubs
from numpy.typing import NDArray

SAID = "said"
GONE = -1
"""`said` of a point that has been taken away."""

_UNKEEPABLE = re.compile(r"[\x00-\x1f\x7f]|\\(?=[,= ]|$)")
_ESCAPED = str.maketrans({",": r"\,", "=": r"\=", " ": r"\ "})


@dataclass(frozen=True, slots=True)
class Optional:
    """A field that is left out where it has its usual value."""

    name: str
    bit: int
    unless: float
    """The usual value, NaN or 0."""
    is_whole: bool

    @property
    def type(self) -> pa.DataType:
        return pa.int64() if self.is_whole else pa.float64()

    def is_said(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Where `values` are not as usual."""
        usual = np.isnan(values) if np.isnan(self.unless) else values == self.unless
        return np.asarray(~usual)

    def read(self, rows: pa.Table, dtype: np.dtype[Any]) -> NDArray[Any]:
        """The values of this field in rows that have `said`."""
        said = rows[SAID].to_numpy() & self.bit > 0
        values = rows[self.name].fill_null(0).to_numpy()
        return np.where(said, values, self.unless).astype(dtype)


def optionals(**unless: tuple[float, bool]) -> tuple[Optional, ...]:
    """Fields by name, each with its usual value and whether it is whole, on a bit of its own."""
    return tuple(
        Optional(name, 1 << place, usual, is_whole)
        for place, (name, (usual, is_whole)) in enumerate(unless.items())
    )


def lines_of(
    series: Sequence[str],
    time_ns: NDArray[np.int64],
    always: Mapping[str, NDArray[np.int64]],
    sometimes: Iterable[tuple[Optional, NDArray[Any]]],
) -> list[str]:
    """Line protocol, in no particular order.

    Args:
        series: (points,) measurement and tags, as `series_of` writes them.
        time_ns: (points,) nanoseconds since 1970 UTC.
        always: whole numbers that every point says.
        sometimes: fields, each with its (points,) values.
    """
    sometimes = [*sometimes]
    said = np.zeros(len(time_ns), dtype=np.int64)
    for column, values in sometimes:
        said |= np.where(column.is_said(values), column.bit, 0)
    names = np.array(series, dtype=object)
    lines: list[str] = []
    for mask in np.unique(said):  # few, so that rows of one shape are written in one go
        rows = said == mask
        fields = [f"{name}=%di" for name in always]
        columns: list[list[Any]] = [values[rows].tolist() for values in always.values()]
        for column, values in sometimes:
            if mask & column.bit:
                fields.append(f"{column.name}={'%di' if column.is_whole else '%r'}")
                columns.append(values[rows].astype(np.float64).tolist())
        shape = f"%s {','.join([*fields, f'{SAID}={mask}i'])} %d"
        points = zip(names[rows].tolist(), *columns, time_ns[rows].tolist(), strict=True)
        lines += [shape % point for point in points]
    return lines


def series_of(measurement: str, **tags: str) -> str:
    """Measurement and tags as line protocol writes them.

    Raises `ValueError` for tags that InfluxDB cannot keep.
    """
    for name, text in tags.items():
        if not text or _UNKEEPABLE.search(text):
            raise ValueError(f"InfluxDB cannot keep {text!r} as a {name}")
    said = [f"{name}={text.translate(_ESCAPED)}" for name, text in sorted(tags.items())]
    return ",".join([measurement, *said])


def text_of(text: str) -> str:
    """A text as a field of line protocol."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

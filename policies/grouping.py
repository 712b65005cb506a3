"""Rows of arrays that can be worked on together."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def alike(items: Sequence[T], key: Callable[[T], Hashable]) -> Iterator[tuple[list[int], T]]:
    """The rows of items with equal keys, and one item of each such group."""
    groups: dict[Hashable, list[int]] = {}
    for row, item in enumerate(items):
        groups.setdefault(key(item), []).append(row)
    for rows in groups.values():
        yield rows, items[rows[0]]

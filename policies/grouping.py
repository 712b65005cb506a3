"""Rows of arrays that can be worked on together."""

from collections.abc import Callable, Hashable, Iterator, Sequence

from domain.estate import Venue


def alike(
    venues: Sequence[Venue], key: Callable[[Venue], Hashable]
) -> Iterator[tuple[list[int], Venue]]:
    """The rows of venues with equal keys, and one venue of each such group."""
    groups: dict[Hashable, list[int]] = {}
    for row, venue in enumerate(venues):
        groups.setdefault(key(venue), []).append(row)
    for rows in groups.values():
        yield rows, venues[rows[0]]

"""Drawing the order in which linked groups of the estate get their new hours."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from domain.errors import InvalidInput, Problem
from domain.estate import Estate
from domain.rollouts import DrawnRollout
from policies.uplift.claim import LEAST_ORDERS
from policies.uplift.rollout import drawn_rollout


def members(estate: Estate) -> dict[str, tuple[str, ...]]:
    """Venues by linked group; a venue without one is a group of its own, by its id."""
    groups = {
        group.id: (group.hub, *(walk.venue for walk in group.satellites))
        for group in estate.link_groups
    }
    linked = {venue for its in groups.values() for venue in its}
    return groups | {v.id: (v.id,) for v in estate.venues if v.id not in linked}


def draw(
    estate: Estate,
    groups: Sequence[str],
    waves: Sequence[date],
    seed: int,
    *,
    actor: str,
    at: datetime,
) -> DrawnRollout:
    """Draw the order of groups, all where none is named.

    Lots are drawn among groups whose hubs are of one type and that hold about as many people, as
    many as there are waves.

    Raises:
        InvalidInput: a group is not known or named twice, waves are not Mondays in order, or so few
            orders are possible that no result would be rare.
    """
    known = members(estate)
    if strangers := [g for g in groups if g not in known]:
        hint = "name link groups of the estate, or venues that are in none"
        problems = [Problem(g, "there is no such group", hint) for g in strangers]
        raise InvalidInput("this roll-out cannot be drawn", problems=problems)
    chosen = {g: known[g] for g in groups or known}
    blocks = _blocks(estate, chosen, len(waves))
    names = groups or tuple(chosen)
    drawn = drawn_rollout(names, [blocks[g] for g in names], waves, seed)
    if drawn.arrangements < LEAST_ORDERS:
        raise InvalidInput(
            f"only {drawn.arrangements} orders are possible, and {LEAST_ORDERS} are needed for any"
            " claim",
            hint="name more groups, or more waves",
        )
    return DrawnRollout(
        drawn_at=at,
        actor=actor,
        seed=seed,
        groups=drawn.groups,
        blocks=drawn.blocks,
        waves=drawn.waves,
        wave=drawn.wave,
    )


def _blocks(estate: Estate, groups: Mapping[str, tuple[str, ...]], waves: int) -> dict[str, str]:
    """Groups alike, by type of the hub and places: as many as there are waves, the rest with them.

    Where places are not known, venues count.
    """
    by_type = defaultdict[str, list[str]](list)
    for group, venues in groups.items():
        by_type[estate.venue(venues[0]).type].append(group)

    def size(group: str) -> tuple[float, int, str]:
        rooms = (r for v in groups[group] for r in estate.rooms_by_venue[v])
        return sum(r.capacity or 0 for r in rooms), len(groups[group]), group

    found = {}
    for kind, alike in by_type.items():
        most = max(1, len(alike) // waves)
        for place, group in enumerate(sorted(alike, key=size)):
            found[group] = f"{kind} {min(place // waves + 1, most)}"
    return found

"""Whether somewhere within a walk is open, hour by hour through the week, for a link group."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from domain.calendars import week_mask
from domain.estate import Estate, LinkGroup, Venue
from domain.hours import WeeklyHours
from policies.links.group import within_walk
from policies.links.walks import walk_minutes, walking_shares
from policies.unmet.week import by_clock

HOURS = 24


@dataclass(frozen=True, slots=True)
class Hour:
    """One clock hour of the usual week."""

    weekday: int
    hour: int
    open: int
    """Members open for the whole hour."""
    without: int
    """Members whose people find nobody open within a walk, for some of the hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How a group covers the week."""

    venues: tuple[Venue, ...]
    """The hub first."""
    minutes: tuple[tuple[float, ...], ...]
    """Between any two on foot."""
    hours: tuple[tuple[Hour, ...], ...]
    """By day, between the first and the last hour in which any member is open."""
    share: tuple[float, ...]
    """Of each member: the part of the group's open time in which somebody within a walk is."""


def coverage(estate: Estate, group: LinkGroup, hours: Mapping[str, WeeklyHours]) -> Coverage:
    """How a group covers the usual week by the hours of each venue."""
    venues = (estate.venue(group.hub), *(estate.venue(w.venue) for w in group.satellites))
    minutes = walk_minutes(group, venues)
    masks = np.array([week_mask(hours[v.id], v.day_starts) for v in venues], dtype=np.float64)
    opened = by_clock(masks, [v.day_starts for v in venues]).reshape(-1, 7, 4 * HOURS) > 0
    near = within_walk(walking_shares(minutes), opened)
    anyone = opened.any(axis=0)
    whole = opened.reshape(-1, 7, HOURS, 4).all(axis=3).sum(axis=0)
    lacking = (~near).reshape(-1, 7, HOURS, 4).any(axis=3).sum(axis=0)
    shown = np.flatnonzero(anyone.reshape(7, HOURS, 4).any(axis=(0, 2)))
    first, last = (int(shown[0]), int(shown[-1])) if len(shown) else (8, 19)
    share = near[:, anyone].mean(axis=1) if anyone.any() else np.zeros(len(venues))
    return Coverage(
        venues=venues,
        minutes=tuple(tuple(row) for row in minutes.tolist()),
        hours=tuple(
            tuple(
                Hour(day, hour, int(whole[day, hour]), int(lacking[day, hour]))
                for hour in range(first, last + 1)
            )
            for day in range(7)
        ),
        share=tuple(share.tolist()),
    )

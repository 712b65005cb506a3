"""Hours for gyms that have staff for a part of the day: by several policies, from the past alone.

All keep the same limits, take as many hours a week, and stay within what can be judged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC

import numpy as np
from numpy.typing import NDArray

from benchmarks.gyms.recording import LEARNT, WEEKS, Recording, opened_by, span
from domain.calendars import SLOT_MINUTES, week_mask
from domain.estate import Venue
from domain.hours import Block, WeeklyHours
from policies.demand import estimate
from policies.flows import open_share_of
from policies.grid import Grid
from policies.hours.venue import plan_venue
from policies.proposals import propose

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FIRST_MINUTES, LAST_MINUTES = 15, 45
"""At either end of the hours really open it cannot be told who came: the first people came while
the door was shut, and the last leave, or stay away, because of the hour."""
THRESHOLD_WEEKS, NAIVE_WEEKS = 4, 8
JUDGED = slice(LEARNT, WEEKS)


def judged(venue: Venue) -> Venue:
    """The gym with the hours in which it can be told who came."""
    days = tuple(
        tuple(Block(b.start + FIRST_MINUTES, b.end - LAST_MINUTES) for b in day)
        for day in venue.hours.days
    )
    return venue.model_copy(update={"hours": WeeklyHours(days)})


def staffed(venue: Venue, part: float) -> Venue:
    """The gym with staff for a part of its hours, in force in the middle of each day.

    An open hour costs nothing, so that all there is staff for are used.
    """
    limits = {
        "earliest": min(b.start for day in venue.hours.days for b in day),
        "latest": max(b.end for day in venue.hours.days for b in day),
        "max_blocks": 2,
        "min_block_minutes": 120,
        "max_block_minutes": 1440,
        "max_change_minutes": None,
        "break_even_visits": 0.0,
    }
    hours = WeeklyHours(tuple(tuple(_middle(b, part) for b in day) for day in venue.hours.days))
    return venue.model_copy(
        update={"hours": hours, "limits": venue.limits.model_copy(update=limits)}
    )


def _middle(block: Block, part: float) -> Block:
    slots = (block.end - block.start) // SLOT_MINUTES
    kept = round(part * slots)
    start = block.start + (slots - kept) // 2 * SLOT_MINUTES
    return Block(start, start + kept * SLOT_MINUTES)


def masks(hours: Sequence[WeeklyHours], venues: Sequence[Venue]) -> Mask:
    """Open slots; (gyms, 7, 96)."""
    return np.stack([week_mask(h, v.day_starts) for h, v in zip(hours, venues, strict=True)])


def mean(of_weeks: Floats) -> Floats:
    """(gyms, 7, 96) over the known weeks of (gyms, weeks, 7, 96); NaN where there is none."""
    known = np.isfinite(of_weeks).sum(axis=1)
    out = np.full(known.shape, np.nan)
    sums = np.nansum(of_weeks, axis=1)
    return np.asarray(np.divide(sums, known, out=out, where=known > 0))


def planned(real: Recording, part: float, *, is_seen: bool) -> Mapping[str, Mask]:
    """Open slots by policy, (gyms, 7, 96) each.

    Args:
        real: of which all but `hindsight` see the first weeks only.
        part: of the judged hours for which there is staff.
        is_seen: whether the past is known of all hours really open; else of those in force only.
    """
    within = [judged(v) for v in real.venues]
    venues = [staffed(v, part) for v in within]
    window = masks([v.hours for v in within], venues)
    in_force = masks([v.hours for v in venues], venues)
    seen = window if is_seen else in_force
    recent = slice(LEARNT - THRESHOLD_WEEKS, LEARNT), slice(LEARNT - NAIVE_WEEKS, LEARNT)
    return {
        "as_they_are": in_force,
        "threshold": _best(venues, mean(real.present[:, recent[0]]), seen),
        "naive": _best(venues, mean(real.arrivals[:, recent[1]]), seen),
        "openhours": _proposed(real, venues, window, is_seen=is_seen),
        "hindsight": _best(venues, mean(real.arrivals[:, JUDGED]), window),
    }


def _best(venues: Sequence[Venue], value: Floats, known: Mask) -> Mask:
    """The best hours where a slot is worth so much; what is not known stays as it is."""
    worth = np.where(known, np.nan_to_num(value), np.nan)
    plans = [plan_venue(v, w, v.hours).hours for v, w in zip(venues, worth, strict=True)]
    return masks(plans, venues)


def _proposed(real: Recording, venues: Sequence[Venue], window: Mask, *, is_seen: bool) -> Mask:
    """What openhours proposes as the weeks that are learnt from have ended.

    What cannot be judged is taken for unknown, and so left closed.
    """
    bins, (start, end) = real.learnt(), span(LEARNT)
    if not is_seen:
        opened = [opened_by(v, LEARNT) for v in venues]
        share = open_share_of(opened, Grid.covering(start, end))
        bins = replace(bins, open=share, present=np.where(share > 0, bins.present, np.nan))
    profile = estimate(bins, venues).profile
    unknown = np.where(np.pad(window, ((0, 0), (0, 1), (0, 0))), 0.0, np.nan)
    profile = replace(
        profile,
        rate=profile.rate + unknown,
        low=profile.low + unknown,
        high=profile.high + unknown,
    )
    at = end.astimezone(UTC)
    hours = [propose(v, profile, v.hours, run="gyms", at=at).proposed for v in venues]
    return masks(hours, venues)

"""Under-used rooms: how many flags are false, and how many rooms are found in time.

Fifty rooms of one manager for three years, looked at once a month, in several families of worlds.
A flag is false where the room's true use over a year is at least .8 of its threshold; a room is
found where it is flagged within 12 weeks of its use falling to .6 or below, or of week 8.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from benchmarks.common import Figure, parser, report
from benchmarks.underuse_rooms import FAMILIES, ROOMS, THRESHOLD, WEEKS, World
from policies.underuse.assess import assess
from policies.underuse.flags import Phase, Standings, look
from policies.underuse.level import ENOUGH_WEEKS, LOW_SHARE
from policies.underuse.weeks import RoomWeeks

Mask = NDArray[np.bool_]
Flags = list[tuple[int, int]]
"""Rooms that were flagged, and after how many weeks."""

CLEARLY_LOW, HALF = 0.6, 0.5
FOUND_WEEKS = 12
LOOKS = np.round(np.arange(2, int(WEEKS * 12 / 52) + 1) * 52 / 12).astype(int)
"""Weeks seen at each look: once a month."""


def bayes(world: World) -> dict[Phase, Flags]:
    """Rooms that the policy flags as under-used, and those whose sensor is to be checked."""
    threshold, standings = np.full(ROOMS, THRESHOLD), Standings()
    no_faults = np.zeros(ROOMS, dtype=np.bool_)
    found: dict[Phase, Flags] = {Phase.UNDERUSED: [], Phase.CHECK: []}
    for at in LOOKS.tolist():
        weeks = until(world.seen, at)
        on = (weeks.week[-1] + 7).astype(object)
        told = assess(weeks, threshold, world.types, no_faults, standings)
        standings, news = look(standings, weeks.rooms, told.not_low, told.suspect, on)
        for new in news:
            found[new.phase].append((weeks.rooms.index(new.room), at))
    return found


def naive(world: World, window: int) -> Flags:
    """Flags of a mean of some weeks below the threshold, silent until it is above."""
    flagged: Mask = np.zeros(ROOMS, dtype=np.bool_)
    found: Flags = []
    for at in LOOKS.tolist():
        use = until(world.seen, at).utilisation[:, -window:]
        known = ~np.isnan(use)
        mean = np.nansum(use, axis=1) / np.maximum(known.sum(axis=1), 1)
        low = known.any(axis=1) & (mean < THRESHOLD)
        found += [(int(room), at) for room in np.flatnonzero(low & ~flagged)]
        flagged = np.where(known.any(axis=1), low, flagged)
    return found


def until(weeks: RoomWeeks, number: int) -> RoomWeeks:
    """The first weeks of what was seen."""
    by_week = {
        f.name: getattr(weeks, f.name)[..., :number] for f in fields(weeks) if f.name != "rooms"
    }
    return replace(weeks, **by_week)


@dataclass(frozen=True, slots=True)
class Score:
    """What the flags of one rule in one world are worth."""

    false: float
    """False flags a year."""
    unfounded: float
    """Those of rooms that were not even used too little in the last 12 weeks."""
    found: int
    rooms: int
    found_below_half: int
    rooms_below_half: int


def score(world: World, flags: Flags) -> Score:
    """Compare flags with the truth."""
    years = (LOOKS[-1] - LOOKS[0]) / 52
    false = [(room, at) for room, at in flags if world.level[room, at - 1] >= LOW_SHARE]
    unfounded = [
        (room, at)
        for room, at in false
        if world.use[room, max(at - FOUND_WEEKS, 0) : at].mean() >= LOW_SHARE
    ]
    right = set(flags) - set(false)
    counts = []
    for share in (CLEARLY_LOW, HALF):
        due = to_be_found(world, share)
        found = sum(any(r == room and at <= by for r, at in right) for room, by in due)
        counts += [found, len(due)]
    return Score(len(false) / years, len(unfounded) / years, *counts)


def to_be_found(world: World, share: float) -> list[tuple[int, int]]:
    """Rooms that came to be used so little for good, and by which week that is to be told."""
    low = world.level <= share
    since = WEEKS - low[:, ::-1].argmin(axis=1)
    since[low.all(axis=1)] = 0
    by = np.maximum(since, ENOUGH_WEEKS) + FOUND_WEEKS
    return [(int(room), int(by[room])) for room in np.flatnonzero(by <= LOOKS[-1])]


RULES: Mapping[str, Callable[[World], Flags]] = {
    "": lambda world: bayes(world)[Phase.UNDERUSED],
    "naive_4_weeks_": partial(naive, window=4),
    "naive_8_weeks_": partial(naive, window=8),
}


def summed(scores: Sequence[Score]) -> dict[str, Figure]:
    """Means over worlds with half widths of their 95 % intervals; recall as a ratio of sums."""
    told = np.array([astuple(s) for s in scores], np.float64)
    false, unfounded, found, rooms, found_half, rooms_half = told.T
    quantile = float(student.ppf(0.975, len(scores) - 1)) / np.sqrt(len(scores))
    recall = found.sum() / rooms.sum()
    return {
        "false_flags_per_50_rooms_year": float(false.mean()),
        "false_flags_per_50_rooms_year_±": float(false.std(ddof=1) * quantile),
        "of_them_used_enough_at_the_time": float(unfounded.mean()),
        "recall": float(recall),
        "recall_±": float(np.std(found - recall * rooms, ddof=1) * quantile / rooms.mean()),
        "recall_below_half": float(found_half.sum() / rooms_half.sum()),
        "rooms_to_be_found": int(rooms.sum()),
    }


def main() -> None:
    """Print the table and the figures."""
    flags = parser("underuse", __doc__.splitlines()[0]).parse_args()
    number = 2 if flags.quick else 30
    scores: dict[str, list[Score]] = {rule: [] for rule in RULES}
    figures: dict[str, Figure] = {"seed": flags.seed, "worlds": number * len(FAMILIES)}
    columns = "".join(f"{rule or 'this':>18}" for rule in RULES)
    print(f"{'false a year, recall':22}{columns}")
    for k, family in enumerate(FAMILIES):
        worlds = [family(np.random.default_rng([flags.seed, k, n])) for n in range(number)]
        line = f"{family.__name__:22}"
        for rule, flag in RULES.items():
            of_family = [score(world, flag(world)) for world in worlds]
            scores[rule] += of_family
            told = summed(of_family)
            line += f"{told['false_flags_per_50_rooms_year']:10.2f}{told['recall']:8.1%}"
            if not rule:
                figures |= {f"{family.__name__}_{name}": figure for name, figure in told.items()}
        print(line, flush=True)
    for rule, of_rule in scores.items():
        figures |= {rule + name: figure for name, figure in summed(of_rule).items()}
    report(figures, as_json=flags.json)


if __name__ == "__main__":
    main()

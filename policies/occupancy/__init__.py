"""How many people are in a room at the end of each bin, from counts that miss some of them.

Every business day begins and ends with an empty room, and people stay as long as people do there.

- `days`: business days in a row of bins;
- `rates`: how many of those who pass are counted;
- `habits`, `learning`: how long people stay, and when they leave, by days that have ended;
- `cohorts`: who is inside, followed by counts and habits together;
- `settled`: the smallest correction that makes a day possible;
- `estimates`: one day live, and with hindsight; `band`: what an estimate is;
- `by_hand`: what people counted; `fusion`: occupancy sensors beside the doors, and ghosts;
- `nested`: rooms that add up to their house;
- `estimate`: weeks of bins of many rooms; `nights`: what was estimated before;
- `fullness`: when they were full.
"""

from policies.occupancy.band import Occupancy
from policies.occupancy.estimate import (
    Counts,
    from_counts,
    habits_before,
    occupancy,
    today,
)
from policies.occupancy.estimates import live, night
from policies.occupancy.fullness import followed_full, with_full
from policies.occupancy.habits import Habits
from policies.occupancy.learning import learn
from policies.occupancy.nested import reconciled
from policies.occupancy.nights import Nights
from policies.occupancy.rates import LEARNT_DAYS, ByHand

__all__ = [
    "LEARNT_DAYS",
    "ByHand",
    "Counts",
    "Habits",
    "Nights",
    "Occupancy",
    "followed_full",
    "from_counts",
    "habits_before",
    "learn",
    "live",
    "night",
    "occupancy",
    "reconciled",
    "today",
    "with_full",
]

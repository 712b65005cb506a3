"""Pages for a person: what is true, what was seen, what is estimated and how sure that is."""

from pathlib import Path

import numpy as np

from benchmarks.demand.families import FAMILIES, SLOT, World, world
from benchmarks.demand.rivals import seen_means
from benchmarks.demand.score import distance
from policies.demand import DemandEstimate, estimate

DAY = 2
"""Wednesday."""
VENUES = 3
HOURS = range(6, 25, 3)
CAPTIONS = {
    "two_peaks": "Two busy times a day, hours that differ from venue to venue.",
    "one_evening": "One busy evening; many venues close before it is over.",
    "all_alike": "All venues keep the same hours: none tells another what lies beyond.",
    "by_demand": "Hours end where demand ends: what is hidden is quieter than the edge suggests.",
    "too_short": "Hours have always been too short: the evening is cut off.",
    "drift": "Venues grow and shrink over the weeks; the estimate is of the last week.",
    "full_rooms": "Rooms that are full turn people away.",
}


def draw(folder: Path, seed: int) -> None:
    """Write one picture a family, and a page that holds them all."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    for number, name in enumerate(FAMILIES):
        made = world(np.random.default_rng([seed, number]), FAMILIES[name])
        _picture(folder / f"{name}.png", made, estimate(made.bins, made.venues))
        parts.append(f"<h2>{CAPTIONS[name]}</h2><img src='{name}.png' alt='{name}'>")
    page = (
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Demand in closed hours</title>"
        "<style>body{font:16px sans-serif;max-width:75rem;margin:2rem auto}img{width:100%}</style>"
        "<h1>How many people would come, open or closed</h1><p>Wednesdays of three venues a row. "
        "Black: how many would truly come. Dots: who came in open hours, on average. Blue: the "
        "estimate; the truth should lie in the band four times of five. Grey: closed.</p>"
    )
    (folder / "index.html").write_text(page + "".join(parts) + "</html>", encoding="utf-8")
    print(folder / "index.html")


def _picture(file: Path, made: World, told: DemandEstimate) -> None:
    import matplotlib as mpl  # noqa: PLC0415 - only who draws needs it

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 - as above

    seen, profile = seen_means(made.bins), told.profile
    figure, axes = plt.subplots(1, VENUES, figsize=(15, 3.4), sharex=True, layout="constrained")
    rows = np.linspace(0, len(made.venues) - 1, VENUES).astype(int).tolist()
    hour = 4 + SLOT / 4
    for axis, row in zip(axes, rows, strict=True):
        near = made.opened[row, DAY] | (distance(made.opened)[row, DAY] <= 12)
        closed = near & ~made.opened[row, DAY]
        shown = np.where(near, 1.0, np.nan)
        rate, low, high = (x[row, DAY] * shown for x in (profile.rate, profile.low, profile.high))
        top = 1.25 * np.nanmax(np.where(near, made.rate[row, DAY], 0))
        axis.fill_between(hour, 0, top, where=closed, color="0.92", step="mid")
        axis.fill_between(hour, low, np.minimum(high, top), color="tab:blue", alpha=0.25)
        axis.plot(hour, rate, color="tab:blue", label="estimate, 80 % band")
        axis.plot(hour, made.rate[row, DAY] * shown, color="black", label="truth")
        axis.plot(hour, seen[row, DAY], ".", color="tab:orange", label="seen, mean")
        axis.set_ylim(0, top)
        axis.set_title(f"{made.venues[row].type.replace('_', ' ')} {row}")
        axis.set_xticks(HOURS, [f"{hour % 24}:00" for hour in HOURS])
    axes[0].set_ylabel("arrivals in 15 minutes")
    axes[0].legend(fontsize=8)
    figure.savefig(file, dpi=90)
    plt.close(figure)

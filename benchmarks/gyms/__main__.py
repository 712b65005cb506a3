"""Hours of eight real gyms, planned from eight months and judged by the three that followed.

Were a gym staffed for a part of the hours in which it was really open, which should these be? Hours
in force are the middle of each day; all others are as long a week, and lie where the gym was really
open, for what lies outside cannot be judged. Visits are judged, inferred from people present, for
it is who comes that an open door decides on; person-hours, which need no inference, stand beside.
Who came while a plan is closed is lost: nobody is supposed to come at another time instead.

`seen`: the past is known of all hours really open. `unseen`: of those in force only, as of any
venue that was never open otherwise; what the other hours would bring is inferred.
"""

import numpy as np

from benchmarks.common import Figure, parser, report
from benchmarks.gyms.hours import JUDGED, planned
from benchmarks.gyms.judged import Judged, interval, judge
from benchmarks.gyms.recording import DATA, Recording, recorded

PARTS = (2 / 3, 1 / 2, 4 / 5)
"""Of the hours for which there is staff. Figures without further word are of the first."""
POLICIES = ("as_they_are", "threshold", "naive", "openhours", "hindsight")


def _figures(name: str, visits: Judged, people: Judged) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    for policy in POLICIES:
        share, gain = visits.share(policy), visits.gain(policy)
        prefix = name if policy == "openhours" else f"{name}{policy}_"
        if policy not in ("as_they_are", "hindsight"):
            found[f"{prefix}share_of_hindsight"] = float(share[0])
            found[f"{prefix}share_of_hindsight_95"] = interval(share)
        if policy != "as_they_are":
            found[f"{prefix}visits_at_equal_hours"] = float(gain[0])
            found[f"{prefix}visits_at_equal_hours_95"] = interval(gain)
            found[f"{prefix}person_hours_at_equal_hours"] = float(people.gain(policy)[0])
    return found


def _by_gym(real: Recording, visits: Judged) -> dict[str, Figure]:
    return {
        venue.id: {
            policy: {
                "share_of_hindsight": float(visits.share(policy, gym)[0]),
                "share_of_hindsight_95": interval(visits.share(policy, gym)),
                "visits_at_equal_hours": float(visits.gain(policy, gym)[0]),
                "visits_at_equal_hours_95": interval(visits.gain(policy, gym)),
            }
            for policy in POLICIES[1:]
        }
        for gym, venue in enumerate(real.venues)
    }


def main() -> None:
    """Print the table and the figures."""
    flags = parser("gyms", __doc__.splitlines()[0]).parse_args()
    if not DATA.exists():
        report({"seed": flags.seed, "missing": DATA.name}, as_json=flags.json)
        return
    real = recorded()
    figures: dict[str, Figure] = {"seed": flags.seed, "gyms": len(real.venues)}
    by_gym: dict[str, Figure] = {}
    print(
        f"{'staff for':>9} {'known':7} {'policy':12} {'visits':>8} {'of hindsight':>12}"
        f" {'hours':>7}"
    )
    for part in PARTS[:1] if flags.quick else PARTS:
        for known in ("seen", "unseen"):
            hours = planned(real, part, is_seen=known == "seen")
            rng = np.random.default_rng(flags.seed)
            visits = judge(real.arrivals[:, JUDGED], hours, rng)
            people = judge(real.present[:, JUDGED], hours, rng)
            for policy in POLICIES:
                print(
                    f"{part:9.0%} {known:7} {policy:12} {visits.gain(policy)[0]:+8.1%}"
                    f" {visits.share(policy)[0]:12.1%} {hours[policy].sum() / 4:7.1f}"
                )
            name = "" if known == "seen" else "unseen_"
            name = name if part == PARTS[0] else f"staff_{part:.0%}_{name}".replace("%", "")
            figures |= _figures(name, visits, people)
            if part == PARTS[0]:
                by_gym[known] = _by_gym(real, visits)
    if flags.json:
        figures["by_gym"] = by_gym
    report(figures, as_json=flags.json)


if __name__ == "__main__":
    main()

"""Run from the command line; exit 1 where a bin is known wrongly."""

import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from benchmarks.common import Figure, parser, report
from benchmarks.truth.cases import town
from benchmarks.truth.play import derived, play
from benchmarks.truth.verdict import Verdict, verdicts


def figures(sensors: int, days: int, seed: int) -> dict[str, Figure]:
    """Play so many sensors for so many days, and count."""
    played = town(sensors, days, seed)
    with tempfile.TemporaryDirectory() as folder:
        table, messages, rejected = play(played, Path(folder))
    found = list(verdicts(played, derived(table, played)))
    worst = max(found, key=lambda v: v.wrong + v.invented)
    return {
        "seed": seed,
        "sensors": sensors,
        "days": days,
        "messages": messages,
        "rejected": rejected,
        "bins": sum(v.bins for v in found),
        "bins_known_share": sum(v.known for v in found) / sum(v.bins for v in found),
        "bins_wrong": sum(v.wrong for v in found),
        "bins_known_that_should_be_unknown": sum(v.invented for v in found),
        "bins_unknown_that_should_be_known": sum(max(v.needless - v.allowed, 0) for v in found),
        "worst": f"{_named(worst)} {worst.wrong} wrong, {worst.invented} invented",
        "by_fault": _by_fault(found),
    }


def _by_fault(found: list[Verdict]) -> dict[str, Figure]:
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in found:
        groups[_named(verdict)].append(verdict)
    return {
        name: {
            "wrong": sum(v.wrong for v in some),
            "invented": sum(v.invented for v in some),
            "needless": sum(v.needless for v in some),
            "allowed": sum(v.allowed for v in some),
        }
        for name, some in groups.items()
        if not all(v.is_clean for v in some)
    }


def _named(verdict: Verdict) -> str:
    return f"{verdict.case.fault} {verdict.case.wire.name} {verdict.case.kind}"


def main() -> None:
    """Run it."""
    flags = parser("truth", "bins of faulty sensors beside the truth")
    flags.add_argument("--sensors", type=int, default=200)
    flags.add_argument("--days", type=int, default=None, help="30, or 3 where it is to be quick")
    asked = flags.parse_args()
    found = figures(asked.sensors, asked.days or (3 if asked.quick else 30), asked.seed)
    report(found, as_json=asked.json)
    if found["bins_wrong"] or found["bins_known_that_should_be_unknown"]:
        sys.exit(1)


if __name__ == "__main__":
    main()

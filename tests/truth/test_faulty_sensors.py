"""Sensors of every kind and format, each with its fault: bins are right, or unknown."""

import pytest

from benchmarks.mosquitto import BINARY
from benchmarks.truth.cases import FAULTS, combinations, town
from benchmarks.truth.play import derived, play
from benchmarks.truth.verdict import Verdict, verdicts
from domain.readings import CountKind
from simulator.wires import WIRES

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed"),
]
DAYS, SEED = 4, 20
UNMET = {
    "clock-frozen": "what is said before a clock is known to stand is misplaced, or missing",
    "stuck": "for less than a day a counter that stands still is like a door that nobody passes",
    "clock-behind": "what is said before a clock is known to be behind stays in the past",
}
"""Faults by which bins are still wrong, and why."""
LOST = {"lost", "outage-lost"}
"""That a change is lost nothing tells: those who passed are missing, and nobody knows."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Verdict]:
    played = town(len(list(combinations())), DAYS, SEED)
    table, messages, rejected = play(played, tmp_path_factory.mktemp("truth"))
    assert messages > 10_000
    assert rejected == 0
    return list(verdicts(played, derived(table, played)))


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(f, marks=[pytest.mark.xfail(reason=UNMET[f])] if f in UNMET else [])
        for f in FAULTS
    ],
)
def test_bins_are_right_or_unknown_and_unknown_only_around_what_went_wrong(
    fault: str, found: list[Verdict]
) -> None:
    its = [v for v in found if v.case.fault == fault]
    if fault in LOST:
        its = [v for v in its if v.case.kind is not CountKind.CHANGE]
    assert its
    assert not [
        (v.case.wire.name, str(v.case.kind), v.wrong, v.invented, v.needless, v.allowed)
        for v in its
        if not v.is_clean
    ]


def test_what_is_written_by_vendors_in_their_own_way_is_read(found: list[Verdict]) -> None:
    codecs = {wire.codec for wire in WIRES}
    assert {v.case.wire.codec for v in found} == codecs - {"home-assistant"}
    assert all(v.known for v in found)

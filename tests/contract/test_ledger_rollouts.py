"""What every `Ledger` does with roll-outs, and with what proposals were made from."""

from dataclasses import replace
from datetime import date, timedelta

from domain.ports import Ledger
from domain.rollouts import DrawnRollout
from tests.contract.samples import NOON, decision, proposal

DRAWN = DrawnRollout(
    drawn_at=NOON,
    actor="ana",
    seed=2**40,
    groups=("north", "südstadt", "老城"),
    blocks=("library 1", "library 1", "canteen 1"),
    waves=(date(2026, 12, 7), date(2027, 1, 4)),
    wave=(1, 0, 0),
)
YEAR = timedelta(days=365)


def test_rollouts_come_back_as_they_were_drawn_in_order(ledger: Ledger) -> None:
    later = replace(DRAWN, seed=3, drawn_at=NOON + timedelta(days=1))
    for drawn in (DRAWN, later):
        ledger.add_rollout(drawn)
    assert ledger.rollouts() == [DRAWN, later]


def test_a_draw_is_in_the_audit_log_with_who_starts_when(ledger: Ledger) -> None:
    ledger.add_rollout(DRAWN)
    (line,) = ledger.audit()
    assert (line.actor, line.action, line.subject) == ("ana", "rollout.drawn", f"seed {2**40}")
    assert line.detail == "2026-12-07: südstadt 老城, 2027-01-04: north"


def test_inputs_come_back_and_the_first_kept_stand(ledger: Ledger) -> None:
    ledger.keep_inputs({"9f": ("annex:2026-W47", b"\x00one")}, NOON)
    ledger.keep_inputs({"9f": ("annex:2026-W47", b"other")}, NOON)
    assert ledger.inputs("9f") == b"\x00one"
    assert ledger.inputs("a0") is None
    assert ledger.audit() == []


def test_old_inputs_go_unless_somebody_decided(ledger: Ledger) -> None:
    decided, waiting = proposal("annex", "2026-W47"), proposal("hall", "2026-W47")
    ledger.add_proposals([decided, waiting])
    ledger.decide(decision(decided.id), None, [])
    ledger.keep_inputs({"one": (decided.id, b"1"), "two": (waiting.id, b"2")}, NOON)
    ledger.keep_inputs({"three": ("annex:2027-W47", b"3")}, NOON + YEAR)
    assert [ledger.inputs(name) for name in ("one", "two", "three")] == [b"1", None, b"3"]

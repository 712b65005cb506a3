import base64
import json
from dataclasses import replace

import numpy as np
import pytest

from domain.readings import CountKind
from simulator.faults.network import sent
from simulator.faults.plan import FaultPlan, Glitch, Outage, Stretch, WrongClock
from simulator.faults.posted import posted
from simulator.faults.rates import Clock, FaultRates, drawn
from simulator.faults.spoken import Spoken
from simulator.messages import Reports
from simulator.streams import Streams
from simulator.wires import BY_NAME, WIRES, Wire
from simulator.wires.native import NATIVE

START_S = 1_795_392_000
EVERY_S = 900
STREAMS = Streams(20)


def total(*entered: int) -> Reports:
    """A perfect total, a reading each quarter-hour; half as many leave."""
    counts = np.array(entered)
    at_s = START_S + EVERY_S * np.arange(len(counts))
    return Reports(
        sensor="door", kind=CountKind.TOTAL, time_s=at_s, entered=counts, left=counts // 2
    )


def says(reports: Reports, plan: FaultPlan) -> list[int]:
    entered = Spoken.of(reports, plan).entered
    assert entered is not None
    return [int(n) for n in entered]


def after(readings: float) -> int:
    return int(START_S + EVERY_S * readings)


def test_a_counter_without_faults_says_the_truth() -> None:
    assert says(total(0, 3, 9), FaultPlan()) == [0, 3, 9]


def test_a_total_rolls_over_at_its_width() -> None:
    plan = FaultPlan(starts_at=65_530, rollover=65_536)
    assert says(total(0, 5, 6, 9), plan) == [65_530, 65_535, 0, 3]


def test_a_reboot_begins_at_zero_and_loses_who_passed_since_the_last_reading() -> None:
    plan = FaultPlan(starts_at=100, reboots_s=(after(1.5),), says_boot=True)
    spoken = Spoken.of(total(0, 10, 20, 25), plan)
    assert spoken.entered is not None
    assert spoken.entered.tolist() == [100, 110, 5, 10]  # half of the ten passed before it
    assert spoken.booted.tolist() == [False, False, True, False]
    assert spoken.uptime_s is not None
    assert spoken.uptime_s.tolist() == [0, 900, 450, 1_350]


def test_a_glitch_is_one_reading() -> None:
    spoken = Spoken.of(total(0, 10, 20), FaultPlan(glitches=(Glitch(after(0.5), 99),)))
    assert spoken.entered is not None
    assert spoken.entered.tolist() == [0, 99, 20]
    assert spoken.sound.tolist() == [True, False, True]


def test_a_stuck_total_goes_on_from_where_it_stood() -> None:
    plan = FaultPlan(stuck=(Stretch(after(1), after(3)),))
    spoken = Spoken.of(total(2, 5, 9, 15), plan)
    assert spoken.entered is not None
    assert spoken.entered.tolist() == [2, 2, 2, 8]
    assert spoken.life.tolist() == [0, 0, 0, 1]


def test_a_dead_sensor_says_nothing_more() -> None:
    assert says(total(2, 5, 9), FaultPlan(dead_from_s=after(2))) == [2, 5]


def test_a_clock_may_run_wrong_or_stand() -> None:
    plan = FaultPlan(
        clocks=(
            WrongClock(after(1), after(3), shows_s=0),
            WrongClock(after(3), after(5), shows_s=after(3), runs=False),
        )
    )
    written = Spoken.of(total(0, 0, 0, 0, 0, 0), plan).written_s
    assert written.tolist() == [after(0), 0, 900, after(3), after(3), after(5)]


def test_what_an_outage_keeps_goes_at_its_end_and_what_it_does_not_keep_never() -> None:
    ready_s = total(*range(6)).time_s
    kept = FaultPlan(outages=(Outage(after(1), after(3), is_kept=True),))
    assert [(s.at_s, s.message) for s in sent(ready_s, kept, "door", STREAMS)] == [
        (after(0), 0),
        (after(3), 1),
        (after(3), 3),
        (after(3) + 1, 2),
        (after(4), 4),
        (after(5), 5),
    ]
    lost = FaultPlan(outages=(Outage(after(1), after(3), is_kept=False),))
    assert [s.message for s in sent(ready_s, lost, "door", STREAMS)] == [0, 3, 4, 5]


def test_shares_of_messages_are_repeated_held_up_and_lost() -> None:
    ready_s = START_S + np.arange(20_000)
    plan = FaultPlan(duplicates=0.1, late=0.1, late_at_most_s=500, lost=0.05)
    sendings = sent(ready_s, plan, "door", STREAMS)
    messages = [s.message for s in sendings]
    assert len(set(messages)) / 20_000 == pytest.approx(0.95, abs=0.01)
    times = np.bincount(messages, minlength=20_000)
    assert (times > 1).sum() / (times > 0).sum() == pytest.approx(0.1, abs=0.01)
    assert times.max() > 2
    first: dict[int, float] = {}
    for sending in sendings:
        first.setdefault(sending.message, sending.at_s - ready_s[sending.message])
    waits = np.array(list(first.values()))
    assert (waits > 0).mean() == pytest.approx(0.1, abs=0.01)
    assert waits.max() <= 500


def test_a_plan_is_the_same_whatever_else_goes_wrong() -> None:
    span = Stretch(START_S, START_S + 30 * 86_400)
    some = FaultRates(reboots_a_week=2)
    more = FaultRates(reboots_a_week=2, outages_a_week=3, clocks_a_week={Clock.AHEAD: 2})
    first, second = (drawn(rates, "door", span, STREAMS) for rates in (some, more))
    assert first.reboots_s == second.reboots_s != ()
    assert second.outages
    assert {c.shows_s - c.begin_s for c in second.clocks} == {5 * 3_600}
    assert drawn(some, "gate", span, STREAMS).reboots_s != first.reboots_s


def test_a_total_that_rolls_over_starts_near_the_edge() -> None:
    rates = FaultRates(rollovers=(2**16, 2**20, 10**6))
    span = Stretch(START_S, START_S + 1)
    for n in range(30):
        plan = drawn(rates, f"door-{n}", span, STREAMS)
        assert plan.rollover in rates.rollovers
        assert plan.rollover - 200 <= plan.starts_at < plan.rollover


def perfect(kind: CountKind) -> Reports:
    """Ten quarter-hours of a perfect counter of a kind."""
    reports = total(*range(1, 11))
    if kind is CountKind.PRESENT:
        return replace(reports, kind=kind, entered=None, left=None, present=reports.entered)
    if kind is CountKind.PERIOD:
        return replace(reports, kind=kind, period_s=np.full(10, EVERY_S))
    return replace(reports, kind=kind)


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
def test_every_reading_goes_out_once_by_every_wire(wire: Wire) -> None:
    device = wire.device(7)
    sent_out = posted(perfect(wire.kinds[0]), FaultPlan(), wire, device, STREAMS)
    greetings = wire.greeting(device, START_S)
    assert len(sent_out.messages) == -(-10 // wire.readings) + len(greetings)
    assert sent_out.arrived.all()


def test_lost_messages_are_known_to_be_lost() -> None:
    plan = FaultPlan(outages=(Outage(after(2), after(4), is_kept=False),))
    sent_out = posted(total(*range(6)), plan, NATIVE, "door", STREAMS)
    assert sent_out.arrived.tolist() == [True, True, False, False, True, True]


def test_a_milesight_vs133_writes_its_totals_as_its_vendor_says() -> None:
    plan = FaultPlan(reboots_s=(after(1.5),), says_boot=True, starts_at=72)
    sent_out = posted(
        total(0, 0, 5300), plan, BY_NAME["chirpstack-v4/vs133"], "24e1240000000007", STREAMS
    )
    first, _, booted = (
        base64.b64decode(json.loads(m.payload)["data"]).hex() for m in sent_out.messages
    )
    assert first == "03d24800000004d248000000"
    assert booted.startswith("ff0bff03d2")


def test_a_device_that_tells_its_death_tells_it_last() -> None:
    wire = BY_NAME["sparkplug-b"]
    plan = FaultPlan(dead_from_s=after(2.5))
    sent_out = posted(total(*range(6)), plan, wire, wire.device(7), STREAMS)
    verbs = [m.topic.split("/")[2] for m in sent_out.messages]
    assert verbs == ["NBIRTH", "DBIRTH", "DDATA", "DDATA", "DDATA", "DDEATH"]


def test_a_device_that_counts_since_its_last_uplink_loses_what_a_restart_loses() -> None:
    plan = FaultPlan(starts_at=100, reboots_s=(after(1.5),))
    said = Spoken.of(total(0, 10, 20, 25), plan).statements()
    assert [s.risen[0] for s in said] == [0, 10, 5, 5]


def test_a_sensor_that_is_dead_from_the_start_says_nothing_at_all() -> None:
    sent_out = posted(total(0, 3), FaultPlan(dead_from_s=START_S), NATIVE, "door", STREAMS)
    assert sent_out.messages == []


def test_a_plan_is_fitted_to_the_width_of_the_counter_it_is_played_on() -> None:
    plan = FaultPlan(starts_at=2**20 - 7, rollover=2**20, glitches=(Glitch(START_S, 2**31 + 3),))
    fitted = plan.of_width(2**16)
    assert (fitted.starts_at, fitted.rollover, fitted.glitches[0].total) == (2**16 - 7, 2**16, 3)


def test_a_counter_that_is_turned_round_counts_in_the_other_direction_from_then_on() -> None:
    spoken = Spoken.of(total(0, 4, 10, 16), FaultPlan(swapped_from_s=after(1)))
    assert spoken.entered is not None
    assert spoken.left is not None
    assert spoken.entered.tolist() == [0, 4, 4 + 3, 4 + 6]  # who left: 0, 2, 5, 8
    assert spoken.left.tolist() == [0, 2, 2 + 6, 2 + 12]
    assert spoken.sound.tolist() == [True, True, False, False]


def test_what_is_kept_until_another_outage_waits_for_its_end_too() -> None:
    plan = FaultPlan(
        outages=(
            Outage(after(3), after(5), is_kept=True),
            Outage(after(1), after(3.5), is_kept=True),
        )
    )
    assert sent(total(*range(6)).time_s, plan, "door", STREAMS)[1].at_s == after(5)

"""Faults upon arrays come to what they come to upon messages that are written, read and binned."""

import numpy as np
import pytest
from numpy.typing import NDArray

from domain.readings import CountKind, CountReading, ReadingTable
from domain.sensor_bins import SensorBins
from ingest.message import Message
from ingest.sources import Sources
from policies.binning import bin_readings
from policies.grid import Grid
from simulator.faults.bins import Heard, Quarters, heard
from simulator.faults.plan import FaultPlan, Glitch, Outage, Stretch
from simulator.faults.posted import posted
from simulator.faults.rates import FaultRates, drawn_for_all
from simulator.messages import Reports
from simulator.streams import Streams
from simulator.wires.native import NATIVE

START_S, SLOT_S, SLOTS = 1_795_392_000, 900, 4 * 96
TOTAL, PERIOD, _, PRESENT = list(CountKind)[:4]
STREAMS = Streams(20)
NAN = np.full((1, SLOTS), np.nan)
Floats = NDArray[np.float64]


def at(slot: float) -> int:
    return int(START_S + SLOT_S * slot)


def quarters(seed: int) -> Quarters:
    """A door that ten people or so pass each way in a quarter-hour, and a room behind it."""
    entered, left, present = np.random.default_rng(seed).poisson(10, (3, 1, SLOTS)).astype(float)
    return Quarters(entered=entered, left=left, present=present)


def of_kind(true: Quarters, kind: CountKind) -> Quarters:
    if kind is PRESENT:
        return Quarters(entered=NAN, left=NAN, present=true.present)
    return Quarters(entered=true.entered, left=true.left, present=NAN)


def by_arrays(true: Quarters, plan: FaultPlan, kind: CountKind, name: str = "door") -> Heard:
    totals = np.array([kind is TOTAL])
    return heard(of_kind(true, kind), [plan], [name], START_S, STREAMS, totals=totals)


def reports(true: Quarters, kind: CountKind, name: str) -> Reports:
    begins_s = START_S + SLOT_S * np.arange(SLOTS, dtype=np.int64)
    if kind is PRESENT:
        present = true.present[0].astype(np.int64)
        return Reports(sensor=name, kind=kind, time_s=begins_s, present=present)
    counts = [n[0].astype(np.int64) for n in (true.entered, true.left)]
    if kind is TOTAL:
        counts = [np.cumsum(n) for n in counts]
    return Reports(
        sensor=name,
        kind=kind,
        time_s=begins_s + SLOT_S,
        entered=counts[0],
        left=counts[1],
        period_s=np.full(SLOTS, SLOT_S) if kind is PERIOD else None,
    )


def by_messages(true: Quarters, plan: FaultPlan, kind: CountKind, name: str = "door") -> SensorBins:
    """Written in the native format, read by ingest, binned by the policy."""
    messages = posted(reports(true, kind, name), plan, NATIVE, name, STREAMS).messages
    sources = Sources()
    readings: list[CountReading] = []
    for number, message in enumerate(messages):
        received_us = round(message.at.timestamp()) * 10**6 + number
        decoded = sources.decode(Message(message.topic, message.payload, received_us))
        assert not decoded.rejections
        readings += decoded.readings
    kept = {(r.time_us, r.seq): r for r in readings}
    table = ReadingTable.of_readings([kept[key] for key in sorted(kept)])
    return bin_readings(table, {name: SLOT_S}, Grid(START_S, SLOTS))


def column(bins: SensorBins, name: str) -> Floats:
    """One number over all slots, NaN where less than half is known."""
    whole = np.full(SLOTS, np.nan)
    known = getattr(bins, f"{name}_known")
    amount = getattr(bins, name) / (1 if name == "present" else np.where(known > 0, known, 1))
    whole[bins.slot - START_S // SLOT_S] = np.where(known >= 0.5, amount, np.nan)
    return whole


PLANS = {
    "nothing": FaultPlan(starts_at=5_000),
    "network": FaultPlan(starts_at=5_000, duplicates=0.2, late=0.2),
    "lost": FaultPlan(starts_at=5_000, lost=0.2),
    "dead": FaultPlan(starts_at=5_000, dead_from_s=at(200.3)),
    "swapped": FaultPlan(starts_at=5_000, swapped_from_s=at(100)),
    "swapped within a slot": FaultPlan(starts_at=5_000, swapped_from_s=at(100.5)),
    "outage that is kept": FaultPlan(
        starts_at=5_000, outages=(Outage(at(50.2), at(90.7), is_kept=True),)
    ),
    "outage that is lost": FaultPlan(
        starts_at=5_000, outages=(Outage(at(50.2), at(90.7), is_kept=False),)
    ),
    "outage within an outage": FaultPlan(
        starts_at=5_000,
        outages=(Outage(at(50), at(70), is_kept=True), Outage(at(69), at(75.5), is_kept=False)),
    ),
    "short outages": FaultPlan(
        starts_at=5_000,
        outages=tuple(Outage(at(n + 0.9), at(n + 1.2), is_kept=False) for n in (40, 80, 81, 160)),
    ),
    "rollover": FaultPlan(starts_at=2**16 - 900, rollover=2**16),
    "reboot": FaultPlan(starts_at=5_000, reboots_s=(at(70.4), at(300))),
    "glitch": FaultPlan(starts_at=50_000, glitches=(Glitch(at(70.4), 2**31), Glitch(at(200), 0))),
    "stuck": FaultPlan(starts_at=5_000, stuck=(Stretch(at(70.5), at(82.5)),)),
}


@pytest.mark.parametrize("kind", [TOTAL, PERIOD, PRESENT])
@pytest.mark.parametrize("fault", PLANS)
def test_arrays_and_messages_come_to_the_same(fault: str, kind: CountKind) -> None:
    true, plan = quarters(7), PLANS[fault]
    found, bins = by_arrays(true, plan, kind), by_messages(true, plan, kind)
    numbers = ("present",) if kind is PRESENT else ("entered", "left")
    first = 0 if kind is PRESENT else 2  # the reading before the first slot is not there
    for number in numbers:
        ours, theirs = getattr(found, number)[0], column(bins, number)
        np.testing.assert_allclose(ours[first:], theirs[first:], rtol=1e-6, err_msg=number)


def test_what_is_drawn_at_random_comes_to_the_same_but_for_what_is_hard_to_tell() -> None:
    rates = FaultRates(
        duplicates=0.1,
        late=0.1,
        lost=0.02,
        outages_a_week=3,
        outages_kept=0.5,
        gateway_outages_a_week=1,
        sensors_a_gateway=4,
        reboots_a_week=1,
        glitches_a_week=2,
        swaps=0.3,
        dies=0.1,
    )
    names = [f"door-{n}" for n in range(12)]
    plans = drawn_for_all(rates, names, Stretch(at(0), at(SLOTS)), STREAMS)
    differing = total = 0
    for number, (name, plan) in enumerate(zip(names, plans, strict=True)):
        true = quarters(number)
        ours = by_arrays(true, plan, TOTAL, name).entered[0]
        theirs = column(by_messages(true, plan, TOTAL, name), "entered")
        same = np.isclose(ours, theirs, equal_nan=True)[4:]
        differing, total = differing + int((~same).sum()), total + len(same)
    assert differing / total < 0.01  # resets and glitches that look like counting


def test_sensors_of_one_gateway_are_silent_together_and_others_are_not() -> None:
    rates = FaultRates(gateway_outages_a_week=2, sensors_a_gateway=3)
    names = [f"s{n}" for n in range(9)]
    plans = drawn_for_all(rates, names, Stretch(at(0), at(SLOTS * 7)), STREAMS)
    outages = [plan.outages for plan in plans]
    assert outages[0] == outages[1] == outages[2] != outages[3]
    assert outages[3] == outages[5] != outages[6]
    assert not any(outage.is_kept for outage in outages[0])


def test_what_an_outage_keeps_is_unknown_until_it_is_over() -> None:
    true = quarters(3)
    plan = FaultPlan(outages=(Outage(at(50), at(90), is_kept=True),))
    totals = np.array([True])
    now = heard(true, [plan], ["door"], START_S, STREAMS, totals=totals, by_s=at(80))
    later = heard(true, [plan], ["door"], START_S, STREAMS, totals=totals, by_s=at(90))
    assert np.isnan(now.entered[0, 49:]).all()
    assert now.healthy[0, 45:55].tolist() == [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    np.testing.assert_array_equal(later.entered[0, :90], true.entered[0, :90])
    assert np.isnan(later.entered[0, 90:]).all()


def test_a_counter_that_stands_still_is_healthy_and_says_that_nobody_passes() -> None:
    found = by_arrays(quarters(3), PLANS["stuck"], TOTAL)
    assert found.entered[0, 70:82].tolist() == [0] * 12
    assert found.healthy.min() == 1

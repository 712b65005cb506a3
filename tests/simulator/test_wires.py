"""What the simulator's devices write is what ingest reads, format by format."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.truth.readers import sources_of
from domain.readings import CountKind, CountReading, Mark
from ingest.codecs import FORMATS
from ingest.message import Message
from ingest.sources import Sources
from simulator.wires import BY_NAME, WIRES, Wire
from simulator.wires.sparkplug import varint
from simulator.wires.wire import Letter, Statement

AT_S, INTERVAL_S = 1_795_397_400, 900
RECEIVED_S = AT_S + 4 * INTERVAL_S
TOTAL, PERIOD, CHANGE, PRESENT = list(CountKind)[:4]
SAID = [pytest.param(w, k, id=f"{w.name} {k}") for w in WIRES for k in w.kinds]


def read(wire: Wire, letters: Sequence[Letter]) -> list[CountReading]:
    """What is read of letters that come one after another, set up as a user sets it up."""
    kept: dict[str, str] = {}
    sources = Sources(sources_of([wire]), known=kept.get)
    readings: list[CountReading] = []
    for number, letter in enumerate(letters):
        message = Message(letter.topic, letter.payload, RECEIVED_S * 10**6 + number)
        decoded = sources.decode(message)
        assert not decoded.rejections, decoded.rejections
        kept.update(decoded.learned)
        sources.learn(decoded.learned)
        readings += decoded.readings
    return readings


def a_statement(kind: CountKind, at_s: int, **changes: Any) -> Statement:
    plain = Statement(kind, at_s, at_s, None, None, None, 0, 0, booted=False, uptime_s=None)
    return plain._replace(**changes)


@st.composite
def statements(draw: st.DrawFn, wire: Wire, kind: CountKind) -> list[Statement]:
    """As many as the device puts into a message."""
    most = (wire.counts_to or 2**40) - 1 if kind is TOTAL else 2**16 - 1
    few = st.integers(0, 2**16 - 1)
    said = []
    for at_s in range(AT_S, AT_S + wire.readings * INTERVAL_S, INTERVAL_S):
        one = a_statement(kind, at_s, risen=(draw(few), draw(few)))
        if kind is PRESENT:
            one = one._replace(present=draw(st.integers(0, wire.present_to or 10**6)))
        elif kind is CHANGE:
            inwards = draw(st.booleans())
            one = one._replace(entered=int(inwards), left=int(not inwards))
            one = one._replace(seq=draw(st.integers(1, 999_999)))
        else:
            counts = draw(st.tuples(*[st.integers(0, most)] * 2))
            one = one._replace(entered=counts[0], left=counts[1])
        if kind is PERIOD:
            one = one._replace(period_s=INTERVAL_S)
        said.append(one)
    return said


def heard_s(said: Statement, wire: Wire) -> int:
    """By the device's clock, or its network's; else by ours."""
    if wire.has_clock:
        return said.written_s
    return said.true_s if wire.is_networked else RECEIVED_S


@pytest.mark.parametrize(("wire", "kind"), SAID)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_what_a_device_writes_is_what_is_read(
    wire: Wire, kind: CountKind, data: st.DataObject
) -> None:
    said = data.draw(statements(wire, kind))
    device = wire.device(data.draw(st.integers(0, 5_000)))
    number = data.draw(st.integers(0, 300))
    letters = [*wire.greeting(device, AT_S), wire.write(device, said, number)]
    found = [r for r in read(wire, letters) if r.kind is kind]
    assert {r.sensor for r in found} == {wire.sensor(device)}
    assert [(r.time_us // 10**6, r.entered or 0, r.left or 0, r.period_s) for r in found] == [
        (
            heard_s(s, wire),
            s.entered or 0,
            s.left or 0 if wire.both_ways else 0,
            s.period_s * wire.tells_periods,
        )
        for s in said
    ]
    assert [r.present for r in found] == [s.present for s in said]


def test_every_format_has_a_device_that_writes_it() -> None:
    assert {codec.name for codec in FORMATS} | {"generic"} == {wire.codec for wire in WIRES}


@pytest.mark.parametrize("wire", [w for w in WIRES if w.counts_to], ids=lambda wire: wire.name)
def test_a_total_is_written_up_to_the_width_that_is_given(wire: Wire) -> None:
    most = (wire.counts_to or 0) - 1
    said = a_statement(TOTAL, AT_S, entered=most, left=most)
    device = wire.device(1)
    assert [r.entered for r in read(wire, [wire.write(device, [said], 1)]) if r.kind is TOTAL] == [
        most
    ]


@pytest.mark.parametrize("wire", [w for w in WIRES if w.says_boot], ids=lambda wire: wire.name)
def test_a_device_that_can_say_that_it_started_is_understood(wire: Wire) -> None:
    kind = wire.kinds[0]
    said = a_statement(kind, AT_S, entered=4, left=3, booted=True, period_s=INTERVAL_S)
    found = read(wire, [wire.write(wire.device(1), [said], 0)])
    assert {bool(Mark(r.marks) & Mark.BOOTED) for r in found} == {True}


@pytest.mark.parametrize(
    "wire", [BY_NAME["esphome"], BY_NAME["sparkplug-b"]], ids=lambda wire: wire.name
)
def test_the_last_will_of_a_device_is_a_fault(wire: Wire) -> None:
    device = wire.device(3)
    births = wire.greeting(device, AT_S)
    status = replace(wire, filter="roode3/#") if wire.codec == "esphome" else wire
    last = read(status, [*births, *wire.farewell(device, AT_S, 1)])[-1]
    assert (last.kind, Mark(last.marks) & Mark.FAULT) == (CountKind.STATUS, Mark.FAULT)


def test_names_are_of_letters_that_openhours_allows() -> None:
    assert {
        wire.name
        for wire in WIRES
        if not set(wire.sensor(wire.device(77)))
        <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-")
    } == set()


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "00"), (127, "7f"), (128, "8001"), (300, "ac02"), (2**64 - 1, "ff" * 9 + "01")],
)
def test_varints_are_those_of_protobufs_documentation(number: int, written: str) -> None:
    assert varint(number).hex() == written

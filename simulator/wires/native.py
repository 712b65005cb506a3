"""The native format, by the clock of the device."""

from collections.abc import Sequence

from domain.readings import CountKind, CountReading
from simulator.encoder import encode, topic
from simulator.wires.wire import Letter, Statement, Wire


def _write(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    readings = [
        CountReading(
            device,
            s.kind,
            s.written_s * 1_000_000,
            s.entered,
            s.left,
            s.present,
            s.period_s,
            s.seq,
        )
        for s in statements
    ]
    return Letter(topic(device), encode(readings))


NATIVE = Wire(
    name="native",
    codec="native",
    kinds=(CountKind.TOTAL, CountKind.PERIOD, CountKind.CHANGE, CountKind.PRESENT),
    device=lambda number: f"door-{number:04d}",
    write=_write,
    filter=topic("+"),
)

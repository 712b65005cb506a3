"""A line of CSV, as docs/formats.md maps one: id, seconds since 1970, totals, people present."""

from collections.abc import Sequence

from domain.readings import CountKind
from simulator.wires.wire import Letter, Statement, Wire


def _write(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    lines = []
    for said in statements:
        numbers = (said.written_s, said.entered, said.left, said.present)
        lines.append(";".join([device, *("" if n is None else str(n) for n in numbers)]))
    return Letter(f"csv/{device}", "\n".join(lines).encode())


CSV = Wire(
    name="csv",
    codec="generic",
    kinds=(CountKind.TOTAL, CountKind.PRESENT),
    device=lambda number: f"gate-{number}",
    write=_write,
    filter="csv/+",
    readings=4,
)

"""A SenML pack in JSON (RFC 8428): base name and time, then a record a number."""

from collections.abc import Sequence

from domain.readings import CountKind
from simulator.wires.wire import Letter, Statement, Wire, as_json, eui

_NUMBERS = ("entered", "left", "present")
_NAMES = ("entered", "left", "occupancy")


def _write(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    pack = []
    for said in statements:
        base: dict[str, object] = {"bn": f"{device}:", "bt": said.written_s, "bu": "count"}
        for name, number in zip(_NAMES, (getattr(said, n) for n in _NUMBERS), strict=True):
            if number is not None:
                pack.append({**base, "n": name, "v": number})
                base = {}
    return Letter(f"senml/{device}", as_json(pack))


SENML = Wire(
    name="senml",
    codec="senml",
    kinds=(CountKind.TOTAL, CountKind.PRESENT),
    device=lambda number: f"urn:dev:mac:{eui(number)}",
    write=_write,
    filter="senml/+",
)

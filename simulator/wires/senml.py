"""Totals as a SenML pack in JSON (RFC 8428): base name and time, then a record a direction."""

import json
from collections.abc import Sequence

from domain.readings import CountKind
from simulator.wires.wire import Letter, Statement, Wire, eui


def _write(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    pack = [
        {
            **({} if n else {"bn": f"{device}:", "bt": said.written_s, "bu": "count"}),
            "n": name,
            "v": count,
        }
        for said in statements
        for n, (name, count) in enumerate([("entered", said.entered), ("left", said.left)])
    ]
    return Letter(f"senml/{device}", json.dumps(pack).encode())


SENML = Wire(
    name="senml",
    kinds=(CountKind.TOTAL,),
    device=lambda number: f"urn:dev:mac:{eui(number)}",
    write=_write,
    filter="senml/+",
)

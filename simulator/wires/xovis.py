"""Xovis 3D sensor, data push of line logics, version 5 of its format.

After the vendor's description of the push: each record counts `fw` and `bw` from `from` to `to`,
epoch milliseconds; a push holds the records since the one before.
"""

import json
from collections.abc import Sequence

from domain.readings import CountKind
from simulator.wires.wire import Letter, Statement, Wire


def _serial(number: int) -> str:
    digits = f"{number:06X}"
    return f"80:1F:12:{digits[:2]}:{digits[2:4]}:{digits[4:]}"


def _record(said: Statement) -> dict[str, object]:
    return {
        "from": (said.written_s - said.period_s) * 1_000,
        "to": said.written_s * 1_000,
        "samples": said.period_s // 60,
        "samples_expected": said.period_s // 60,
        "counts": [
            {"id": 6, "name": "fw", "value": said.entered},
            {"id": 7, "name": "bw", "value": said.left},
        ],
    }


def _write(device: str, statements: Sequence[Statement], number: int) -> Letter:
    push = {
        "logics_data": {
            "package_info": {"version": "5.0", "id": number, "agent_id": 1030},
            "sensor_info": {"serial_number": device, "type": "SINGLE_SENSOR"},
            "logics": [
                {
                    "id": 4,
                    "name": "Line-based logic 2",
                    "info": "XLT_LINE_IN_OUT_COUNT",
                    "geometries": [{"id": 2, "type": "LINE", "name": "Line 0"}],
                    "records": [_record(s) for s in statements],
                }
            ],
        }
    }
    return Letter(f"xovis/{device}/push", json.dumps(push).encode())


XOVIS = Wire(
    name="xovis",
    kinds=(CountKind.PERIOD,),
    device=_serial,
    write=_write,
    filter="xovis/+/push",
    readings=3,
)

"""Milesight's counters that write JSON over MQTT themselves: VS125, VS133-P, VS135-P.

After “Communication Protocol” of the VS125's user guide: who sent it in `device_info`, when in
`time_info` by local time with its offset, and sections for totals (`line_total_data`), periods
(`line_periodic_data`), crossings as they happen (`line_trigger_data`) and regions.
"""

from collections.abc import Sequence
from datetime import timedelta, timezone

from domain.readings import CountKind
from simulator.wires.wire import Letter, Statement, Wire, as_json, instant

_CHINA = timezone(timedelta(hours=8))
_LINE = {"line": 1, "line_name": "Door", "line_uuid": "54e1d1de-0000-0000-0000-000000000001"}


def _serial(number: int) -> str:
    return f"6537F{number:07X}"


def _local(at_s: int) -> str:
    return instant(at_s).astimezone(_CHINA).isoformat()


def _times(said: Statement) -> dict[str, object]:
    zone = {"time_zone": "UTC+8:00 China Standard Time (CT/CST)", "dst_status": False}
    if said.kind is not CountKind.PERIOD:
        return {**zone, "time": _local(said.written_s)}
    start_s = said.written_s - said.period_s
    return {**zone, "start_time": _local(start_s), "end_time": _local(said.written_s)}


def _section(said: Statement) -> dict[str, object]:
    match said.kind:
        case CountKind.TOTAL:
            total = {"in_counted": said.entered, "out_counted": said.left}
            return {"line_total_data": [{**_LINE, "total": total}]}
        case CountKind.PERIOD:
            counts = {"in": said.entered, "out": said.left}
            return {"line_periodic_data": [{**_LINE, "total": counts}]}
        case CountKind.CHANGE:
            counts = {"in": said.entered or 0, "out": said.left or 0}
            return {"line_trigger_data": [{**_LINE, "total": counts}]}
    region = {"region": 1, "region_name": "Room", "total": {"current_total": said.present}}
    return {"region_data": {"region_count_data": [region]}}


def _write(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    (said,) = statements
    info: dict[str, object] = {"device_name": "People Counter", "device_sn": device}
    if said.uptime_s is not None:
        info["running_time"] = said.uptime_s
    report = {"device_info": info, "time_info": _times(said), **_section(said)}
    return Letter(f"milesight/{device}", as_json(report))


def _wire(name: str, channel: str, *kinds: CountKind) -> Wire:
    return Wire(
        name=name,
        codec="milesight-json",
        kinds=kinds,
        device=_serial,
        write=_write,
        filter="milesight/+",
        channel=channel,
        tells_apart=False,
    )


MILESIGHT_JSON = (
    _wire("milesight-json", "line-1", CountKind.TOTAL, CountKind.PERIOD, CountKind.CHANGE),
    _wire("milesight-json/region", "region-1", CountKind.PRESENT),
)

"""FootfallCam, Irisys, Vivotek and Frigate: cameras that count and write JSON, or a bare number.

- FootfallCam: one event a visitor on `/status/{serial}`; metric 1 is in, 2 is out, object 11 is a
  visitor, times are seconds since 1970.
- Irisys Vector, after its “MQTT programming guide”: registers by name, the values of all on
  `live_counts`, what each has risen by on `counts`; its logs, pushed by HTTP and bridged, after
  IrisysUK/vectorhttppost.
- Vivotek SC8131, after “Report Push” of its manual: closed intervals of each counting rule.
- Frigate, after “MQTT” of its documentation: how many persons a camera sees, without a time.
"""

from collections.abc import Callable, Sequence

from domain.readings import CountKind
from simulator.wires.wire import Letter, Statement, Wire, as_json, zulu

VISITOR = 11
_WAYS = (("In", "entered"), ("Out", "left"), ("Occupancy", "present"))


def _footfallcam(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    events = [
        {
            "RoiId": 1,
            "MetricId": 1 if said.entered else 2,
            "PeopleTypeId": 1,
            "PeopleId": said.seq,
            "EventStartTime": said.written_s - 2,
            "EventEndTime": said.written_s,
            "CombineObjectTypeId": VISITOR,
        }
        for said in statements
    ]
    return Letter(f"/status/{device}", as_json(events[0] if len(events) == 1 else events))


def _registers(said: Statement) -> list[tuple[str, int]]:
    numbers = [(name, getattr(said, field)) for name, field in _WAYS]
    return [(name, number) for name, number in numbers if number is not None]


def _live_counts(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    (said,) = statements
    counts = [{"name": name, "count": number} for name, number in _registers(said)]
    return Letter(
        f"irisys/{device}/live_counts",
        as_json({"counts": counts, "timestamp": zulu(said.written_s)}),
    )


def _counts(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    changes = [
        {"name": name, "count": number, "timestamp": zulu(said.written_s)}
        for said in statements
        for name, number in _registers(said)
        if number
    ]
    return Letter(f"irisys/{device}/counts", as_json({"counts": changes}))


def _count_logs(device: str, statements: Sequence[Statement], number: int) -> Letter:
    logs = [
        {
            "Counts": [
                {"Name": name, "RegisterId": register, "Value": value}
                for register, (name, value) in enumerate(_registers(said))
            ],
            "LogEntryId": number * len(statements) + place,
            "Timestamp": zulu(said.written_s),
        }
        for place, said in enumerate(statements)
    ]
    push = {"CountLogs": logs, "FriendlyDeviceSerial": device}
    return Letter(f"irisys-logs/{device}", as_json(push))


def _vivotek(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    intervals = [
        {
            "RuleName": "Counting 1",
            "In": said.entered,
            "Out": said.left,
            "StartTime": zulu(said.written_s - said.period_s),
            "EndTime": zulu(said.written_s),
        }
        for said in statements
    ]
    report = {
        "Source": {
            "UtcTime": zulu(statements[-1].written_s + 1),
            "ModelName": "SC8131",
            "MacAddress": device,
        },
        "Data": [{"RuleType": "Counting", "CountingInfo": intervals}],
    }
    return Letter(f"vivotek/{device}", as_json(report))


def _frigate(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    (said,) = statements
    return Letter(f"frigate/{device}/person", str(said.present).encode())


def _vector(
    name: str,
    kinds: tuple[CountKind, ...],
    write: Callable[[str, Sequence[Statement], int], Letter],
    topic_filter: str,
    readings: int = 1,
) -> Wire:
    return Wire(
        name=name,
        codec="irisys",
        kinds=kinds,
        device=lambda number: f"V4D-{number:08d}",
        write=write,
        filter=topic_filter,
        readings=readings,
        tells_apart=False,
    )


_STATES = (CountKind.TOTAL, CountKind.PRESENT)
CAMERAS = (
    Wire(
        name="footfallcam",
        codec="footfallcam",
        kinds=(CountKind.CHANGE,),
        device=lambda number: f"{number:010x}",
        write=_footfallcam,
        filter="/status/+",
        channel="roi-1",
    ),
    _vector("irisys", _STATES, _live_counts, "irisys/+/live_counts"),
    _vector("irisys/counts", (CountKind.CHANGE,), _counts, "irisys/+/counts"),
    _vector("irisys/logs", _STATES, _count_logs, "irisys-logs/+", readings=3),
    Wire(
        name="vivotek",
        codec="vivotek",
        kinds=(CountKind.PERIOD,),
        device=lambda number: (
            f"00:02:D1:{number >> 16:02X}:{number >> 8 & 255:02X}:{number & 255:02X}"
        ),
        write=_vivotek,
        filter="vivotek/+",
        channel="counting-1",
    ),
    Wire(
        name="frigate",
        codec="frigate",
        kinds=(CountKind.PRESENT,),
        device=lambda number: f"front_door_{number}",
        write=_frigate,
        filter="frigate/+/person",
        has_clock=False,
    ),
)

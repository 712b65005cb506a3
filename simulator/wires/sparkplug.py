"""Sparkplug B: an edge node with one device, a people counter at a door.

After Eclipse Sparkplug 3.0. A node's birth has `seq` 0, the device's birth 1, and every message
after it one more, up to 255 and from 0 again. The births give names, aliases and data types; data
come by alias. Once the device is dead its node says so. Payloads are protobuf, of which the few
fields that are needed are written out by hand.
"""

from collections.abc import Sequence

from domain.readings import CountKind
from simulator.wires.wire import Letter, Statement, Wire

GROUP, DEVICE = "venues", "door"
UINT64 = 8
"""Data type."""
_BIRTHS = 2
"""Messages of a connection before its first data."""
_METRICS = (
    ("Line 1/in", 1, "entered"),
    ("Line 1/out", 2, "left"),
    ("Line 1/occupancy", 3, "present"),
)


def varint(number: int) -> bytes:
    """A whole number, seven bits a byte, the lowest first."""
    written = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        written.append(low | 0x80 * bool(number))
        if not number:
            return bytes(written)


def _number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(value)) + value


def metric(value: int, at_s: int, *, name: str = "", alias: int = 0, datatype: int = 0) -> bytes:
    """A metric of type UInt64: name and data type where they are taught, alias, time and value."""
    return b"".join(
        [
            _bytes(1, name.encode()) if name else b"",
            _number(2, alias) if alias else b"",
            _number(3, at_s * 1_000),
            _number(4, datatype) if datatype else b"",
            _number(11, value),
        ]
    )


def payload(at_s: int, metrics: Sequence[bytes], seq: int) -> bytes:
    """A payload of metrics."""
    parts = (_bytes(2, each) for each in metrics)
    return b"".join([_number(1, at_s * 1_000), *parts, _number(3, seq % 256)])


def _topic(verb: str, node: str) -> str:
    base = f"spBv1.0/{GROUP}/{verb}/{node}"
    return base if verb[0] == "N" else f"{base}/{DEVICE}"


def _node_of(device: str) -> str:
    return device.split("-", 1)[1].removesuffix(f"-{DEVICE}")


def _births(device: str, at_s: int) -> Sequence[Letter]:
    """The device's metrics are born without values: of all that are taught, it sends its own."""
    node = _node_of(device)
    number = metric(0, at_s, name="bdSeq", datatype=UINT64)
    taught = [
        b"".join(
            [
                _bytes(1, name.encode()),
                _number(2, alias),
                _number(3, at_s * 1_000),
                _number(4, UINT64),
                _number(7, 1),
            ]
        )
        for name, alias, _ in _METRICS
    ]
    return (
        Letter(_topic("NBIRTH", node), payload(at_s, [number], 0)),
        Letter(_topic("DBIRTH", node), payload(at_s, taught, 1)),
    )


def _death(device: str, at_s: int, number: int) -> Sequence[Letter]:
    content = payload(at_s, (), number + _BIRTHS)
    return (Letter(_topic("DDEATH", _node_of(device)), content),)


def _write(device: str, statements: Sequence[Statement], number: int) -> Letter:
    (said,) = statements
    values = [(alias, getattr(said, field)) for _, alias, field in _METRICS]
    metrics = [metric(v, said.written_s, alias=alias) for alias, v in values if v is not None]
    content = payload(said.written_s, metrics, number + _BIRTHS)
    return Letter(_topic("DDATA", _node_of(device)), content)


SPARKPLUG = Wire(
    name="sparkplug-b",
    codec="sparkplug-b",
    kinds=(CountKind.TOTAL, CountKind.PRESENT),
    device=lambda number: f"{GROUP}-gate{number}-{DEVICE}",
    write=_write,
    greeting=_births,
    farewell=_death,
    filter="spBv1.0/+/+/+/+",
    channel="line-1",
)

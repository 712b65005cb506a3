"""What Milesight's LoRaWAN devices say beside their counts, and what is alike in all of them.

Source: Milesight's documents of each device, and the names of fields in the open repositories
Milesight-IoT/SensorDecoders and TheThingsNetwork/lorawan-devices.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from domain.readings import CountKind, Mark
from ingest.codecs.clock import instant_us
from ingest.codecs.lorawan.device import Device
from ingest.codecs.lorawan.milesight_channels import Fields, Layout, walk
from ingest.codecs.said import Said, whole

LOW_BATTERY_PERCENT = 10

Counts = Callable[[Fields], Iterable[Said]]
"""What the fields of a message, or of one entry of its history, say of people."""


def device(model: str, layout: Layout, counts: Counts, shape: str, *, others: str = "") -> Device:
    """A Milesight device.

    Args:
        model: in lower case, e.g. "vs133".
        layout: how its bytes are read.
        counts: what its fields say of people.
        shape: regular expression of the names, at least one of which every object of a decoder
            for this device has that says more than its battery.
        others: regular expression of names that no object of this device has; none are.
    """
    own, foreign = re.compile(shape), re.compile(others)

    def of_bytes(data: bytes, _port: int) -> Iterator[Said]:
        fields, fault = walk(data, layout)
        if fields or fault is None:
            yield from said_of(fields, counts)
        if fault is not None:
            raise fault

    def of_object(decoded: Mapping[str, Any]) -> Sequence[Said] | None:
        fields = flat(decoded)
        names = {*fields, *(name for entry in _history(fields) for name in entry)}
        if not any(map(own.fullmatch, names)) or any(map(foreign.fullmatch, names)):
            return None
        return list(said_of(fields, counts))

    return Device(
        name=f"milesight-{model}",
        title=f"Milesight {model.upper()}",
        models=(model,),
        of_bytes=of_bytes,
        of_object=of_object,
    )


def said_of(fields: Fields, counts: Counts) -> Iterator[Said]:
    """The counts with their times and marks, then history; a status where nothing is counted now.

    Entries of history with equal times are one: devices keep in and out apart.
    """
    marks, time_us = marks_of(fields), instant_us(fields.get("timestamp"))
    now = [said._replace(time_us=time_us, marks=marks) for said in counts(fields)]
    yield from now
    kept: dict[int, Fields] = {}
    for entry in _history(fields):
        at_us = instant_us(entry.get("timestamp"))
        if at_us is not None:
            kept.setdefault(at_us, {}).update(entry)
    past = [
        said._replace(time_us=at_us, marks=Mark.HISTORY, seq=_half(said))
        for at_us, entry in kept.items()
        for said in counts(entry)
    ]
    yield from past
    if not now and (marks or not past):
        yield Said("", CountKind.STATUS, time_us=time_us, marks=marks)


def crossings(kind: CountKind, entered: object, left: object, channel: str = "") -> Iterator[Said]:
    """One reading, where at least one of the two numbers is given.

    Devices do not say how long a period was: it is the sensor's interval.
    """
    counts = whole(entered, "in"), whole(left, "out")
    if counts != (None, None):
        yield Said("", kind, *counts, channel=channel)


def present(number: object, channel: str = "") -> Iterator[Said]:
    """People present, where their number is given."""
    count = whole(number, "count")
    if count is not None:
        yield Said("", CountKind.PRESENT, present=count, channel=channel)


def occupied(state: object) -> int | None:
    """1 or 0 for a state of a seat, room or region; None for one that is no state."""
    return {"occupied": 1, "1": 1, "vacant": 0, "0": 0}.get(_word(state))


def is_on(state: object) -> bool:
    """Whether a switch or an alarm is on, as decoders write it."""
    return _word(state) in {"1", "true", "on", "yes", "enable", "alarm", "alarm_triggered", "reset"}


def flat(decoded: Mapping[str, Any], stem: str = "") -> Fields:
    """Fields of objects in objects by joint names: `line_1.total_in` as `line_1_total_in`."""
    fields: Fields = {}
    for key, value in decoded.items():
        name = f"{stem}{key}".replace(".", "_")
        if isinstance(value, Mapping):
            fields |= flat(value, f"{name}_")
        else:
            fields[name] = value
    return fields


def marks_of(fields: Fields) -> Mark:
    """What is known of a message beside its counts."""
    levels = [fields.get(name) for name in ("battery", "battery_main", "battery_node")]
    resets = (
        "clear_total_count",
        "clear_cumulative_count",
        "clear_all_cumulative_count",
        "reset_cumulative",
        "reset_cumulative_in",
        "reset_cumulative_out",
    )
    said = {
        Mark.BOOTED: is_on(fields.get("device_status")) or is_on(fields.get("reset_event")),
        Mark.RESET: any(is_on(fields.get(name)) for name in resets),
        Mark.LOW_BATTERY: any(
            isinstance(level, int | float) and level % 1 == 0 and level <= LOW_BATTERY_PERCENT
            for level in levels
        ),
        Mark.FAULT: _is_faulty(fields),
    }
    return Mark(sum(mark for mark, holds in said.items() if holds))


def _is_faulty(fields: Fields) -> bool:
    """Covered, blind, without its other half, or never calibrated."""
    covered = any(is_on(v) for name, v in fields.items() if name.endswith("_occlusion_alarm"))
    events = any(is_on(event.get("status")) for event in _entries(fields.get("event")))
    names = ("detection_status", "calibration_status", "calibration")
    states = {_word(fields.get(name)) for name in names}
    return covered or events or bool(states & {"unavailable", "failed"})


def _half(said: Said) -> int:
    """Tells a total of one direction from that of the other, which came apart from it."""
    return (said.left is None) + 2 * (said.entered is None) if said.kind is CountKind.TOTAL else 0


def _history(fields: Fields) -> list[Fields]:
    return [flat(entry) for entry in _entries(fields.get("history"))]


def _entries(value: object) -> list[Mapping[str, Any]]:
    return [e for e in value if isinstance(e, Mapping)] if isinstance(value, list) else []


def _word(state: object) -> str:
    if isinstance(state, float) and state.is_integer():
        state = int(state)
    return str(int(state) if isinstance(state, bool) else state).strip().lower().replace(" ", "_")

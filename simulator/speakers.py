"""Which device stands behind each sensor of an estate: how it writes, and what it calls itself."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any, NamedTuple

from domain.errors import InvalidInput
from domain.estate import Estate
from domain.readings import CountKind
from simulator.faults.plan import FaultPlan
from simulator.faults.posted import posted
from simulator.messages import Reports, TimedMessage
from simulator.streams import Streams
from simulator.wires import WIRES, Wire
from simulator.wires.native import NATIVE

MIXED = "mixed"
"""In place of a format's name: all of them, in turn."""


class Speaker(NamedTuple):
    """A device."""

    wire: Wire
    device: str

    @property
    def sensor(self) -> str:
        """What openhours calls it."""
        return self.wire.sensor(self.device)


def speakers(estate: Estate, formats: Sequence[str]) -> dict[str, Speaker]:
    """A device for every sensor, by its id: formats in turn, of those that tell all of its kind.

    In the native format a device is called as its sensor is; it stands in where no other can.

    Args:
        estate: whose sensors they are.
        formats: names of formats, or of single devices' ways of writing them, or `MIXED`.

    Raises:
        InvalidInput: there is no such format.
    """
    wires = WIRES if MIXED in formats else [wire for name in formats for wire in _named(name)]
    turns = {kind: cycle([w for w in wires if w.tells_all(kind)] or [NATIVE]) for kind in CountKind}
    chosen = {}
    for number, sensor in enumerate(estate.sensors):
        wire = next(turns[sensor.kind])
        chosen[sensor.id] = Speaker(wire, sensor.id if wire is NATIVE else wire.device(number))
    return chosen


def renamed(document: Mapping[str, Any], devices: Mapping[str, Speaker]) -> dict[str, Any]:
    """An estate as its file has it, with sensors called as openhours will call those devices."""
    sensors = [{**s, "id": devices[s["id"]].sensor} for s in document["sensors"]]
    return {**document, "sensors": sensors}


def written(
    reports: Sequence[Reports],
    devices: Mapping[str, Speaker],
    plans: Mapping[str, FaultPlan],
    streams: Streams,
) -> list[TimedMessage]:
    """All messages of some sensors in order of time.

    Args:
        reports: what each sensor says, of any number of days.
        devices: how, by its id.
        plans: what goes wrong, by its id; nothing with those that are not there.
        streams: where chance comes from.
    """
    messages: list[TimedMessage] = []
    for said in reports:
        plan = plans.get(said.sensor, FaultPlan())
        messages += posted(said, plan, *devices[said.sensor], streams).messages
    return sorted(messages, key=lambda message: message.at)


def _named(name: str) -> list[Wire]:
    found = [wire for wire in WIRES if name in (wire.name, wire.codec)]
    if not found:
        codecs = ", ".join(dict.fromkeys(wire.codec for wire in WIRES))
        raise InvalidInput(
            f"“{name}” is no format", hint=f"it may be {MIXED}, {codecs}, or a device’s way of one"
        )
    return found

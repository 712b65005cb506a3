"""What an uplink's device says: which device it is, and whether its object or its bytes tell.

The device is the one that the source names, or that the network server's own words name: its
profile, its brand and model, the name that the device was given. An object that the network
server's codec made of the bytes is read where a device recognises its shape; else the bytes are,
by the device that was found.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence

from domain.readings import CountKind, Mark
from ingest.codecs.clock import is_sane
from ingest.codecs.codec import Context
from ingest.codecs.faults import Fault
from ingest.codecs.lorawan import DEVICES
from ingest.codecs.lorawan.device import Device, Uplink
from ingest.codecs.said import Said

_OF_MAKER = {"24e124": "Milesight"}
"""By the first six digits of a DevEUI, which the IEEE assigns."""


def read_uplink(uplink: Uplink, context: Context) -> Iterator[Said]:
    """All that the device says, with its name, times and sequence numbers.

    An uplink that carries nothing is a sign of life. Raises `Fault` where the device is not known,
    or says what is not known of it.
    """
    for said in _said(uplink, context):
        time_us, marks = _time(said, uplink)
        is_counted = said.kind is CountKind.CHANGE and said.seq == 0
        yield said._replace(
            device=uplink.device,
            time_us=time_us,
            marks=marks,
            seq=uplink.count if is_counted else said.seq,
        )


def _time(said: Said, uplink: Uplink) -> tuple[int | None, Mark]:
    """The device's own time; the network's where the device says none, or none that can be."""
    if said.time_us is None:
        return uplink.time_us, said.marks
    is_past = Mark.HISTORY in said.marks
    if uplink.time_us is None or is_past or is_sane(said.time_us, uplink.time_us):
        return said.time_us, said.marks
    return uplink.time_us, said.marks | Mark.CLOCK_WRONG


def _said(uplink: Uplink, context: Context) -> Iterator[Said]:
    if not (uplink.data or uplink.decoded):
        yield Said("", CountKind.STATUS)
        return
    named = _named(context.device)
    device = named or _hinted(uplink.hints)
    said = _of_object(uplink, device, [named] if named else DEVICES)
    if said:
        yield from said
    elif device is not None and device.of_bytes is not None and uplink.data:
        yield from device.of_bytes(uplink.data, uplink.port)
    else:
        raise _unknown(uplink, device)


def _of_object(
    uplink: Uplink, device: Device | None, others: Sequence[Device]
) -> Sequence[Said] | None:
    """What the object says by the device that was found, else by the first that recognises it."""
    if not isinstance(uplink.decoded, Mapping):
        return None
    for each in dict.fromkeys([*([device] if device else []), *others]):
        if each.of_object is not None:
            said = each.of_object(uplink.decoded)
            if said:
                return said
    return None


def _named(name: str) -> Device | None:
    """The device of a source's setting. Raises `Fault` where there is none of that name."""
    if not name:
        return None
    wanted = name.strip().lower()
    found = next((d for d in DEVICES if wanted == d.name or wanted in d.models), None)
    if found is None:
        names = [d.name for d in DEVICES]
        close = difflib.get_close_matches(wanted, names, n=1)
        meant = f"did you mean {close[0]}? " if close else ""
        raise Fault(
            "no such device",
            f"the source's device is {name[:60]!r}, which is none",
            f"{meant}devices are {', '.join(names)}",
        )
    return found


def _hinted(hints: str) -> Device | None:
    """The device whose model is named first; the longest name where several begin there."""
    words = _words(hints)
    places = [(words.find(model), -len(model), device) for model, device in _MODELS]
    found = [place for place in places if place[0] >= 0]
    return min(found, key=lambda place: place[:2])[2] if found else None


def _words(text: str) -> str:
    """Words apart by "-", and one at each end."""
    return f"-{re.sub('[^a-z0-9]+', '-', text.lower()).strip('-')}-"


_MODELS = [(_words(model), device) for device in DEVICES for model in device.models]


def _unknown(uplink: Uplink, device: Device | None) -> Fault:
    maker = _OF_MAKER.get(uplink.device[:6], "")
    names = [d.name for d in DEVICES if d.title.startswith(maker)]
    tried = [
        f"it is taken for a {device.title}" if device else f"no model is named in {uplink.hints!r}"
    ]
    if uplink.decoded:
        tried.append(f"no device has an object of {', '.join(map(str, uplink.decoded))}"[:200])
    if uplink.data:
        tried.append(f"bytes {uplink.data.hex()[:60]} are read by model only")
    whose = f"; its DevEUI is of {maker}" if maker else ""
    return Fault(
        "unknown device",
        f"{'; '.join(tried)}{whose}",
        f"name the model as `device` of the source: {', '.join(names)}",
    )

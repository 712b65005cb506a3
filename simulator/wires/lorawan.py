"""Uplinks of LoRaWAN devices, as The Things Stack v3 and ChirpStack v4 publish them.

After The Things Stack's "Data Formats" and "MQTT Server", and ChirpStack's "Event types" and "MQTT
integration": fields of value 0, false or "" are left out, and the time is the network's. What the
device wrote goes as bytes in base64; where the network server has the vendor's decoder, its object
goes beside them.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import NAMESPACE_OID, uuid5

from domain.readings import CountKind
from simulator.wires.wire import Letter, Statement, Wire, as_json, eui, rfc3339, zulu

APPLICATION = "17c82e96-be03-4f38-aef3-f83d48582d97"
TENANT = "doors@venues"


class Packet(NamedTuple):
    """What a device sends by radio."""

    port: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model of device on LoRaWAN."""

    brand: str
    """As the LoRaWAN device repository names it."""
    model: str
    """The same."""
    profile: str
    """What the network server's people call the device's profile."""
    kinds: tuple[CountKind, ...]
    packet: Callable[[Statement, str, int], Packet]
    """Bytes of a statement of a device as its message with a number."""
    decoded: Callable[[Statement, str, int], Mapping[str, object]] | None = None
    """What the vendor's decoder makes of those bytes."""
    form: str = ""
    """Tells payloads of one model apart: "/totals"."""
    channel: str = ""
    counts_to: int | None = None
    present_to: int | None = None
    says_boot: bool = False


def wires(model: Model) -> tuple[Wire, ...]:
    """The ways of a model's messages: either network server, with its decoder or without."""
    forms = (False,) if model.decoded is None else (False, True)
    return tuple(
        Wire(
            name=f"{codec}/{model.model}{model.form}{'/object' if is_decoded else ''}",
            codec=codec,
            kinds=model.kinds,
            device=eui,
            write=_writer(letter, model, is_decoded=is_decoded),
            filter=topic_filter,
            channel=model.channel,
            counts_to=model.counts_to,
            present_to=model.present_to,
            has_clock=False,
            is_networked=True,
            says_boot=model.says_boot,
        )
        for codec, letter, topic_filter in (
            ("chirpstack-v4", _chirpstack, "application/+/device/+/event/up"),
            ("ttn-v3", _the_things_stack, "v3/+/devices/+/up"),
        )
        for is_decoded in forms
    )


class _Heard(NamedTuple):
    """An uplink at its network server."""

    model: Model
    device: str
    number: int
    at_s: int
    packet: Packet
    decoded: Mapping[str, object] | None


def _writer(
    letter: Callable[[_Heard], Letter], model: Model, *, is_decoded: bool
) -> Callable[[str, Sequence[Statement], int], Letter]:
    def write(device: str, statements: Sequence[Statement], number: int) -> Letter:
        (said,) = statements
        decoder = model.decoded if is_decoded else None
        decoded = decoder(said, device, number) if decoder else None
        packet = model.packet(said, device, number)
        return letter(_Heard(model, device, number, said.true_s, packet, decoded))

    return write


def _chirpstack(heard: _Heard) -> Letter:
    device = heard.device
    uplink = {
        "deduplicationId": str(uuid5(NAMESPACE_OID, f"{device}/{heard.number}")),
        "time": rfc3339(heard.at_s),
        "deviceInfo": {
            "applicationId": APPLICATION,
            "applicationName": "doors",
            "deviceProfileName": heard.model.profile,
            "deviceName": f"counter {device[-4:]}",
            "devEui": device,
        },
        "devAddr": device[-8:],
        "fCnt": heard.number,
        "fPort": heard.packet.port,
        "data": base64.b64encode(heard.packet.data).decode(),
        "object": heard.decoded,
    }
    topic = f"application/{APPLICATION}/device/{device}/event/up"
    return Letter(topic, as_json(_without_zeros(uplink)))


def _the_things_stack(heard: _Heard) -> Letter:
    at = zulu(heard.at_s).replace("Z", ".014773143Z")
    uplink = {
        "f_port": heard.packet.port,
        "f_cnt": heard.number,
        "frm_payload": base64.b64encode(heard.packet.data).decode(),
        "decoded_payload": heard.decoded,
        "version_ids": {"brand_id": heard.model.brand, "model_id": heard.model.model},
        "received_at": at,
    }
    message = {
        "end_device_ids": {
            "device_id": f"eui-{heard.device}",
            "application_ids": {"application_id": "doors"},
            "dev_eui": heard.device.upper(),
        },
        "received_at": at,
        "uplink_message": _without_zeros(uplink),
    }
    return Letter(f"v3/{TENANT}/devices/eui-{heard.device}/up", as_json(message))


def _without_zeros(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value}

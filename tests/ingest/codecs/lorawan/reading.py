"""What devices' bytes and objects come to, in a line a reading."""

from collections.abc import Mapping
from typing import Any

from tests.ingest.payloads.case import Case
from tests.ingest.payloads.run import results
from tests.ingest.payloads.uplinks import CHIRPSTACK_TOPIC, DEV_EUI, HEARD, chirpstack_uplink

AT = f"{HEARD[:19]}Z"


def of_bytes(device: str, data: str, port: int = 85) -> list[str]:
    """What a device says in bytes written in hex, without its DevEUI and the uplink's time."""
    return _read(device, chirpstack_uplink(bytes.fromhex(data), fPort=port))


def of_object(decoded: Mapping[str, Any], device: str = "") -> list[str]:
    """The same of an object, and no bytes beside it."""
    return _read(device, chirpstack_uplink(decoded=decoded))


def _read(device: str, message: bytes) -> list[str]:
    topic, codec = CHIRPSTACK_TOPIC, "chirpstack-v4"
    case = Case(vendor="", file="", topic=topic, codec=codec, device=device, expected=())
    lines = [line.removeprefix(DEV_EUI) for line in results(case, message)]
    return [line.removeprefix(":").removeprefix(" ").replace(f" {AT}", "") for line in lines]

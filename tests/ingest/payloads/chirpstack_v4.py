"""Examples of ChirpStack's documentation: their devices count no people."""

from tests.ingest.payloads.case import Case

_DEVICE = "application/17c82e96-be03-4f38-aef3-f83d48582d97/device/0101010101010101"

CASES = [
    Case(
        vendor="ChirpStack v4, uplink of an unnamed device",
        file="chirpstack-v4/up.json",
        topic=f"{_DEVICE}/event/up",
        codec="chirpstack-v4",
        expected=("rejected: unknown device",),
    ),
    Case(
        vendor="ChirpStack v4, status",
        file="chirpstack-v4/status.json",
        topic=f"{_DEVICE}/event/status",
        codec="chirpstack-v4",
        expected=("0101010101010101 status 2022-07-18T09:35:06Z",),
    ),
]

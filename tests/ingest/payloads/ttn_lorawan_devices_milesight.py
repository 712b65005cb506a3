"""Milesight's part of the examples in The Things Network's repository of devices."""

from tests.ingest.payloads.case import Case
from tests.ingest.payloads.uplinks import CHIRPSTACK_TOPIC

CASES = [
    Case(
        vendor="Milesight VS133",
        file="ttn-lorawan-devices/examples.json",
        where="[1].bytes_hex",
        topic=CHIRPSTACK_TOPIC,
        codec="chirpstack-v4",
        device="milesight-vs133",
        expected=(
            "24e124abc0000001:line-1 total entered=72 left=200 2026-11-23T11:59:58Z",
            "24e124abc0000001:line-2 total entered=0 left=0 2026-11-23T11:59:58Z",
            "24e124abc0000001:line-1 period entered=0 left=0 2026-11-23T11:59:58Z",
            "24e124abc0000001:line-2 period entered=0 left=0 2026-11-23T11:59:58Z",
        ),
    ),
    Case(
        vendor="Milesight VS121",
        file="ttn-lorawan-devices/examples.json",
        where="[2].bytes_hex",
        topic=CHIRPSTACK_TOPIC,
        codec="chirpstack-v4",
        device="milesight-vs121",
        expected=(
            "24e124abc0000001 present present=3 2026-11-23T11:59:58Z",
            "24e124abc0000001:region-1 present present=0 2026-11-23T11:59:58Z",
            "24e124abc0000001:region-2 present present=1 2026-11-23T11:59:58Z",
            "24e124abc0000001:region-3 present present=0 2026-11-23T11:59:58Z",
        ),
    ),
    Case(
        vendor="Milesight VS350",
        file="ttn-lorawan-devices/examples.json",
        where="[3].bytes_hex",
        topic=CHIRPSTACK_TOPIC,
        codec="chirpstack-v4",
        device="milesight-vs350",
        expected=("24e124abc0000001 total entered=4353 left=4360 2026-11-23T11:59:58Z",),
    ),
]

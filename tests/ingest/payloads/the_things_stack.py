"""Examples of The Things Stack's documentation: their devices count no people."""

from tests.ingest.payloads.case import Case

CASES = [
    Case(
        vendor="The Things Stack, uplink of a thermometer",
        file="the-things-stack/uplink.json",
        topic="v3/app1@tenant1/devices/dev1/up",
        codec="ttn-v3",
        expected=("rejected: unknown device",),
    ),
    Case(
        vendor="The Things Stack, join-accept",
        file="the-things-stack/join_accept.json",
        topic="v3/app1@tenant1/devices/dev1/join",
        codec="ttn-v3",
        expected=("0004a30b001c0530 status 2020-02-17T07:49:09Z",),
    ),
]

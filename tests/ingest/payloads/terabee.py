"""Inputs of another platform's tests of Terabee's devices, some of them captured."""

from tests.ingest.payloads.case import Case
from tests.ingest.payloads.uplinks import CHIRPSTACK_TOPIC

JSON = [
    Case(
        vendor="Terabee People Counting M",
        file="terabee/akenza_peopleCountingM_1.json",
        where="raw",
        topic="terabee/door",
        codec="terabee",
        expected=("pcm807d3a86224b total entered=34 left=17 at receipt clock_wrong",),
    ),
]
LORAWAN = [
    Case(
        vendor="Terabee People Counting XL",
        file=f"terabee/akenza_peopleCountingXL_{number}.json",
        where="raw",
        topic=CHIRPSTACK_TOPIC,
        codec="chirpstack-v4",
        device="terabee",
        expected=("24e124abc0000001 total entered=2 left=3 2026-11-23T11:59:58Z fault",),
    )
    for number in (2, 4)
]
CASES = [*JSON, *LORAWAN]

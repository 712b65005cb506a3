"""Inputs of another platform's tests of IMBuildings' devices, some of them captured."""

from tests.ingest.payloads.case import Case
from tests.ingest.payloads.uplinks import CHIRPSTACK_TOPIC

_AT = "2026-11-23T11:59:58Z"
LORAWAN = [
    Case(
        vendor="IMBuildings Office Occupancy Counter",
        file="imbuildings/akenza_OfficeOccupancyCounter_1.json",
        where="raw",
        topic=CHIRPSTACK_TOPIC,
        codec="chirpstack-v4",
        device="imbuildings-people-counter",
        expected=(
            f"24e124abc0000001 total entered=1539 left=1510 {_AT} low_battery",
            f"24e124abc0000001 period entered=3 left=2 {_AT} low_battery",
        ),
    ),
]
NB_IOT = [
    Case(
        vendor="IMBuildings People Counter NB-IoT",
        file="imbuildings/akenza_PeopleCounter_2.json",
        where="raw",
        topic="imbuildings/reports",
        codec="imbuildings",
        expected=("e8eb1b4f131d period entered=0 left=0 2023-02-03T10:35:00Z",),
    ),
]
"""As of the day on which it was sent; its own time would be too old for another."""
CASES = [*LORAWAN, *NB_IOT]

"""Other makers' part of the examples in The Things Network's repository of devices."""

from tests.ingest.payloads.case import Case
from tests.ingest.payloads.uplinks import CHIRPSTACK_TOPIC

_SENSOR = "24e124abc0000001"
_AT = "2026-11-23T11:59:58Z"


def _case(vendor: str, where: int, device: str, *expected: str) -> Case:
    return Case(
        vendor=vendor,
        file="ttn-lorawan-devices/examples.json",
        where=f"[{where}]",
        topic=CHIRPSTACK_TOPIC,
        codec="chirpstack-v4",
        device=device,
        expected=expected,
    )


CASES = [
    _case(
        "IMBuildings People Counter",
        0,
        "imbuildings-people-counter",
        f"{_SENSOR} total entered=13 left=10 {_AT} low_battery",
        f"{_SENSOR} period entered=0 left=0 {_AT} low_battery",
    ),
    _case(
        "Terabee People Flow Counting L, XL",
        4,
        "terabee",
        f"{_SENSOR} total entered=200 left=456 {_AT}",
    ),
    _case(
        "Terabee People Flow Counting L, XL",
        5,
        "terabee",
        f"{_SENSOR} total entered=0 left=0 {_AT} fault",
    ),
    _case("Terabee People Flow Counting L, XL", 6, "terabee", f"{_SENSOR} status {_AT}"),
    _case(
        "Parametric PCR2",
        7,
        "parametric-pcr2",
        f"{_SENSOR} total entered=3 left=4 {_AT}",
        f"{_SENSOR} change entered=1 left=2 {_AT}",
    ),
    _case("ELSYS ERS Eye", 8, "elsys-ers-eye", f"{_SENSOR} status {_AT}"),
    _case("Browan TBMS100", 9, "browan-tbms100", f"{_SENSOR} present present=1 {_AT}"),
]

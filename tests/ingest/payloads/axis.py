"""Messages of Axis cameras: a people counter's push, an event of Object Analytics, DataQ."""

from tests.ingest.payloads.case import Case

CASES: list[Case] = [
    Case(
        vendor="AXIS 3D People Counter",
        file="axis/akenza_peopleCounter_1.json",
        where="raw",
        topic="axis/entrance",
        codec="axis-counter",
        expected=("b8a44fa89c85 period entered=1 left=2 period_s=60 2025-05-22T08:15:00Z",),
    ),
    Case(
        vendor="AXIS Object Analytics",
        file="axis/aoa_object_in_area_mqtt.json",
        where="payload",
        topic="axis/B8A44F9EED3B/event/CameraApplicationPlatform/ObjectAnalytics/Device1ScenarioANY",
        codec="axis-aoa",
        expected=("B8A44F9EED3B:device1scenarioany status 2025-10-17T08:28:04Z",),
    ),
    Case(
        vendor="DataQ on Axis cameras",
        file="axis/dataq_occupancy.json",
        where="payload",
        topic="dataq/occupancy/B8A44F7ADD87",
        codec="axis-dataq",
        expected=("B8A44F7ADD87 present present=3 2026-02-28T11:00:00Z",),
    ),
]

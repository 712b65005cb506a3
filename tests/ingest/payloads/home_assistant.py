"""Examples of Home Assistant's documentation: a garden and a bedroom, and nobody is counted."""

import json

from tests.ingest.payloads.case import Case
from tests.ingest.payloads.run import content_of


def _case(number: int, topic: str, *expected: str) -> Case:
    return Case(
        vendor="Home Assistant discovery",
        file="home-assistant-discovery/discovery.json",
        where=f"[{number}]",
        topic=f"homeassistant/{topic}",
        codec="home-assistant",
        expected=expected,
    )


CASES: list[Case] = [
    _case(0, "binary_sensor/garden/config"),
    _case(1, "binary_sensor/garden/state", "rejected: not a discovery config"),
    _case(2, "binary_sensor/garden/config"),
    _case(3, "sensor/sensorBedroomT/config"),
]


def on_the_wire(case: Case) -> bytes:
    """The payload of an entry. Skips where the folder is absent."""
    entry = content_of(case)
    text: str = entry["payload_text"] if "payload_text" in entry else json.dumps(entry["payload"])
    return text.encode()

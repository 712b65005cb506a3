"""A message of Zigbee2MQTT, of a presence sensor."""

from tests.ingest.payloads.case import Case

CASES: list[Case] = [
    Case(
        vendor="Zigbee2MQTT",
        file="zigbee2mqtt/occupancy.json",
        where="payload",
        topic="zigbee2mqtt/FRIENDLY_NAME",
        codec="zigbee2mqtt",
        expected=("FRIENDLY_NAME present present=1 at receipt",),
    )
]

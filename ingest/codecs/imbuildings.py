"""IMBuildings counters on NB-IoT, by the platform of a network operator.

The platform (Nokia IMPACT) passes on what devices send in `reports`, each with the device's IMEI,
the instant at which the platform heard it (epoch ms) and the payload in hex. Source: a message in
the tests of akenza-io/device-type-library; `ingest.codecs.lorawan.imbuildings` reads the payload.
"""

from collections.abc import Iterator

from ingest.codecs.clock import instant_us
from ingest.codecs.codec import Context, codec
from ingest.codecs.faults import Fault
from ingest.codecs.json_text import read_object
from ingest.codecs.lorawan.device import Uplink
from ingest.codecs.lorawan.imbuildings import device_id
from ingest.codecs.lorawan.uplink import read_uplink
from ingest.codecs.said import Said
from ingest.message import Message


def read(message: Message, context: Context) -> Iterator[Said]:
    """What the devices of all reports say."""
    reports = read_object(message.payload)["reports"]
    if not isinstance(reports, list) or not reports:
        raise Fault(
            "no reports", "the platform reports of no device", "subscribe to reports of uplinks"
        )
    for report in reports:
        data = bytes.fromhex(report["value"])
        uplink = Uplink(
            device=device_id(data) or report["serialNumber"],
            hints="imbuildings",
            decoded=None,
            data=data,
            port=0,
            count=0,
            time_us=instant_us(report.get("timestamp")),
        )
        yield from read_uplink(uplink, context)


def fits(value: object) -> bool:
    """Whether a JSON value is a platform's message of reports."""
    reports = value.get("reports") if isinstance(value, dict) else None
    return isinstance(reports, list) and all(isinstance(r, dict) and "value" in r for r in reports)


CODEC = codec("imbuildings", "IMBuildings NB-IoT", read, fits=fits)

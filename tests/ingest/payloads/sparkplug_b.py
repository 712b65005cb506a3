"""Examples of the Sparkplug specification: a board of lamps and a button, so nobody is counted."""

import json
from typing import Any

from ingest.codecs.sparkplug_proto import payload_class
from tests.ingest.payloads.case import Case
from tests.ingest.payloads.run import content_of

_DATATYPES = {"Boolean": 11, "String": 12}


def _case(file: str, topic: str, where: str = "") -> Case:
    return Case(
        vendor="Sparkplug B, Eclipse specification",
        file=f"sparkplug-b/{file}.json",
        where=where,
        topic=f"spBv1.0/Sparkplug B Devices/{topic}",
        codec="sparkplug-b",
        expected=(),
    )


CASES: list[Case] = [
    _case("spec_01", "NDATA/Raspberry Pi", "_unparsable"),
    _case("spec_03", "DBIRTH/Raspberry Pi/Pibrella"),
    _case("spec_05", "DDATA/Raspberry Pi/Pibrella"),
    _case("spec_07", "DCMD/Raspberry Pi/Pibrella"),
    _case("spec_09", "DDEATH/Raspberry Pi/Pibrella"),
]


def on_the_wire(case: Case) -> bytes:
    """The specification writes JSON; devices send protobuf. Skips where the folder is absent."""
    content: Any = content_of(case)
    if isinstance(content, str):
        content = json.loads(content.replace("\u00a0", " "))
    payload = payload_class()(timestamp=content["timestamp"])
    for metric in content.get("metrics", ()):
        value = metric["value"]
        kind = "boolean_value" if isinstance(value, bool) else "string_value"
        payload.metrics.add(
            name=metric["name"],
            alias=metric.get("alias"),
            timestamp=metric["timestamp"],
            datatype=_DATATYPES[metric["dataType"]],
            **{kind: value},
        )
    if "seq" in content:
        payload.seq = content["seq"]
    return bytes(payload.SerializeToString())

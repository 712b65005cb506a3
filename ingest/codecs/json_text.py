"""JSON as vendors send it."""

import msgspec

from ingest.codecs.faults import Fault


def read_json(payload: bytes) -> object:
    """The value of a JSON payload. Raises `Fault` when it is none.

    Keys that begin like a word and are not quoted, comments and trailing commas are read too.
    """
    try:
        return msgspec.json.decode(payload)
    except (ValueError, RecursionError) as error:
        raise Fault("not JSON", str(error), "send one JSON object") from error


def read_object(payload: bytes) -> dict[str, object]:
    """The same where it must be an object."""
    value = read_json(payload)
    if not isinstance(value, dict):
        raise Fault("not an object", f"{type(value).__name__} in place of an object", "send {…}")
    return value

"""The codecs, one module each, and which of them reads what."""

import functools
import reprlib

from paho.mqtt.client import topic_matches_sub

from ingest.codecs import native
from ingest.codecs.codec import Codec, Decoded, Fault, rejection

CODECS: tuple[Codec, ...] = (native.CODEC,)
FILTERS: tuple[str, ...] = tuple(f for codec in CODECS for f in codec.filters)
"""Every topic filter to subscribe to."""


def decode(topic: str, payload: bytes, received_us: int) -> Decoded:
    """Read one message by the first codec that has a filter for its topic. Raises nothing.

    A topic without a codec is rejected: a saved session may still hold the filters of other days.
    """
    codec = _codec_of(topic)
    if codec is None:
        fault = Fault(
            "no codec for the topic",
            f"nothing reads {reprlib.repr(topic)}",
            f"publish to {' or '.join(FILTERS)}",
        )
        return Decoded(rejections=(rejection(topic, payload, received_us, fault),))
    return codec.decode(topic, payload, received_us)


@functools.lru_cache(maxsize=65_536)
def _codec_of(topic: str) -> Codec | None:
    return next((c for c in CODECS if any(topic_matches_sub(f, topic) for f in c.filters)), None)

"""The codecs, one module a vendor or standard; `CODECS` has them all."""

from ingest.codecs import auto, chirpstack, homeassistant, native, senml, sparkplug, ttn
from ingest.codecs.codec import Codec

FORMATS: tuple[Codec, ...] = (
    homeassistant.CODEC,
    sparkplug.CODEC,
    senml.CODEC,
    native.CODEC,
    ttn.CODEC,
    chirpstack.CODEC,
)
"""Every format. Where a message fits several the first reads it: what fits least stands first."""
CODECS: tuple[Codec, ...] = (*FORMATS, auto.among(FORMATS))
"""Every codec; where a topic is read by several, the first reads it."""

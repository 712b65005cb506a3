"""The codecs, one module a vendor or standard; `CODECS` has them all."""

from ingest.codecs import auto, chirpstack, homeassistant, native, senml, sparkplug, ttn
from ingest.codecs.codec import Codec

FORMATS: tuple[Codec, ...] = (
    native.CODEC,
    ttn.CODEC,
    chirpstack.CODEC,
    homeassistant.CODEC,
    sparkplug.CODEC,
    senml.CODEC,
)
"""Every format, the stricter before the laxer."""
CODECS: tuple[Codec, ...] = (*FORMATS, auto.among(FORMATS))
"""Every codec; where a topic is read by several, the first that fits its message."""

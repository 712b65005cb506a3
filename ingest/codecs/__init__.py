"""The codecs, one module a vendor or standard; `CODECS` has them all."""

from ingest.codecs import chirpstack, imbuildings, native, terabee, ttn, vivotek
from ingest.codecs.codec import Codec

CODECS: tuple[Codec, ...] = (
    native.CODEC,
    ttn.CODEC,
    chirpstack.CODEC,
    terabee.CODEC,
    imbuildings.CODEC,
    vivotek.CODEC,
)
"""Every codec; where a topic is read by several, the first that fits its message."""

"""The codecs, one module a vendor or standard; `CODECS` has them all."""

from ingest.codecs import chirpstack, native, ttn
from ingest.codecs.codec import Codec

CODECS: tuple[Codec, ...] = (native.CODEC, ttn.CODEC, chirpstack.CODEC)
"""Every codec; where a topic is read by several, the first that fits its message."""

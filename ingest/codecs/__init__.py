"""The codecs, one module a vendor or standard; `CODECS` has them all."""

from ingest.codecs import native, senml, sparkplug
from ingest.codecs.codec import Codec

CODECS: tuple[Codec, ...] = (sparkplug.CODEC, senml.CODEC, native.CODEC)
"""Every codec; where a topic is read by several, the first that fits its message."""

"""What reads what the simulator's devices write, set up as a user sets it up."""

from collections.abc import Iterable

from ingest.codecs import FORMATS
from ingest.codecs.codec import Codec
from ingest.codecs.generic import Mapping, generic
from ingest.sources import Source
from simulator.wires import Wire

CSV = Mapping(
    columns=("id", "stamp", "Total in", "Total out", "now"),
    sensor="id",
    entered='"Total in"',
    left='"Total out"',
    present="now",
    time="stamp",
)
"""As docs/formats.md has it."""


def codec_of(wire: Wire) -> Codec:
    """What reads a way of writing."""
    found = {codec.name: codec for codec in FORMATS}.get(wire.codec)
    return found or generic(CSV)


def sources_of(wires: Iterable[Wire]) -> list[Source]:
    """Sources of all that does not come on a topic of its codec's own."""
    read = {wire.filter: codec_of(wire) for wire in wires}
    return [Source(topic=f, codec=c) for f, c in read.items() if f not in c.filters]

"""What is subscribed to, by the settings and by what earlier messages taught."""

from domain.errors import InvalidInput
from domain.ports import Ledger
from ingest.codecs import CODECS
from ingest.codecs.codec import Context
from ingest.sources import Source, Sources
from openhours.settings import Settings


def sources_of(_settings: Settings, ledger: Ledger) -> Sources:
    """Every source, with what the ledger remembers."""
    return Sources(known=ledger.state)


def source_by_name(name: str, topic: str, device: str = "") -> Source:
    """A source that reads a topic by the format of that name. Raises `InvalidInput`."""
    codec = next((c for c in CODECS if c.name == name), None)
    if codec is None:
        raise InvalidInput(
            f"there is no format “{name}”", hint="`openhours ingest formats` lists them"
        )
    return Source(topic=topic, codec=codec, context=Context(device=device))

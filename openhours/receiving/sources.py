"""What is subscribed to, by the settings and by what earlier messages taught."""

from domain.ports import Ledger
from ingest.codecs.homeassistant import KEY_PREFIX
from ingest.codecs.said import Learned
from ingest.sources import Sources
from openhours.settings.ingest import source_of
from openhours.settings.model import Settings


def sources_of(settings: Settings, ledger: Ledger) -> Sources:
    """Every source, with what the ledger remembers."""
    said = settings.ingest.sources
    added = [source_of(each, f"ingest.sources[{n}]") for n, each in enumerate(said)]
    sources = Sources(added, known=ledger.state)
    sources.learn([Learned(*item) for item in ledger.states(KEY_PREFIX).items()])
    return sources

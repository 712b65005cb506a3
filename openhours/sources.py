"""What is subscribed to, by the settings and by what earlier messages taught."""

from domain.ports import Ledger
from ingest.sources import Sources
from openhours.settings import Settings


def sources_of(_settings: Settings, ledger: Ledger) -> Sources:
    """Every source, with what the ledger remembers."""
    return Sources(known=ledger.state)

"""Reading rejections again, by whichever process holds the stores.

A DuckDB file is open to one process. So where the service runs, the command leaves its wish in the
ledger, as the sensors page does, and the service answers there.
"""

import json

import structlog

from console.sensors.rereading import ANSWER, WISH
from domain.ports import Ledger, TimeSeriesStore
from ingest.second_reading import Reread, read_again
from ingest.sources import Sources

log = structlog.get_logger(__name__)


def answered(ledger: Ledger, name: str) -> Reread | None:
    """What came of the wish, once it has been fulfilled."""
    answer = json.loads(ledger.state(ANSWER) or "{}")
    return Reread(*answer["reread"]) if answer.get("name") == name else None


def fulfil(ledger: Ledger, store: TimeSeriesStore, sources: Sources) -> None:
    """Fulfil the wish, if one waits. Raises `StoreUnavailable`; it waits on then."""
    wish = ledger.state(WISH)
    if not wish:
        return
    asked = json.loads(wish)
    reread = read_again(ledger, store, sources, asked["reason"])
    ledger.set_state(ANSWER, json.dumps({"name": asked["name"], "reread": reread}))
    ledger.set_state(WISH, "")
    log.info("rejections read again", **reread._asdict())

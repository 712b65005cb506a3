"""What messages teach, kept by the real ledger and used by those that follow."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.codecs.sparkplug_proto import payload_class
from ingest.message import Messages
from ingest.sources import Sources
from ingest.writer import BatchWriter, Written
from openhours.receiving.sources import sources_of
from openhours.settings.model import Settings
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore

NOW_US = 1_795_397_400_000_000
CONFIG_TOPIC = "homeassistant/sensor/hall/config"
CONFIG = json.dumps({"name": "Hall people", "uniq_id": "hall", "stat_t": "counters/hall"}).encode()
BIRTH, DATA = "spBv1.0/mall/NBIRTH/node", "spBv1.0/mall/NDATA/node"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    opened = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield opened
    opened.close()


def batch(*messages: tuple[str, bytes], at_us: int = NOW_US) -> Messages:
    found = Messages()
    for number, (topic, payload) in enumerate(messages):
        row = (topic.encode(), payload, number + 1, 0, at_us + number)
        for column, value in zip(found.columns(), row, strict=True):
            column.append(value)
    return found


def people(number: int, **more: object) -> bytes:
    """A Sparkplug payload that says how many people there are, by alias unless it has a name."""
    metric = {"alias": 1, "int_value": number, **more}
    return bytes(
        payload_class()(timestamp=NOW_US // 1_000 + number, metrics=[metric]).SerializeToString()
    )


def test_a_discovered_counter_is_read_from_then_on_and_after_a_restart(ledger: SqlLedger) -> None:
    store, heard = DuckDBStore(None), list[str]()
    sources = Sources(known=ledger.state)
    writer = BatchWriter(store, ledger, sources, lambda: heard.extend(sources.filters))
    assert writer.write(batch((CONFIG_TOPIC, CONFIG))) == Written()
    assert "counters/hall" in heard
    assert writer.write(batch(("counters/hall", b"12"))).stored == 1
    again = sources_of(Settings(), ledger)
    assert "counters/hall" in again.filters
    later = batch(("counters/hall", b"13"), at_us=NOW_US + 10**6)
    assert BatchWriter(store, ledger, again).write(later).stored == 1


def test_a_counter_whose_config_is_emptied_is_forgotten_for_good(ledger: SqlLedger) -> None:
    writer = BatchWriter(DuckDBStore(None), ledger, Sources(known=ledger.state))
    writer.write(batch((CONFIG_TOPIC, CONFIG)))
    writer.write(batch((CONFIG_TOPIC, b"")))
    assert "counters/hall" not in sources_of(Settings(), ledger).filters


def test_data_in_the_batch_of_its_birth_and_in_one_after_a_restart_is_read(
    ledger: SqlLedger,
) -> None:
    store = DuckDBStore(None)
    birth = (BIRTH, people(1, name="people", datatype=3))
    first = BatchWriter(store, ledger, Sources(known=ledger.state))
    assert first.write(batch(birth, (DATA, people(2)))).stored == 2
    second = BatchWriter(store, ledger, sources_of(Settings(), ledger))
    assert second.write(batch((DATA, people(3)))) == Written(stored=1)

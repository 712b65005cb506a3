"""Sources and the CSV folder, as settings describe them."""

from pathlib import Path

import pytest

from domain.errors import InvalidSettings
from ingest.message import Message
from openhours.settings.ingest import source_of
from openhours.settings.model import Settings, load

NOW_US = 1_795_435_200_000_000

GATE = """
[[ingest.sources]]
topic = "gate/+"
format = "generic"
sensor = "{1}"
entered = "in"
left = "out"

[[ingest.sources]]
topic = "cameras/#"
format = "xovis"
zone = "Europe/Zurich"
"""

WRONG = """
[[ingest.sources]]
topic = "gate/+x"
format = "genric"

[[ingest.sources]]
topic = "gate/#/x"
format = "generic"
entered = "in["
zone = "Europe/Zurch"

[[ingest.sources]]
topic = "cameras"
format = "xovis"
left = "out"

[ingest.csv_folder]
folder = "in"
"""


def loaded(folder: Path, text: str) -> Settings:
    file = folder / "openhours.toml"
    file.write_text(text)
    return load(file)


def test_a_source_reads_its_topics_by_its_format(tmp_path: Path) -> None:
    gate, cameras = loaded(tmp_path, GATE).ingest.sources
    source = source_of(gate, "")
    message = Message("gate/north", b'{"in": 3, "out": 1}', NOW_US)
    (reading,) = source.codec.decode(message, source.context).readings
    assert (reading.sensor, reading.entered, reading.left) == ("north", 3, 1)
    assert str(source_of(cameras, "").context.zone) == "Europe/Zurich"


def test_every_fault_of_every_source_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings) as caught:
        loaded(tmp_path, WRONG)
    assert {problem.where for problem in caught.value.problems} == {
        "ingest.sources[0].format",
        "ingest.sources[0].topic",
        "ingest.sources[1].entered",
        "ingest.sources[1].topic",
        "ingest.sources[1].zone",
        "ingest.sources[2].left",
        "ingest.csv_folder",
    }

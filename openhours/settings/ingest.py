"""Settings of what is read beside the formats that come by themselves: sources, and a folder."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field

from domain.clock import Clock
from domain.errors import InvalidSettings, Problem
from domain.readings import CountReading
from ingest.codecs import CODECS
from ingest.codecs.codec import Codec, Context
from ingest.codecs.generic import Mapping, generic, reader
from ingest.csv_folder import CsvFolder
from ingest.sources import Source

GENERIC = "generic"
_MAPPED = {f.name for f in fields(Mapping)}


class MappingSettings(BaseModel):
    """Where the fields of a reading stand: JMESPath expressions; see docs/formats.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    records: str = Field("@", description="The list of records in a message.")
    sensor: str = Field("", description="Name of the device; may hold topic levels, as {1}.")
    channel: str = Field("", description="Line, door or zone of the device.")
    kind: str = Field("", description="total, period or change, or an expression.")
    entered: str = Field("", description="Crossings inwards.")
    left: str = Field("", description="Crossings outwards.")
    present: str = Field("", description="People present.")
    time: str = Field("", description="When; a period ends there.")
    period_s: str | int = Field("", description="Seconds of a period.")
    seq: str = Field("", description="Tells changes of one instant apart.")
    columns: tuple[str, ...] = Field((), description="Names of CSV columns without a header.")
    zone: str = Field("", description="IANA zone of times without an offset.")

    @property
    def mapping(self) -> Mapping:
        """The same, as the codec takes it."""
        return Mapping(**self.model_dump(include=_MAPPED))


class SourceSettings(MappingSettings):
    """Topics, and how what comes on them is read."""

    topic: str = Field(min_length=1, description="An MQTT topic filter.")
    format: str = Field("auto", description="Name of a format; `openhours ingest formats`.")
    device: str = Field("", description="Model of the device, where its bytes do not say.")


class CsvFolderSettings(MappingSettings):
    """A folder into which CSV files are dropped."""

    folder: Path = Field(description="Where files appear.")


def source_of(said: SourceSettings, where: str) -> Source:
    """The source that settings describe.

    Args:
        said: the settings.
        where: their name, for faults.

    Raises:
        InvalidSettings: with every fault of them.
    """
    problems: list[Problem] = []
    zone = _zone(said.zone, where, problems)
    codec: Codec | None = None
    if said.format == GENERIC:
        try:
            codec = generic(said.mapping, where)
        except InvalidSettings as error:
            problems += error.problems
    else:
        codec = next((c for c in CODECS if c.name == said.format), None)
        problems += _of_a_fixed_format(said, where, is_known=codec is not None)
    if not _is_filter(said.topic):
        problems.append(
            Problem(f"{where}.topic", f"“{said.topic}” is no topic filter", "as in gates/+/counts")
        )
    if problems or codec is None:
        raise InvalidSettings("this source cannot be", where=where, problems=problems)
    named = "" if said.format == GENERIC else said.sensor
    context = Context(zone=zone, device=said.device, sensor=named)
    return Source(topic=said.topic, codec=codec, context=context)


def problems_of(
    sources: tuple[SourceSettings, ...], folder: CsvFolderSettings | None
) -> list[Problem]:
    """Every fault of all that is read beside the formats that come by themselves."""
    problems: list[Problem] = []
    for number, said in enumerate(sources):
        try:
            source_of(said, f"ingest.sources[{number}]")
        except InvalidSettings as error:
            problems += error.problems
    if folder is not None:
        _zone(folder.zone, "ingest.csv_folder", problems)
        try:
            reader(folder.mapping, "ingest.csv_folder")
        except InvalidSettings as error:
            problems += error.problems
    return problems


def folder_of(
    said: CsvFolderSettings, ingest: Callable[[Sequence[CountReading]], object], clock: Clock
) -> CsvFolder:
    """The folder that settings describe. Raises `InvalidSettings`."""
    zone = _zone(said.zone, "ingest.csv_folder", [])
    return CsvFolder(said.folder, said.mapping, ingest, clock, zone)


def _zone(name: str, where: str, problems: list[Problem]) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problems.append(Problem(f"{where}.zone", f"“{name}” is no zone", "as in Asia/Shanghai"))
        return None


def _of_a_fixed_format(said: SourceSettings, where: str, *, is_known: bool) -> list[Problem]:
    problems = []
    if not is_known:
        problems.append(
            Problem(
                f"{where}.format",
                f"there is no format “{said.format}”",
                "`openhours ingest formats` lists them",
            )
        )
    mapped = _MAPPED - {"sensor"}
    problems += [
        Problem(f"{where}.{name}", "is for the format “generic” alone", "leave it out")
        for name in sorted(said.model_fields_set & mapped)
    ]
    return problems


def _is_filter(topic: str) -> bool:
    """MQTT 3.1.1, section 4.7.1: wildcards stand alone on a level, “#” on the last."""
    levels = topic.split("/")
    return (
        "\0" not in topic
        and len(topic.encode()) <= 65_535
        and all(level in ("+", "#") or not set(level) & {"+", "#"} for level in levels)
        and "#" not in levels[:-1]
    )

"""From messages in bulk to a table of readings, with what was learned and what was rejected."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.readings import CountReading, Mark, ReadingTable, Rejection
from ingest.codecs import native
from ingest.codecs.codec import Decoded
from ingest.codecs.faults import Fault
from ingest.codecs.native_columns import Envelopes, read_columns
from ingest.codecs.said import Learned
from ingest.message import REPEATED, RETAINED, Message, Messages
from ingest.sources import Sources

REMEMBERED_TOPICS = REMEMBERED_SENSORS = 100_000
AGELESS = "retained, without time"
"""Reason of a message of which nobody knows when it was true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What some messages said."""

    table: ReadingTable
    """In order of receipt."""
    is_repeated: NDArray[np.bool_]
    """(readings,) whether the broker may have delivered it before."""
    rejections: Sequence[Rejection]
    learned: Sequence[Learned]


class Decoder:
    """Decodes by the sources: what is native and usual in bulk, all else one by one."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._native: dict[bytes, str] = {}
        self._source_of: dict[str, str] = {}

    def source_of(self, sensor: str) -> str:
        """The topic filter by which a sensor's messages are read; empty for the native one."""
        return self._source_of.get(sensor, "")

    def forget(self) -> None:
        """Look at topics anew: the sources have changed."""
        self._native.clear()

    def decode(self, messages: Messages) -> Batch:
        """Read messages. Raises nothing."""
        sensors = [self._sensor_of(topic) for topic in messages.topics]
        unusual = {n for n, flags in enumerate(messages.flags) if flags & (RETAINED | REPEATED)}
        if unusual or "" in sensors:
            bulk = [n for n, sensor in enumerate(sensors) if sensor and n not in unusual]
            apart = sorted(set(range(len(messages))) - set(bulk))
            table, odd = self._in_bulk(messages.take(bulk), [sensors[n] for n in bulk])
            apart += [bulk[n] for n in odd]
        else:
            table, odd = self._in_bulk(messages, sensors)
            apart = odd.tolist()
        return self._completed(table, [messages.at(n) for n in sorted(apart)])

    def _in_bulk(
        self, messages: Messages, sensors: list[str]
    ) -> tuple[ReadingTable, NDArray[np.intp]]:
        return read_columns(
            Envelopes(
                sensors=sensors,
                payloads=messages.payloads,
                received_us=np.array(messages.received_us, dtype=np.int64),
                packet_ids=np.array(messages.packet_ids, dtype=np.int64),
            )
        )

    def _completed(self, table: ReadingTable, apart: Sequence[Message]) -> Batch:
        """The table with what the messages apart say, each read by itself."""
        if len(self._source_of) > REMEMBERED_SENSORS:
            self._source_of.clear()
        readings: list[CountReading] = []
        repeated: list[bool] = []
        rejections: list[Rejection] = []
        learned: list[Learned] = []
        for message in apart:
            source = self._sources.of(message.topic)
            decoded = unless_ageless(message, self._sources.decode(message))
            readings += decoded.readings
            if source is not None and source.codec is not native.CODEC:
                self._source_of.update((r.sensor, source.topic) for r in decoded.readings)
            repeated += [message.repeated] * len(decoded.readings)
            rejections += decoded.rejections
            learned += decoded.learned
        is_repeated = np.array([False] * len(table) + repeated, dtype=np.bool_)
        if readings:
            table = ReadingTable.joined([table, ReadingTable.of_readings(readings)])
            order = np.argsort(table.received_us, kind="stable")
            table, is_repeated = table.take(order), is_repeated[order]
        return Batch(table=table, is_repeated=is_repeated, rejections=rejections, learned=learned)

    def _sensor_of(self, topic: bytes) -> str:
        """The sensor of a topic of the native format; empty for any other topic."""
        sensor = self._native.get(topic)
        if sensor is None:
            sensor = self._find(topic)
            if len(self._native) >= REMEMBERED_TOPICS:
                self._native.clear()
            self._native[topic] = sensor
        return sensor

    def _find(self, topic: bytes) -> str:
        try:
            source = self._sources.of(text := topic.decode())
            return native.sensor_of(text) if source and source.codec is native.CODEC else ""
        except ValueError:
            return ""


def unless_ageless(message: Message, decoded: Decoded) -> Decoded:
    """What a message says, unless the broker had kept it for nobody knows how long."""
    if not message.retained or not any(r.marks & Mark.RECEIPT_TIME for r in decoded.readings):
        return decoded
    fault = Fault(
        AGELESS,
        "the broker had kept it, so nobody knows when it was true",
        'give "time", or publish counts without the retain flag',
    )
    return Decoded(rejections=(fault.rejects(message),), learned=decoded.learned)

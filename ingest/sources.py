"""Which codec reads which topic: what the formats bring along, and what settings add."""

import functools
import itertools
import reprlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from paho.mqtt.client import topic_matches_sub

from ingest.codecs import CODECS
from ingest.codecs.codec import Codec, Context, Decoded
from ingest.codecs.faults import Fault
from ingest.codecs.homeassistant import KEY_PREFIX, Discovered, counters_in, reader
from ingest.codecs.said import Learned
from ingest.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Messages on some topics, and how they are read."""

    topic: str
    """An MQTT topic filter."""
    codec: Codec
    context: Context = field(default_factory=Context)


class Sources:
    """All that is subscribed to. Decodes any message; raises nothing.

    Where several sources match a topic the first reads it: those from settings, then what codecs
    bring along, then what was discovered. One thread may learn while others decode.

    Args:
        added: sources from settings.
        known: what earlier messages taught, by key.
    """

    def __init__(
        self, added: Sequence[Source] = (), known: Callable[[str], str | None] | None = None
    ) -> None:
        self._known, self._fresh = known, dict[str, str]()
        brought = [Source(topic=f, codec=c) for c in CODECS for f in c.filters]
        self._fixed = [
            replace(s, context=replace(s.context, known=self._remembered))
            for s in (*added, *brought)
        ]
        self._discovered: dict[str, tuple[Discovered, ...]] = {}
        self._table = _Table(self._fixed)

    @property
    def filters(self) -> tuple[str, ...]:
        """Every topic filter to subscribe to, each once."""
        return tuple(dict.fromkeys(s.topic for s in self._table.sources))

    def learn(self, items: Iterable[Learned]) -> bool:
        """Take up, or give up, what messages taught and is kept; whether `filters` changed by it.

        A topic that a fixed source reads already is not subscribed to again.
        """
        items = list(items)
        for key, _ in items:
            self._fresh.pop(key, None)
        discovered = dict(self._discovered)
        for key, value in items:
            if key.startswith(KEY_PREFIX):
                discovered[key] = counters_in(value)
        if discovered == self._discovered:
            return False
        before = self.filters
        self._discovered = {key: counters for key, counters in discovered.items() if counters}
        of_topic: dict[str, list[Discovered]] = {}
        for counter in itertools.chain.from_iterable(self._discovered.values()):
            if not any(topic_matches_sub(s.topic, counter.topic) for s in self._fixed):
                of_topic.setdefault(counter.topic, []).append(counter)
        found = [Source(topic=topic, codec=reader(each)) for topic, each in of_topic.items()]
        self._table = _Table([*self._fixed, *found])
        return self.filters != before

    def of(self, topic: str) -> Source | None:
        """The source that a topic belongs to."""
        return self._table.of(topic)

    def decode(self, message: Message) -> Decoded:
        """Read one message.

        A topic without a source is rejected: a saved session may hold the filters of other days.
        """
        source = self.of(message.topic)
        if source is None:
            fault = Fault(
                "no codec for the topic",
                f"nothing reads {reprlib.repr(message.topic)}",
                "name a source for it in ingest.sources",
            )
            return Decoded(rejections=(fault.rejects(message),))
        decoded = source.codec.decode(message, source.context)
        self._fresh.update(decoded.learned)
        return decoded

    def _remembered(self, key: str) -> str | None:
        """What was taught under a key, be it by a message of the batch that is being read."""
        fresh = self._fresh.get(key)
        return self._known(key) if fresh is None and self._known is not None else fresh


class _Table:
    """Sources in order of precedence, and a memory of which topic is whose."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self.of = functools.lru_cache(maxsize=65_536)(self._find)

    def _find(self, topic: str) -> Source | None:
        return next((s for s in self.sources if topic_matches_sub(s.topic, topic)), None)

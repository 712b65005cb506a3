"""Which codec reads which topic: what the formats bring along, and what settings add."""

import functools
import reprlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from paho.mqtt.client import topic_matches_sub

from ingest.codecs import CODECS
from ingest.codecs.codec import Codec, Context, Decoded
from ingest.codecs.faults import Fault
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

    Args:
        added: sources from settings; they go before what the codecs bring along.
        known: what earlier messages taught, by key.
    """

    def __init__(
        self, added: Sequence[Source] = (), known: Callable[[str], str | None] | None = None
    ) -> None:
        brought = [Source(topic=f, codec=c) for c in CODECS for f in c.filters]
        self._all = [*added, *brought]
        if known is not None:
            self._all = [replace(s, context=replace(s.context, known=known)) for s in self._all]
        self._of_topic = functools.lru_cache(maxsize=65_536)(self._find)

    @property
    def filters(self) -> tuple[str, ...]:
        """Every topic filter to subscribe to, each once."""
        return tuple(dict.fromkeys(s.topic for s in self._all))

    def learn(self, _learned: Sequence[Learned]) -> bool:
        """Whether anything of this changes which topics there are, or how they are read."""
        return False

    def of(self, topic: str) -> Source | None:
        """The source that a topic belongs to."""
        return self._of_topic(topic)

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
        return source.codec.decode(message, source.context)

    def _find(self, topic: str) -> Source | None:
        return next((s for s in self._all if topic_matches_sub(s.topic, topic)), None)

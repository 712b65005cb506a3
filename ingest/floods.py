"""Bounds how much one topic may say, so that a sensor gone mad harms no other."""

from collections import Counter

import structlog

from ingest.message import Messages

log = structlog.get_logger(__name__)

HOUR_US = 3_600_000_000
REMEMBERED_TOPICS = 1_000_000
"""Beyond these the hour begins anew, so that nobody fills the memory with names."""
NAMED = 20
"""So many flooding topics are named; all are counted."""


class Floods:
    """Lets through so many messages of each topic in an hour, and leaves out the rest of them.

    What is left out is acknowledged, counted and named, and kept nowhere: keeping a flood is what
    would harm the others. Topics are counted anew every hour of the instants of receipt.

    Args:
        an_hour: messages of one topic; 0: all there are.
    """

    def __init__(self, an_hour: int) -> None:
        self._an_hour = an_hour
        self._counts = Counter[bytes]()
        self._messages, self._since_us = 0, 0
        self._flooding = set[bytes]()
        self.left_out = 0
        """Messages, since the start."""

    @property
    def topics(self) -> tuple[str, ...]:
        """Those of which some has been left out this hour, by name."""
        return tuple(sorted(t.decode(errors="replace") for t in self._flooding)[:NAMED])

    def within(self, messages: Messages) -> Messages:
        """The messages that may go on. Give each message once."""
        if not self._an_hour or not len(messages):
            return messages
        is_over = not 0 <= messages.received_us[0] - self._since_us < HOUR_US
        if is_over or len(self._counts) > REMEMBERED_TOPICS:
            self._since_us, self._messages = messages.received_us[0], 0
            self._counts.clear()
            self._flooding.clear()
        self._counts.update(messages.topics)
        self._messages += len(messages)
        if self._messages <= self._an_hour:  # so no single topic is beyond it
            return messages
        counts, limit = self._counts, self._an_hour
        over = {t for t in set(messages.topics) if counts[t] > limit}
        if not over:
            return messages
        for topic in over - self._flooding:
            named = topic.decode(errors="replace")
            log.warning("a topic floods; the rest of its hour is left out", topic=named)
        self._flooding |= over
        kept = self._kept(messages, over)
        self.left_out += len(messages) - len(kept)
        return messages.take(kept)

    def _kept(self, messages: Messages, over: set[bytes]) -> list[int]:
        """Places of the messages that are not beyond the limit of their topic."""
        here = Counter(t for t in messages.topics if t in over)
        left = {t: self._an_hour - (self._counts[t] - here[t]) for t in over}
        kept = []
        for place, topic in enumerate(messages.topics):
            if topic in left:
                left[topic] -= 1
                if left[topic] < 0:
                    continue
            kept.append(place)
        return kept

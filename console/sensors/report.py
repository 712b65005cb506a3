"""What the sensors page, its JSON and the command line show, as the service reports it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.calendars import from_epoch_us
from domain.ports import RejectionGroup
from domain.readings import CountKind
from policies.findings import State

SAMPLE_BYTES = 200


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class FindingOut(_Out):
    """One thing that is wrong; facts as in `policies.findings.FACTS`."""

    state: State
    facts: Mapping[str, float]


class SensorOut(_Out):
    """A registered sensor."""

    sensor: str
    room: str
    venue: str
    sign: int
    """The way it is mounted, as of the estate: 1, or −1 where it is the wrong way round."""
    state: State
    findings: tuple[FindingOut, ...]
    """Worst first."""
    last_heard: datetime | None


class WaitingOut(_Out):
    """A sensor that was heard, or described by Home Assistant, and has no room yet."""

    sensor: str
    kind: CountKind | None
    """None: it has sent signs of life only."""
    device: str
    """Name of the device it belongs to, where one was told."""
    last_heard: datetime | None
    entered: float | None
    left: float | None
    present: float | None
    interval_s: int | None = None
    """How often it reports; null where it has not said enough to tell."""
    register_line: str
    """Its line in the estate's `sensors`, but for the room."""


class SensorReport(_Out):
    """All sensors at one moment, worst first."""

    at: datetime
    sensors: tuple[SensorOut, ...]
    waiting: tuple[WaitingOut, ...]


MakeReport = Callable[[], SensorReport]


class RejectionOut(_Out):
    """Alike messages that could not be read."""

    reason: str
    count: int
    first: datetime
    last: datetime
    topic: str
    sample: str
    """Beginning of the latest one's bytes, as `shown_bytes` has them."""
    detail: str
    hint: str

    @classmethod
    def of(cls, group: RejectionGroup) -> "RejectionOut":
        """A group as people see it."""
        return cls(
            reason=group.reason,
            count=group.count,
            first=from_epoch_us(group.first_us),
            last=from_epoch_us(group.last_us),
            topic=group.sample.topic,
            sample=shown_bytes(group.sample.payload),
            detail=group.sample.detail,
            hint=group.sample.hint,
        )


def shown_bytes(payload: bytes) -> str:
    """The beginning of a payload: as text where it is some, else in hexadecimal.

    Characters that would move a cursor or turn the direction of writing are written as escapes.
    """
    begin, more = payload[:SAMPLE_BYTES], "…" if len(payload) > SAMPLE_BYTES else ""
    try:
        text = payload.decode()[:SAMPLE_BYTES]
    except UnicodeDecodeError:
        return begin.hex(" ") + more
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return shown + ("…" if len(text) < len(payload.decode()) else "")

"""Times of rows that follow one another: an hour that comes twice in autumn is told by order."""

from zoneinfo import ZoneInfo

from ingest.codecs.clock import DeviceTime, instant_us
from ingest.codecs.faults import Fault


class WallClock:
    """Reads times as devices wrote them one after the other.

    Args:
        zone: of times without an offset; None where there is none.
    """

    def __init__(self, zone: ZoneInfo | None) -> None:
        self._zone = zone
        self._latest_us: dict[str, int] = {}

    def instant_us(self, device: str, time: DeviceTime) -> int:
        """Microseconds since 1970.

        A wall time that comes twice is the second one where the device has passed the first.

        Raises:
            Fault: there is no time, it is none, or its zone is not known.
        """
        first_us = instant_us(time, self._zone)
        if first_us is None:
            raise missing(time)
        at_us = first_us
        if isinstance(time, str):
            second_us = instant_us(time, self._zone, fold=1) or first_us
            if first_us <= self._latest_us.get(device, first_us - 1) < second_us:
                at_us = second_us
        self._latest_us[device] = at_us
        return at_us


def missing(time: DeviceTime) -> Fault:
    """Why a time tells no instant."""
    if time is None or time == "":
        return Fault("no time", "the record has none", "give each record its time")
    return Fault(
        "local time without a zone",
        f"{str(time)[:60]!r} has no offset",
        "give the source its zone, or write times with an offset",
    )

"""Device clocks: what a device wrote as its time, and whether to believe it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.calendars import epoch_us
from domain.readings import Mark
from ingest.codecs.faults import Fault

EARLIEST_US = 978_307_200 * 10**6
"""2001-01-01 UTC: a clock that stands before it was never set."""
MAX_AHEAD_US = 300 * 10**6
"""Clocks differ a little; one that is further ahead than this is wrong."""

DeviceTime = int | float | str | datetime | None


def instant_us(
    value: DeviceTime, zone: ZoneInfo | None = None, *, fold: int = 0, in_ms: bool = False
) -> int | None:
    """Microseconds since 1970 UTC of what a device wrote as its time; None where it wrote none.

    The size of a number, or of digits in a text, tells seconds, ms, µs and ns apart. A text without
    an offset is local time in `zone`; without a zone it tells no instant, and None comes back. Of
    a local time that comes twice it is the first, or the second with `fold` 1. Where the format has
    numbers `in_ms`, the first days of 1970 are not taken for seconds.

    Raises:
        Fault: it is no time at all.
    """
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str):
            return _of_text(value.strip(), zone, fold)
        if isinstance(value, datetime):
            return _of_datetime(value, zone, fold)
        if in_ms and not isinstance(value, bool):
            return round(value * 1_000)
        if not isinstance(value, bool):
            return _of_number(value)
    except (ValueError, OverflowError):
        pass
    raise Fault(
        "not a time", f"{str(value)[:60]!r} is no time", "write RFC 3339 with an offset, or epoch"
    )


def placed(
    times_us: Sequence[int | None], marks: Sequence[Mark], received_us: int
) -> list[tuple[int, Mark]]:
    """Instant and marks of the readings of one message: device time when sane, else receipt's.

    Where no time of the message is sane, its clock is wrong but may well run: the readings are
    moved together, the last of them to the instant of receipt.

    Args:
        times_us: device times; None where the device gave none.
        marks: what is known of each reading already.
        received_us: instant of receipt.
    """
    given = [t for t in times_us if t is not None]
    sane = [t is not None and is_sane(t, received_us) for t in times_us]
    move_us = received_us - max(given) if given and not any(sane) else None
    found = []
    for n, (time_us, mark, good) in enumerate(zip(times_us, marks, sane, strict=True)):
        if time_us is None:  # apart, for one instant could hold but one of them
            found.append((received_us + n, mark | Mark.RECEIPT_TIME))
        elif good:
            found.append((time_us, mark))
        else:
            moved_us = received_us + n if move_us is None else time_us + move_us
            # Where times of one message lie centuries apart, moving them does not help.
            there_us = moved_us if is_sane(moved_us, received_us) else received_us + n
            found.append((there_us, mark | Mark.RECEIPT_TIME | Mark.CLOCK_WRONG))
    return found


def is_sane(time_us: int, received_us: int) -> bool:
    """Whether a device that says this time, in a message received then, has a clock to believe."""
    return EARLIEST_US <= time_us <= received_us + MAX_AHEAD_US


def _of_number(number: float) -> int:
    if not -(10**20) < number < 10**20:
        raise ValueError
    for limit, unit in ((10**11, 10**6), (10**14, 10**3), (10**17, 1)):
        if abs(number) < limit:
            return round(number * unit)
    return int(number) // 1_000


def _of_text(text: str, zone: ZoneInfo | None, fold: int) -> int | None:
    if text.lstrip("-").replace(".", "", 1).isdecimal():
        return _of_number(float(text) if "." in text else int(text))
    date, _, time = text.replace("/", "-").replace(" ", "T", 1).partition("T")
    whole, dot, rest = time.partition(".")  # Python reads no more than microseconds
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    fraction = f"{dot}{digits[:6]}" if digits else ""
    return _of_datetime(
        datetime.fromisoformat(f"{date}T{whole}{fraction}{rest[len(digits) :]}"), zone, fold
    )


def _of_datetime(time: datetime, zone: ZoneInfo | None, fold: int) -> int | None:
    if time.tzinfo is None:
        if zone is None:
            return None
        time = time.replace(tzinfo=zone, fold=fold)
    return epoch_us(time)

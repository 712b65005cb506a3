"""Xovis 3D sensors, data push of firmware 5: logics, live data and status.

Source: the Xovis data push format 5.0 as in messages that users and the decoder tests of
akenza-io/device-type-library have published. `logics_data` has counts of closed intervals, several
a message. `live_data` has frames with two kinds of events: of the scene, where a track crosses a
line, and of counters, whose `counter_value` is the count since a reset. Both may speak of one
crossing, at different instants and under the names of a line and of a logic: the first is a
change, the second a total, and where line and logic bear the same name they are one sensor. Tracks
of groups cross lines beside the people in them, and carts without: neither are people.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from domain.readings import CountKind, Mark
from ingest.codecs import xovis_legacy
from ingest.codecs.clock import instant_us
from ingest.codecs.codec import Context, codec
from ingest.codecs.faults import Fault
from ingest.codecs.json_text import read_json
from ingest.codecs.names import Counted, Number, channel_of, together
from ingest.codecs.said import Said, last_level, whole
from ingest.codecs.xovis_counts import COUNTERS, NO_PEOPLE, interval
from ingest.message import Message

Fields = Mapping[str, Any]
_PARTS: Final = ("logics_data", "live_data", "status_data", "connection_test")
_CROSSED: Final[Mapping[str, Number]] = {
    "LINE_CROSS_FORWARD": "entered",
    "LINE_CROSS_BACKWARD": "left",
}


def _read(message: Message, context: Context) -> Iterator[Said]:
    content = read_json(message.payload)
    for push in content if isinstance(content, list) else [content]:
        yield from _push(push, message, context)


def _push(push: object, message: Message, context: Context) -> Iterator[Said]:
    if not isinstance(push, dict) or not _fits(push):
        raise Fault(
            "not a push", f"it has none of {', '.join(_PARTS)}", "set the agent's format to JSON"
        )
    if not any(part in push for part in _PARTS):
        yield from xovis_legacy.said(push, message, context)
        return
    for part in filter(push.__contains__, _PARTS):
        data = push[part] if isinstance(push[part], dict) else {}
        info = data.get("sensor_info") or push.get("sensor_info") or {}
        device = info.get("serial_number") or last_level(message)
        counts = []
        if part == "logics_data":
            counts = list(_logics(data["logics"], device, context))
        elif part == "live_data":
            counts = list(together(_live(data["frames"], device, context)))
        yield from counts
        if part == "status_data":
            yield _status(data["states"], device, context)
        elif not counts:
            yield Said(device, CountKind.STATUS, time_us=_last_us(data, context))


def _logics(logics: Iterable[Fields], device: str, context: Context) -> Iterator[Said]:
    for logic in logics:
        channel = channel_of(logic.get("name") or f"logic-{logic['id']}")
        for record in logic.get("records") or []:
            if record.get("samples") == 0:  # nothing was seen, which is not nobody
                continue
            start_us = instant_us(record["from"], context.zone, in_ms=True)
            end_us = instant_us(record["to"], context.zone, in_ms=True)
            counted = Said(device, CountKind.PERIOD, channel=channel, time_us=end_us)
            counts = ((count["name"], count["value"]) for count in record["counts"])
            yield from interval(counted, start_us, counts)


def _live(frames: Iterable[Fields], device: str, context: Context) -> Iterator[Counted]:
    tracks: dict[object, Fields] = {}
    for frame in frames:
        tracks |= {track.get("track_id"): track for track in frame.get("tracked_objects") or []}
        time_us = instant_us(frame["time"], context.zone, in_ms=True)
        for event in frame.get("events") or []:
            what = event.get("attributes") or {}
            if event.get("category") == "COUNT":
                counted = _counter(event, what)
            elif _is_person(tracks.get(what.get("track_id"))):
                counted = _crossing(event, what)
            else:
                counted = None
            if counted is not None:
                yield counted._replace(device=device, time_us=time_us)


def _counter(event: Fields, what: Fields) -> Counted | None:
    number = COUNTERS.get(str(what.get("counter_name")).lower())
    if number is None or event["type"] not in ("COUNT_INCREMENT", "COUNT_DECREMENT"):
        return None
    kind = CountKind.PRESENT if number == "present" else CountKind.TOTAL
    value = whole(what["counter_value"], "counter_value", least=None)
    channel = channel_of(what.get("logic_name") or f"logic-{what['logic_id']}")
    return None if value is None else Counted("", channel, number, kind, value, None)


def _crossing(event: Fields, what: Fields) -> Counted | None:
    number = _CROSSED.get(event.get("type", ""))
    if number is None:
        return None
    channel = channel_of(what.get("geometry_name") or f"line-{what['geometry_id']}")
    seq = whole(what.get("track_id"), "track_id") or 0  # two may cross in one frame
    return Counted("", channel, number, CountKind.CHANGE, 1, None, seq)


def _is_person(track: Fields | None) -> bool:
    """Whether a track is of a person who is no staff; one that the message does not show is."""
    if track is None:
        return True
    tag = (track.get("attributes") or {}).get("tag", "NO_TAG")
    return track.get("type") not in NO_PEOPLE and tag == "NO_TAG"


def _status(states: Fields, device: str, context: Context) -> Said:
    health = ((states.get("device") or {}).get("state")) or {}
    clock = (((states.get("time") or {}).get("state")) or {}).get("details") or {}
    seen = ((states.get("singlesensor") or {}).get("status")) or {}
    is_dark = seen.get("illumination", "SUFFICIENT") != "SUFFICIENT"
    uptime = (health.get("details") or {}).get("uptime_sec")
    return Said(
        device,
        CountKind.STATUS,
        time_us=instant_us(clock.get("time"), context.zone, in_ms=True),
        marks=Mark.FAULT if is_dark or health.get("state", "OK") != "OK" else Mark(0),
        uptime_s=whole(uptime, "uptime_sec"),
    )


def _last_us(data: Fields, context: Context) -> int | None:
    """The last instant that a message speaks of, where it counts nobody."""
    times = [frame.get("time") for frame in data.get("frames") or []]
    times += [
        record.get("to")
        for logic in data.get("logics") or []
        for record in logic.get("records") or []
    ]
    return max(filter(None, (instant_us(t, context.zone, in_ms=True) for t in times)), default=None)


def _fits(value: object) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, dict):
        return False
    return any(part in first for part in _PARTS) or xovis_legacy.fits(first)


CODEC = codec("xovis", "Xovis data push", _read, fits=_fits)

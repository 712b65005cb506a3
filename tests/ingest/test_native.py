"""The native format, field by field; docs/wire-format.md is held to what the codec does."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from domain.calendars import epoch_us
from domain.readings import CountKind, CountReading, Mark
from tests.ingest.reading import decode

TOPIC = "openhours/v1/door-1/counts"
NOW_US = epoch_us(datetime.fromisoformat("2026-11-23T12:00:00+00:00"))
HALF_PAST_ONE_US = epoch_us(datetime.fromisoformat("2026-11-23T01:30:00+00:00"))
A_PAGE = 2_000
WIRE_FORMAT = Path(__file__).parents[2] / "docs" / "wire-format.md"


def read(message: object, topic: str = TOPIC) -> list[CountReading]:
    """The readings of a message that has no fault."""
    decoded = decode(topic, json.dumps(message).encode(), NOW_US)
    assert decoded.rejections == ()
    return list(decoded.readings)


def one(message: object) -> CountReading:
    (reading,) = read(message)
    return reading


def test_a_lone_total_needs_neither_kind_nor_time() -> None:
    assert one({"entered": 12, "left": 9}) == CountReading(
        "door-1",
        CountKind.TOTAL,
        NOW_US,
        entered=12,
        left=9,
        received_us=NOW_US,
        marks=Mark.RECEIPT_TIME,
    )


def test_presence_alone_is_a_reading_of_kind_present() -> None:
    assert one({"present": -2}) == CountReading(
        "door-1",
        CountKind.PRESENT,
        NOW_US,
        present=-2,
        received_us=NOW_US,
        marks=Mark.RECEIPT_TIME,
    )


def test_what_is_left_out_or_null_is_unknown_and_not_zero() -> None:
    assert one({"entered": 5, "left": None}).left is None
    assert one({"left": 5}).entered is None


def test_a_period_keeps_its_length_and_ends_at_its_time() -> None:
    reading = one({"kind": "period", "time": 1795397400, "period_s": 900, "entered": 3})
    assert (reading.time_us, reading.period_s) == (HALF_PAST_ONE_US, 900)


def test_a_change_keeps_its_sequence_number() -> None:
    assert one({"kind": "change", "time": 1795397400, "seq": 7, "left": 1}).seq == 7


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-23T01:30:00Z",
        "2026-11-23T09:30:00+08:00",
        "2026-11-22T20:00:00.000-05:30",
        1_795_397_400,
        1_795_397_400_000,
        1_795_397_400_000_000,
        1_795_397_400_000_000_999,
    ],
)
def test_one_instant_may_be_written_in_many_ways(time: object) -> None:
    assert one({"time": time, "entered": 1}).time_us == HALF_PAST_ONE_US


def test_fractions_of_a_second_are_kept_to_the_microsecond() -> None:
    reading = one({"time": "2026-11-23T09:30:00.123456+08:00", "entered": 1})
    assert reading.time_us == HALF_PAST_ONE_US + 123_456


def test_a_thousand_readings_fit_in_a_message_and_one_more_does_not() -> None:
    items = [{"time": 1_795_000_000 + n, "entered": n} for n in range(1001)]
    assert [r.entered for r in read(items[:1000])] == list(range(1000))
    decoded = decode(TOPIC, json.dumps(items).encode(), NOW_US)
    assert (len(decoded.readings), decoded.rejections[0].reason) == (0, "list too long")


def test_good_readings_of_a_list_are_kept_beside_bad_ones_that_are_named_by_place() -> None:
    good, bad = {"time": 1_795_000_000, "entered": 1}, {"time": 1_795_000_000, "entered": -1}
    payload = json.dumps([bad, good, 17, {**good, "time": "noon"}]).encode()
    decoded = decode(TOPIC, payload, NOW_US)
    assert [r.entered for r in decoded.readings] == [1]
    (rejection,) = decoded.rejections
    assert rejection.payload == payload
    assert re.findall(r"\[(\d+)\]", rejection.detail) == ["0", "2", "3"]


def test_of_very_many_bad_readings_every_place_is_named() -> None:
    decoded = decode(TOPIC, json.dumps([{}] * 1000).encode(), NOW_US)
    (rejection,) = decoded.rejections
    assert re.findall(r"\[(\d+)\]", rejection.detail) == [str(n) for n in range(1000)]


def test_every_fault_of_a_reading_is_named_with_what_would_mend_it() -> None:
    message = {"entered": "12", "lefd": 3, "time": "2026-11-23T09:30:00"}
    (rejection,) = decode(TOPIC, json.dumps(message).encode(), NOW_US).rejections
    for named in ("entered", "lefd", "time"):
        assert named in rejection.detail
    for mend in ("entered without quotes", "did you mean left?", "+08:00"):
        assert mend in rejection.hint


MANY = {f"field-{n}": n for n in range(50_000)}
NESTED = [[["x"] * 6] * 6] * 6


@pytest.mark.parametrize(
    "message",
    [MANY, [MANY] * 2, {"entered": NESTED, "left": {"in": NESTED}}, {"x" * 100_000: 1}, NESTED],
    ids=["fields", "fields of a list", "nested values", "a long name", "nested lists"],
)
def test_however_much_is_wrong_a_page_says_it(message: object) -> None:
    (rejection,) = decode(TOPIC, json.dumps(message).encode(), NOW_US).rejections
    assert len(rejection.detail) < A_PAGE
    assert len(rejection.hint) < A_PAGE


def test_of_very_many_faults_of_a_reading_the_first_are_named_and_that_there_are_more() -> None:
    (rejection,) = decode(TOPIC, json.dumps(MANY).encode(), NOW_US).rejections
    assert re.findall(r"field-(\d+)", rejection.detail) == [str(n) for n in range(10)]
    assert rejection.detail.endswith("and more")


def test_a_very_long_topic_is_not_repeated_in_full() -> None:
    for topic in (f"openhours/v1/{'x' * 60_000}/counts", "x" * 60_000):
        (rejection,) = decode(topic, b'{"entered": 1}', NOW_US).rejections
        assert len(rejection.detail) < A_PAGE


CHANGE = {"kind": "change", "time": 1_795_397_400, "seq": 1, "entered": 1}
PERIOD = {"kind": "period", "time": 1_795_397_400, "period_s": 60, "entered": 1}
REFUSED: list[tuple[str, object]] = [
    ("not a reading", 12),
    ("not a reading", "on"),
    ("empty list", []),
    ("unknown field", {"entered": 1, "battery": 93}),
    ("no counts", {}),
    ("no counts", {"time": 1_795_397_400}),
    ("not a count", {"entered": "12"}),
    ("not a count", {"entered": True}),
    ("not a count", {"entered": 1.5}),
    ("not a count", {"entered": -1}),
    ("not a count", {"entered": 2**53 + 1}),
    ("not a count", {"present": -(2**53) - 1}),
    ("not a time", {"time": "2026-11-23T09:30:00", "entered": 1}),
    ("not a time", {"time": 1_795_397_400.5, "entered": 1}),
    ("not a period", {**PERIOD, "period_s": 0}),
    ("not a sequence number", {**CHANGE, "seq": -1}),
    ("no such kind", {"kind": "sum", "entered": 1}),
    ("counts do not fit the kind", {"entered": 1, "present": 1}),
    ("counts do not fit the kind", {"kind": "total", "present": 1}),
    ("counts do not fit the kind", {"kind": "present", "entered": 1}),
    ("period_s does not fit the kind", {"entered": 1, "period_s": 60}),
    ("period_s does not fit the kind", {**PERIOD, "period_s": None}),
    ("seq does not fit the kind", {"entered": 1, "seq": 4}),
    ("no time", [{"entered": 1}, {"entered": 2, "time": 1_795_397_400}]),
    ("counts do not fit the kind", {"kind": "status", "entered": 1}),
    ("not an uptime", {"entered": 1, "uptime_s": -1}),
]


@pytest.mark.parametrize(("reason", "message"), REFUSED)
def test_what_breaks_a_rule_is_refused_for_that_reason(reason: str, message: object) -> None:
    payload = json.dumps(message).encode()
    (rejection,) = decode(TOPIC, payload, NOW_US).rejections
    assert rejection.reason == reason
    assert (rejection.topic, rejection.payload, rejection.received_us) == (TOPIC, payload, NOW_US)
    assert rejection.detail
    assert rejection.hint


@pytest.mark.parametrize(
    "payload",
    [b"", b"{", b"on", b"\xff\xfe", b'{"entered": 1} {}', b"[" * 100_000, b'{"entered": 1e999}'],
)
def test_bytes_that_are_no_json_are_refused(payload: bytes) -> None:
    (rejection,) = decode(TOPIC, payload, NOW_US).rejections
    assert rejection.reason == "not JSON"


def test_a_clock_a_little_ahead_is_still_believed() -> None:
    assert one({"time": NOW_US // 10**6 + 300, "entered": 1}).time_us == NOW_US + 300_000_000


@pytest.mark.parametrize(
    "time",
    [0, 978_307_199, "2000-01-01T00:14:31Z", "0001-01-01T00:00:00Z", NOW_US // 10**6 + 301],
    ids=["1970", "end of 2000", "2000", "year 1", "ahead"],
)
@pytest.mark.parametrize(
    "message", [{"entered": 1}, CHANGE, PERIOD], ids=["total", "change", "period"]
)
def test_a_clock_that_cannot_be_right_is_marked_and_the_receipt_is_the_time(
    time: object, message: dict[str, object]
) -> None:
    reading = one({**message, "time": time})
    assert reading.time_us == NOW_US
    assert reading.marks == Mark.RECEIPT_TIME | Mark.CLOCK_WRONG


def test_of_a_list_by_a_wrong_clock_the_last_is_now_and_the_others_keep_their_distance() -> None:
    readings = read([{"time": 60 * n, "entered": n} for n in range(3)])
    ages_s = [(NOW_US - r.time_us) // 10**6 for r in readings]
    assert ages_s == [120, 60, 0]


@pytest.mark.parametrize("message", [CHANGE, PERIOD], ids=["change", "period"])
def test_a_lone_change_or_period_without_time_was_when_it_came(message: dict[str, object]) -> None:
    reading = one({**message, "time": None})
    assert (reading.time_us, reading.marks) == (NOW_US, Mark.RECEIPT_TIME)


def test_a_sign_of_life_is_a_reading_without_counts() -> None:
    reading = one({"kind": "status", "time": 1_795_397_400, "uptime_s": 86_400})
    assert (reading.kind, reading.entered, reading.uptime_s) == (CountKind.STATUS, None, 86_400)


@pytest.mark.parametrize("sensor", ["", "-door", "door 1", "大门", "x" * 121, "a+b"])
def test_a_topic_that_can_name_no_sensor_is_refused(sensor: str) -> None:
    (rejection,) = decode(f"openhours/v1/{sensor}/counts", b'{"entered": 1}', NOW_US).rejections
    assert rejection.reason == "no sensor's id"


@pytest.mark.parametrize("topic", ["", "openhours/v1/a/b/counts", "openhours/v2/a/counts", "a"])
def test_a_topic_that_no_codec_reads_is_refused(topic: str) -> None:
    (rejection,) = decode(topic, b'{"entered": 1}', NOW_US).rejections
    assert rejection.reason == "no codec for the topic"


def test_the_examples_of_the_documentation_are_readings() -> None:
    examples = re.findall(r"```json\n(.*?)```", WIRE_FORMAT.read_text(), flags=re.DOTALL)
    readings = [r for example in examples for r in read(json.loads(example))]
    assert {r.kind for r in readings} == set(CountKind)
    assert {r.time_us // 10**6 for r in readings} == {NOW_US // 10**6, HALF_PAST_ONE_US // 10**6}


def test_every_reason_is_documented() -> None:
    documented = set(re.findall(r"`([^`]+)`", WIRE_FORMAT.read_text().split("| reason |")[1]))
    assert {reason for reason, _ in REFUSED} <= documented

"""Messages on a topic for which nothing is set up are read by their shape."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.codecs import FORMATS, auto
from ingest.codecs.codec import Context
from tests.ingest.codecs.reading import decoded, lines

CODEC = auto.among(FORMATS)
TOPIC = "openhours/in/north/door-1"


def test_a_pack_of_senml_is_told_by_its_shape() -> None:
    pack = [{"bn": "urn:dev:7:", "bt": 1_795_397_400, "n": "in", "v": 5}]
    assert lines(decoded(CODEC, TOPIC, pack)) == ["urn:dev:7 total entered=5 2026-11-23T01:30:00Z"]


def test_a_device_without_a_name_goes_by_the_last_level_of_its_topic() -> None:
    pack = [{"n": "in", "t": 1_795_397_400, "v": 5}]
    assert lines(decoded(CODEC, TOPIC, pack)) == ["door-1 total entered=5 2026-11-23T01:30:00Z"]


def test_the_name_in_settings_goes_before_both() -> None:
    pack = [{"bn": "urn:dev:7:", "bt": 1_795_397_400, "n": "in", "v": 5}]
    for content in (pack, {"time": 1_795_397_400, "entered": 5}):
        found = decoded(CODEC, TOPIC, content, context=Context(sensor="gate"))
        assert lines(found) == ["gate total entered=5 2026-11-23T01:30:00Z"]


def test_the_native_format_is_read_on_any_topic() -> None:
    assert lines(decoded(CODEC, TOPIC, {"time": 1_795_397_400, "entered": 5, "left": 4})) == [
        "door-1 total entered=5 left=4 2026-11-23T01:30:00Z"
    ]


def test_a_fault_of_the_native_format_is_kept_under_the_topic_that_it_came_on() -> None:
    (rejection,) = decoded(CODEC, TOPIC, {"entered": "12"}).rejections
    assert (rejection.topic, rejection.reason) == (TOPIC, "not a count")


def test_what_fits_no_format_is_kept_with_those_that_were_tried() -> None:
    (rejection,) = decoded(CODEC, TOPIC, {"temperature": 21}).rejections
    assert rejection.reason == "no format fits"
    assert "senml" in rejection.detail
    assert rejection.detail.endswith("native")
    assert "generic" in rejection.hint


def test_what_is_not_json_is_kept() -> None:
    assert lines(decoded(CODEC, TOPIC, b"\x08\x01")) == ["rejected: not JSON"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("bn", "n", "v", "entered", "x")), inner, max_size=4)
    ),
)


@given(json_values)
@settings(max_examples=300, deadline=None)
def test_any_json_is_read_or_kept(value: object) -> None:
    found = decoded(CODEC, TOPIC, json.dumps(value).encode())
    assert found.readings or found.rejections or found.learned

"""JSON as it is, and as vendors write it."""

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.codecs.faults import Fault
from ingest.codecs.json_text import MAX_MENDED_BYTES, read_json

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('{event: "x", in_1: 2}', {"event": "x", "in_1": 2}),
        ("{'a': 'it\\'s \"x\"'}", {"a": 'it\'s "x"'}),
        ('{"names": [Region1, Region 2]}', {"names": ["Region1", "Region 2"]}),
        ('{"a": 1, // the first\n /* and */ "b": [2,],}', {"a": 1, "b": [2]}),
        ('{"a": [1,0]\n"b": 2}', {"a": [1, 0], "b": 2}),
        ('{"code": "9j//4AAQ" // of the picture\n}', {"code": "9j//4AAQ"}),
        ('{"code": “9j4AAQ”}', {"code": "9j4AAQ"}),
        ('{"a": NaN, "b": -Infinity, "c": undefined}', {"a": None, "b": None, "c": None}),
        ('{"a": +5, "b": .5, "c": 007, "d": 0x1F}', {"a": 5, "b": 0.5, "c": 7, "d": 31}),
        ('{"a": True, "b": None}', {"a": True, "b": None}),
        ('{"a": "tab\there"}', {"a": "tab\there"}),
        ('{"a": "C:\\people"}', {"a": "C:people"}),
        ('\ufeff{"a": 1}\0\0\n', {"a": 1}),
    ],
)
def test_what_is_meant_beyond_doubt_is_read(written: str, meant: object) -> None:
    assert read_json(written.encode()) == meant


@pytest.mark.parametrize(
    "written", ["", "online", "1;2", "{", '{"a": }', "[1,,2]", '{"a": 1}}', '{"a": "b', "{1}", "/*"]
)
def test_what_is_in_doubt_is_not_json(written: str) -> None:
    with pytest.raises(Fault) as raised:
        read_json(written.encode())
    assert raised.value.reason == "not JSON"


def test_bytes_in_another_encoding_are_told_as_such() -> None:
    with pytest.raises(Fault) as raised:
        read_json('{"name": "Entrée"}'.encode("latin-1"))
    assert raised.value.reason == "not UTF-8"


def test_long_or_deep_texts_are_read_only_by_the_book() -> None:
    picture = "A" * MAX_MENDED_BYTES
    assert read_json(f'{{"picture": "{picture}"}}'.encode()) == {"picture": picture}
    for text in (f'{{picture: "{picture}"}}', "[" * 100_000, "{a:" * 100_000):
        with pytest.raises(Fault):
            read_json(text.encode())


@given(values)
@settings(max_examples=200, deadline=None)
def test_json_is_read_as_it_is(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == value


@given(st.binary() | st.text(alphabet="{}[]:,\"'/*\\ \n\0aé1.-“”").map(str.encode))
@settings(max_examples=500, deadline=None)
def test_whatever_the_bytes_there_is_a_value_or_a_fault(payload: bytes) -> None:
    with contextlib.suppress(Fault):
        read_json(payload)

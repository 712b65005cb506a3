"""Terabee's own JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.codecs import terabee
from ingest.codecs.codec import Context
from ingest.message import Message
from tests.ingest.payloads.case import Case
from tests.ingest.payloads.run import content_of, results
from tests.ingest.payloads.terabee import JSON

OF_M: dict[str, Any] = {
    "uid": "pcm1",
    "time": "1795433400",  # 2026-11-23 11:30:00 UTC
    "type": "counters",
    "value": {"in": 7, "out": 3},
}
OF_XL: dict[str, Any] = {
    "count_in": 23,
    "count_out": 12,
    "timestamp": "1795433400",
    "device_id": "FA21",
    "username": "user",
    "password": "secret",
}


def of(push: object) -> list[str]:
    case = Case(vendor="", file="", topic="terabee/door", codec="terabee", expected=())
    return results(case, json.dumps(push).encode())


def test_totals_of_an_m_have_its_time() -> None:
    assert of(OF_M) == ["pcm1 total entered=7 left=3 2026-11-23T11:30:00Z"]


def test_totals_of_an_xl_have_its_time() -> None:
    assert of(OF_XL) == ["FA21 total entered=23 left=12 2026-11-23T11:30:00Z"]


def test_a_clock_that_was_never_set_gives_way_to_receipt() -> None:
    unset = OF_M | {"time": "946685671"}
    assert of(unset) == ["pcm1 total entered=7 left=3 at receipt clock_wrong"]


def test_a_push_of_another_type_is_a_sign_of_life() -> None:
    other = OF_M | {"type": "status", "value": {}}
    assert of(other) == ["pcm1 status 2026-11-23T11:30:00Z"]


@pytest.mark.parametrize(
    ("push", "reason"),
    [
        ({"count": 1}, "not a push of a Terabee"),
        (OF_M | {"value": {"in": 7}}, "unexpected content"),
        (OF_XL | {"count_in": -1}, "not a count"),
        (OF_XL | {"device_id": None}, "no sensor's id"),
        (OF_XL | {"timestamp": "yesterday"}, "not a time"),
        ([OF_M], "not an object"),
    ],
)
def test_what_is_no_push_is_refused(push: object, reason: str) -> None:
    assert of(push) == [f"rejected: {reason}"]


def test_its_shape_is_told_from_others() -> None:
    assert terabee.fits(OF_M)
    assert terabee.fits(OF_XL)
    assert not terabee.fits({"count_in": 1, "count_out": 2})
    assert not terabee.fits([OF_M])


@pytest.mark.parametrize("case", JSON, ids=lambda case: case.file)
def test_a_real_push_is_read(case: Case) -> None:
    assert terabee.fits(content_of(case))
    assert tuple(results(case)) == case.expected


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


@given(
    st.sampled_from([OF_M, OF_XL]),
    st.dictionaries(st.sampled_from([*OF_M, *OF_XL]), scalars | st.lists(scalars)),
)
def test_any_mutation_is_read_or_refused(push: dict[str, Any], mutated: dict[str, Any]) -> None:
    message = Message("terabee/door", json.dumps(push | mutated).encode(), 1_795_435_200_000_000)
    decoded = terabee.CODEC.decode(message, Context())
    assert decoded.readings or decoded.rejections

"""IMBuildings counters by the platform of a network operator."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.codecs import imbuildings
from ingest.codecs.codec import Context
from ingest.message import Message
from tests.ingest.payloads.case import Case
from tests.ingest.payloads.imbuildings import NB_IOT
from tests.ingest.payloads.run import content_of, results

HEARD_MS = 1_795_433_400_000  # 2026-11-23 11:30:00 UTC
WITH_TIME = "0204a1a2a3a4a5a6 00 0118 8f 20261123112900 0005 0004 00".replace(" ", "")
WITHOUT_TIME = "0203a1a2a3a4a5a6 00 0118 8f 0005 0004 00".replace(" ", "")
CASE = Case(vendor="", file="", topic="imbuildings/reports", codec="imbuildings", expected=())


def report(value: object, **fields: object) -> dict[str, Any]:
    return {"serialNumber": "IMEI:861500000000001", "timestamp": HEARD_MS, "value": value, **fields}


def of(*reports: object) -> list[str]:
    return results(CASE, json.dumps({"reports": reports, "registrations": []}).encode())


def test_a_device_goes_by_its_own_id_and_time() -> None:
    said = "a1a2a3a4a5a6 period entered=5 left=4 2026-11-23T11:29:00Z"
    assert of(report(WITH_TIME)) == [said]


def test_the_platforms_time_stands_in_where_the_device_gives_none() -> None:
    said = "a1a2a3a4a5a6 period entered=5 left=4 2026-11-23T11:30:00Z"
    assert of(report(WITHOUT_TIME)) == [said]


def test_the_platforms_time_stands_in_where_the_devices_cannot_be() -> None:
    unset = WITH_TIME.replace("20261123112900", "20000101000007")
    said = "a1a2a3a4a5a6 period entered=5 left=4 2026-11-23T11:30:00Z clock_wrong"
    assert of(report(unset)) == [said]


def test_every_report_is_read() -> None:
    assert len(of(report(WITHOUT_TIME), report(WITH_TIME))) == 2


@pytest.mark.parametrize(
    ("reports", "reason"),
    [
        ([], "no reports"),
        ([report("01030405")], "unknown payload"),
        ([report("no hex")], "unexpected content"),
        ([{}], "unexpected content"),
        ([report("", serialNumber=None)], "no sensor's id"),
    ],
)
def test_other_reports_are_refused(reports: list[Any], reason: str) -> None:
    assert of(*reports) == [f"rejected: {reason}"]


def test_an_empty_report_is_a_sign_of_life_of_the_modem() -> None:
    assert of(report("")) == ["IMEI:861500000000001 status 2026-11-23T11:30:00Z"]


def test_its_shape_is_told_from_others() -> None:
    assert imbuildings.fits({"reports": [report(WITH_TIME)]})
    assert not imbuildings.fits({"reports": [{"metric": 1}]})
    assert not imbuildings.fits([])


@pytest.mark.parametrize("case", NB_IOT, ids=lambda case: case.file)
def test_a_real_message_is_read(case: Case) -> None:
    assert imbuildings.fits(content_of(case))
    sent = datetime(2023, 2, 3, 10, 35, tzinfo=UTC)
    assert tuple(results(case, received=sent)) == case.expected


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


@given(
    st.dictionaries(
        st.sampled_from(["value", "timestamp", "serialNumber"]),
        scalars | st.binary(max_size=30).map(bytes.hex),
    )
)
def test_any_mutation_is_read_or_refused(mutated: dict[str, Any]) -> None:
    payload = json.dumps({"reports": [report(WITH_TIME) | mutated]}).encode()
    message = Message(CASE.topic, payload, HEARD_MS * 1000)
    decoded = imbuildings.CODEC.decode(message, Context())
    assert decoded.readings or decoded.rejections

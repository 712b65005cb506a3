"""Frigate's numbers of people."""

import pytest

from ingest.codecs.frigate import CODEC
from tests.ingest.codecs.reading import decoded, lines
from tests.ingest.payloads import frigate as real
from tests.ingest.payloads.case import Case
from tests.ingest.payloads.run import results


@pytest.mark.parametrize("case", real.CASES, ids=lambda case: case.file)
def test_an_object_that_is_followed_is_no_count(case: Case) -> None:
    assert tuple(results(case)) == case.expected


@pytest.mark.parametrize(
    ("topic", "text", "expected"),
    [
        ("frigate/front_door/person", b"2", "front_door present present=2 at receipt"),
        ("site/frigate/yard/person", b"0", "yard present present=0 at receipt"),
        ("frigate/available", b"online", "frigate status at receipt"),
        ("frigate/available", b"offline", "frigate status at receipt fault"),
        ("frigate/front_door/person/active", b"1", "rejected: not all people"),
        ("frigate/front_door/car", b"1", "rejected: not a count of people"),
        ("frigate/front_door/all", b"3", "rejected: not a count of people"),
        ("frigate/front_door/person/snapshot", b"\xff\xd8", "rejected: not a count of people"),
        ("frigate/front_door/person", b"ON", "rejected: not a count"),
        ("frigate/front_door/person", b"", "rejected: no counts"),
    ],
)
def test_the_number_on_a_persons_topic_is_who_is_there(
    topic: str, text: bytes, expected: str
) -> None:
    assert lines(decoded(CODEC, topic, text)) == [expected]

"""Pushes of Xovis sensors, from the tests of a decoder. Some do not name the sensor."""

from tests.ingest.payloads.case import Case

_SERIAL = "80:1F:12:D5:30:DC"


def _case(name: str, *expected: str) -> Case:
    return Case(
        vendor="Xovis PC2S, PC2SV5",
        file=f"xovis/akenza_{name}.json",
        where="raw",
        topic="xovis/entrance",
        codec="xovis",
        expected=expected,
    )


CASES: list[Case] = [
    _case("PC2S_1", f"{_SERIAL}:line-0 change entered=1 seq=3006 2021-09-23T08:21:04Z"),
    _case("PC2SV5_1", "entrance:line-0 change left=1 seq=490 2022-02-25T09:17:45Z"),
    _case("PC2SV5_2", "entrance status 2022-02-25T10:20:05Z"),
    _case(
        "PC2SV5_4",
        *(f"entrance:zone-0 present present=0 2022-02-25T12:4{n}:00Z" for n in range(2, 6)),
        "entrance:line-0 period entered=1 left=0 period_s=60 2022-02-25T12:42:00Z",
        *(
            f"entrance:line-0 period entered=0 left=0 period_s=60 2022-02-25T12:4{n}:00Z"
            for n in range(3, 6)
        ),
    ),
    _case(
        "PC2SV5_6",
        "entrance:line-0 change left=1 seq=1128 2022-03-04T15:16:44Z",
        "entrance:zone-0 present present=1 2022-03-04T15:16:44Z",
        "entrance:zone-0 present present=0 2022-03-04T15:16:46Z",
        "entrance:line-0 total left=926 2022-03-04T15:16:46Z",
        "entrance:line-0 change left=1 seq=1129 2022-03-04T15:18:11Z",
        "entrance:zone-0 present present=1 2022-03-04T15:18:11Z",
        "entrance:zone-0 present present=0 2022-03-04T15:18:13Z",
        "entrance:line-0 total left=927 2022-03-04T15:18:13Z",
        "entrance:zone-0 present present=1 2022-03-04T15:18:19Z",
        "entrance:line-0 change entered=1 seq=1130 2022-03-04T15:18:20Z",
        "entrance:zone-0 present present=0 2022-03-04T15:18:20Z",
        "entrance:line-0 total entered=935 2022-03-04T15:18:21Z",
    ),
    _case("PC2SV5_8", f"{_SERIAL}:line-based-logic-2 total entered=1471 2023-01-16T13:27:02Z"),
    _case("PC2SV5_11", "00:6E:02:01:AB:7C status 2024-08-30T07:04:54Z"),
    _case(
        "PC2SV5_13",
        f"{_SERIAL}:line-based-logic-2 period entered=0 left=1 period_s=60 2026-07-08T07:55:00Z",
    ),
]

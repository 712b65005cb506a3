"""The generic format; docs/formats.md is held to what it does."""

import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidSettings
from ingest.codecs.codec import Context
from ingest.codecs.generic import Mapping, generic
from tests.ingest.codecs.reading import SHANGHAI, decoded, lines

FORMATS = Path(__file__).parents[3] / "docs" / "formats.md"
TOPIC = "shop/north/footfall"
TOTALS = Mapping(sensor="id", entered="in", left="out", time="ts")
AT_S = 1_795_397_400


def said(mapping: Mapping, content: object, context: Context | None = None) -> list[str]:
    return lines(decoded(generic(mapping), TOPIC, content, context=context))


def examples() -> list[tuple[dict[str, Any], str, str, str]]:
    """Settings, topic, message and readings of each worked example."""
    found = re.findall(
        r"```toml\n(.*?)```\n\n`([^`]+)`:\n\n```(?:json|csv)\n(.*?)```\n\n```text\n(.*?)```",
        FORMATS.read_text(),
        flags=re.DOTALL,
    )
    return [(tomllib.loads(a)["ingest"]["sources"][0], *rest) for a, *rest in found]


@pytest.mark.parametrize("number", [0, 1])
def test_the_examples_of_the_documentation_come_to_what_stands_there(number: int) -> None:
    source, topic, message, expected = examples()[number]
    assert (source.pop("topic").replace("+", "north"), source.pop("format")) == (topic, "generic")
    columns = tuple(source.pop("columns", ()))
    codec = generic(Mapping(**source, columns=columns))
    assert lines(decoded(codec, topic, message.encode())) == expected.splitlines()


def test_every_field_is_documented() -> None:
    documented = set(re.findall(r"`(\w+)`", FORMATS.read_text()))
    assert {f.name for f in fields(Mapping)} <= documented


def test_every_reason_of_the_standards_is_documented() -> None:
    codecs = FORMATS.parents[1] / "ingest" / "codecs"
    names = ["auto", "csv_text", "expressions", "homeassistant", "senml", "sparkplug_proto"]
    names += ["sparkplug", "value_template"]
    raised = {
        reason
        for name in names
        for reason in re.findall(r"Fault\(\s*\"([^\"]+)\"", (codecs / f"{name}.py").read_text())
    }
    pages = FORMATS.read_text() + FORMATS.with_name("wire-format.md").read_text()
    assert "birth not seen" in raised
    without_blocks = re.sub(r"```.*?```", "", pages, flags=re.DOTALL)
    assert raised <= set(re.findall(r"`([^`\n]+)`", without_blocks))


def test_a_message_is_one_record_or_a_list_of_them() -> None:
    record = {"id": "a", "in": 3, "out": "2", "ts": AT_S}
    one = ["a total entered=3 left=2 2026-11-23T01:30:00Z"]
    assert said(TOTALS, record) == one
    assert said(TOTALS, [record, {**record, "id": 7}]) == [*one, one[0].replace("a ", "7 ", 1)]


def test_constants_and_levels_of_the_topic_stand_in_for_fields() -> None:
    mapping = Mapping(sensor="'gate'", channel="{0}-{1}", entered="`4`", time="ts")
    assert said(mapping, {"ts": AT_S}) == ["gate:shop-north total entered=4 2026-11-23T01:30:00Z"]


def test_expressions_reach_into_a_record_and_count_over_it() -> None:
    mapping = Mapping(
        records="data.items", sensor="dev.id", entered="sum(lines[].in)", time="max(lines[].at)"
    )
    content = {"data": {"items": [{"dev": {"id": "x"}, "lines": [{"in": 1, "at": AT_S}] * 2}]}}
    assert said(mapping, content) == ["x total entered=2 2026-11-23T01:30:00Z"]


def test_the_kind_may_be_said_by_the_record() -> None:
    mapping = Mapping(sensor="id", entered="in", kind="mode", period_s="span", seq="n", time="ts")
    record = {"id": "a", "in": 1, "ts": AT_S}
    assert said(
        mapping,
        [
            {**record, "mode": "change", "n": 8},
            {**record, "mode": "period", "span": "60"},
            {**record, "mode": None},
        ],
    ) == [
        "a change entered=1 seq=8 2026-11-23T01:30:00Z",
        "a period entered=1 period_s=60 2026-11-23T01:30:00Z",
        "a total entered=1 2026-11-23T01:30:00Z",
    ]


def test_local_times_need_the_sources_zone() -> None:
    record = {"id": "a", "in": 1, "ts": "2026/11/23 09:30:00"}
    assert said(TOTALS, record, Context(zone=SHANGHAI)) == [
        "a total entered=1 2026-11-23T01:30:00Z"
    ]
    assert said(TOTALS, record) == ["rejected: local time without a zone"]


def test_the_sources_name_stands_for_the_devices() -> None:
    mapping = Mapping(entered="in", time="ts")
    record = {"in": 1, "ts": AT_S}
    assert said(mapping, record, Context(sensor="door")) == [
        "door total entered=1 2026-11-23T01:30:00Z"
    ]
    assert said(mapping, record) == ["rejected: no sensor's id"]


def test_a_record_without_counts_is_left_and_zero_is_a_count() -> None:
    records = [{"id": "a", "ts": AT_S}, {"id": "b", "in": 0, "out": "", "ts": AT_S}]
    assert said(TOTALS, records) == ["b total entered=0 2026-11-23T01:30:00Z"]
    assert said(TOTALS, records[:1]) == ["rejected: no counts"]
    assert said(Mapping(records="nowhere", entered="in"), records) == ["rejected: no counts"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"in": 1.5}, "not a count"),
        ({"in": True}, "not a count"),
        ({"ts": "noon"}, "not a time"),
        ({"id": ["a"]}, "no sensor's id"),
        ({"id": None}, "no sensor's id"),
        ({"kind": "sum"}, "no such kind"),
        ({"kind": ["total"]}, "no such kind"),
        ({"kind": "period"}, "period_s does not fit the kind"),
        ({"kind": "total", "span": 60}, "period_s does not fit the kind"),
    ],
)
def test_a_bad_record_is_named_by_its_place_and_the_others_are_stored(
    changed: dict[str, object], reason: str
) -> None:
    mapping = Mapping(
        sensor="id", entered="in", time="ts", kind="kind", period_s="span", left="out"
    )
    good = {"id": "b", "in": 2, "ts": AT_S}
    found = decoded(generic(mapping), TOPIC, [good, {**good, **changed}, {**good, **changed}])
    assert lines(found) == ["b total entered=2 2026-11-23T01:30:00Z", f"rejected: {reason}"]
    assert "record 1" in found.rejections[0].detail
    assert "1 more" in found.rejections[0].detail


def test_a_topic_that_is_too_short_for_the_mapping_is_said() -> None:
    assert said(Mapping(sensor="{7}", entered="in"), {"in": 1}) == [
        "rejected: no such level of the topic"
    ]


@pytest.mark.parametrize("content", [b"", b"\xff\xff", b'a,"', b"a,1\n"])
def test_lines_that_say_nothing_are_kept(content: bytes) -> None:
    found = said(Mapping(columns=("id", "x", "in"), sensor="id", entered="in"), content)
    assert [line.startswith("rejected: ") for line in found] == [True]


def test_all_faults_of_a_mapping_are_told_at_once() -> None:
    bad = Mapping(records="a[", sensor="Door name", kind="period", time="foo(", period_s="")
    with pytest.raises(InvalidSettings) as caught:
        generic(bad, "ingest.sources[0]")
    assert [p.where.removeprefix("ingest.sources[0]") for p in caught.value.problems] == [
        ".records",
        ".sensor",
        ".time",
        "",
        ".period_s",
    ]


def test_a_kind_of_people_present_is_refused() -> None:
    with pytest.raises(InvalidSettings, match="need no kind"):
        generic(Mapping(present="n", kind="present"))


fields_of_records = st.sampled_from(("id", "in", "out", "ts", "kind", "span"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(fields_of_records, inner, max_size=6)
    ),
)
JUNK = Mapping(
    sensor="id", entered="in", left="length(out)", present="span", time="ts", kind="kind"
)


@given(json_values, st.binary(max_size=40))
@settings(max_examples=500, deadline=None)
def test_any_json_and_any_bytes_are_read_or_kept(value: object, payload: bytes) -> None:
    by_columns = Mapping(columns=("id", "in"), sensor="id", entered="in")
    for mapping, content in (
        (TOTALS, json.dumps(value).encode()),
        (JUNK, json.dumps(value).encode()),
        (TOTALS, payload),
        (by_columns, payload),
    ):
        found = decoded(generic(mapping), TOPIC, content)
        assert found.readings or found.rejections

"""The value templates that are read, and that no other is evaluated."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.codecs.faults import Fault
from ingest.codecs.value_template import parsed

STATE = json.dumps({"people": 3, "a": {"b c": "17.6"}, "zones": [{"n": 4}], "none": None}).encode()


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{{ value_json.people }}", 3),
        ("{{value_json['people']}}", 3),
        ('{{- value_json["a"]["b c"] | float -}}', 17.6),
        ("{{ value_json.a['b c'] | int }}", 17),
        ("{{ value_json.a['b c'] | float | round }}", 18),
        ("{{ value_json.zones[0].n }}", 4),
        ("{{ value_json.none }}", None),
        ("{{ value_json.missing.deep }}", None),
        ("{{ value_json.missing | int }}", None),
        ("{{ value_json.missing | default(5) | int }}", 5),
        ("{{ value_json.zones[7] }}", None),
    ],
)
def test_a_value_is_taken_out_of_json(template: str, value: object) -> None:
    assert parsed(template).value(STATE) == value


@pytest.mark.parametrize(
    ("payload", "value"),
    [(b"12", "12"), (b" 12\n", "12"), (b"", None), (b"unavailable", None), (b"unknown", None)],
)
def test_a_plain_state_is_taken_as_it_is_and_no_state_as_unsaid(
    payload: bytes, value: object
) -> None:
    assert parsed("{{ value }}").value(payload) == value


@pytest.mark.parametrize("payload", [b"many", b"on"])
def test_a_text_that_is_no_number_is_a_fault_and_not_zero(payload: bytes) -> None:
    with pytest.raises(Fault, match="no number"):
        parsed("{{ value | int }}").value(payload)
    assert parsed("{{ value | int(0) }}").value(payload) == 0


@pytest.mark.parametrize(
    "template",
    [
        "",
        "12",
        "{{ value.people }}",
        "{{ value_json.people + 1 }}",
        "{{ value_json.people if value_json.ok else 0 }}",
        "{% if value %}1{% endif %}",
        "{{ states('sensor.x') }}",
        "{{ value_json.__class__() }}",
        "{{ value | pprint }}",
        "{{ value }} people",
    ],
)
def test_any_other_template_is_refused_with_the_way_to_mend_it(template: str) -> None:
    with pytest.raises(Fault, match="template not understood") as caught:
        parsed(template)
    assert "generic" in caught.value.hint


@given(st.text())
def test_any_text_is_a_template_or_is_refused(text: str) -> None:
    for template in (text, f"{{{{ value_json{text} }}}}", f"{{{{ value | {text} }}}}"):
        try:
            parsed(template)
        except Fault as fault:
            assert fault.reason == "template not understood"  # noqa: PT017 - both ways are right

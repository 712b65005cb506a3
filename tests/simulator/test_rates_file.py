"""Files of fault rates."""

import re
from pathlib import Path

import pytest

from domain.errors import InvalidInput
from simulator.faults.rates import Clock, FaultRates
from simulator.wires import WIRES

PAGE = (Path(__file__).parents[2] / "docs" / "simulated-sensors.md").read_text()


def test_the_example_of_the_documentation_is_read() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    rates = FaultRates.parse(example, "faults.yaml")
    assert (rates.sensors_a_gateway, rates.clocks_a_week[Clock.FROZEN]) == (40, 0.01)


def test_every_format_is_on_the_page() -> None:
    assert {wire.codec for wire in WIRES} <= set(re.findall(r"`([^`]+)`", PAGE))


def test_all_that_is_wrong_is_said_at_once_and_where() -> None:
    with pytest.raises(InvalidInput) as caught:
        FaultRates.parse("{lost: 2, latte: 1}", "faults.yaml")
    assert {p.where for p in caught.value.problems} == {"faults.yaml.lost", "faults.yaml.latte"}


def test_an_empty_file_is_that_nothing_goes_wrong() -> None:
    assert FaultRates.parse("", "faults.yaml") == FaultRates()

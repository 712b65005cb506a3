"""The sample neighbourhood: a street of a dozen venues, and what is true of it."""

from importlib.resources import files

import yaml

from domain.estate import Estate
from domain.estate_rules import check
from simulator.scenario import Scenario


def neighbourhood() -> Estate:
    """The estate, as `estates/neighbourhood.yaml` has it."""
    file = files("simulator") / "estates" / "neighbourhood.yaml"
    return check(yaml.safe_load(file.read_text(encoding="utf-8")))


def scenario() -> Scenario:
    """What is true of it, as `scenarios/neighbourhood.yaml` has it."""
    return Scenario.named("neighbourhood")

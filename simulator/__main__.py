"""Publishes what the sensors of a simulated estate say: `python -m simulator --help`."""

import argparse
import sys
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from domain.calendars import hours_on, instant
from domain.errors import OpenhoursError
from domain.estate_rules import check
from simulator.faults.plan import FaultPlan, Stretch
from simulator.faults.rates import FaultRates, drawn_for_all
from simulator.messages import Reports, TimedMessage, joined
from simulator.publish import play
from simulator.scenario import Scenario
from simulator.speakers import MIXED, Speaker, renamed, speakers, written
from simulator.streams import Streams
from simulator.world import World


def main(arguments: list[str] | None = None) -> int:
    """Run it; the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        document, devices, messages = _played(asked)
        if asked.write_estate:
            text = yaml.safe_dump(renamed(document, devices), allow_unicode=True, sort_keys=False)
            asked.write_estate.write_text(text, encoding="utf-8")
        host, _, port = asked.broker.partition(":")
        played = play(messages, host, int(port or 1883), speed=asked.speed)
    except OpenhoursError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(
        f"{played.messages:,} messages of {len(devices):,} sensors, {played.per_s:,.0f} a second\n"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--estate", type=Path, help="YAML; the sample neighbourhood if left out")
    parser.add_argument("--scenario", type=Path, help="what is true of it, YAML")
    parser.add_argument("--faults", type=Path, help="what goes wrong and how often, YAML")
    parser.add_argument(
        "--format", action="append", help=f"how devices write, or “{MIXED}”; repeatable"
    )
    parser.add_argument("--first-day", type=date.fromisoformat, default=date(2026, 11, 23))
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--broker", default="127.0.0.1:1883", help="host:port")
    parser.add_argument("--speed", type=float, default=0.0, help="times real time; 0: at once")
    parser.add_argument(
        "--write-estate", type=Path, help="the estate, its sensors named as openhours names them"
    )
    return parser


def _played(
    asked: argparse.Namespace,
) -> tuple[dict[str, Any], dict[str, Speaker], list[TimedMessage]]:
    """The estate's document, its devices, and all that these say in the days that are asked for."""
    sample = files("simulator")
    estates, scenarios = (sample / name / "neighbourhood.yaml" for name in ("estates", "scenarios"))
    document = yaml.safe_load((asked.estate or estates).read_text(encoding="utf-8"))
    estate = check(document)
    scenario = Scenario.parse((asked.scenario or scenarios).read_text(encoding="utf-8"), "scenario")
    world, streams = World(estate, scenario, asked.seed), Streams(asked.seed)
    days = [asked.first_day + timedelta(days=n) for n in range(asked.days)]
    said: dict[str, list[Reports]] = {}
    for day in days:
        hours = {v.id: hours_on(day, v.hours, v.special_days) for v in estate.venues}
        for reports in world.play_day(day, hours).reports:
            said.setdefault(reports.sensor, []).append(reports)
    devices = speakers(estate, asked.format or ["native"])
    plans: dict[str, FaultPlan] = {}
    if asked.faults:
        rates = FaultRates.parse(asked.faults.read_text(encoding="utf-8"), str(asked.faults))
        venue = estate.venues[0]
        edges = (days[0], days[-1] + timedelta(days=1))
        span = Stretch(*(int(instant(d, venue.day_starts, venue.tz).timestamp()) for d in edges))
        names = [sensor.id for sensor in estate.sensors]
        plans = dict(zip(names, drawn_for_all(rates, names, span, streams), strict=True))
    whole = [joined(parts) for parts in said.values()]
    return document, devices, written(whole, devices, plans, streams)


if __name__ == "__main__":
    sys.exit(main())

"""How often things go wrong, as a file says it, and plans drawn from that."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Self

import numpy as np
import yaml
from pydantic import Field, ValidationError

from domain.errors import InvalidInput, Problem
from simulator.faults.plan import FaultPlan, Glitch, Outage, Stretch, WrongClock
from simulator.profile import Factor, Share, Truth
from simulator.streams import Purpose, Streams

WEEK_S = 7 * 86_400
Y2000_S = 946_684_800
WAYS_TO_GLITCH = (0, 2**16 - 1, 2**31, 2**32 - 1)
"""What a counter says that has lost its memory for a moment: zeros, ones, a sign bit."""


class Clock(StrEnum):
    """Ways in which a device's clock is wrong."""

    UNSET_1970 = "unset-1970"
    """It has counted from 1970 since power came."""
    UNSET_2000 = "unset-2000"
    AHEAD = "ahead"
    BEHIND = "behind"
    FROZEN = "frozen"
    LOCAL_AS_UTC = "local-as-utc"


class FaultRates(Truth):
    """What goes wrong with a sensor: shares of messages, events a week, lengths.

    A file has the fields by their names; what it leaves out does not go wrong.
    """

    duplicates: Share = 0.0
    """Share of messages that are sent twice or more."""
    late: Share = 0.0
    """Share of messages that are held up on the way, and so overtaken."""
    late_at_most_s: int = 7_200
    """By so much at most."""
    lost: Share = 0.0
    """Share of messages that vanish singly."""
    outages_a_week: Factor = 0.0
    """Mean number in which nothing of a sensor goes out (Poisson)."""
    outage_s: Factor = 4 * 3_600
    """Mean length, exponential; as all lengths here."""
    outages_kept: Share = 1.0
    """Share after which all is sent that could not be."""
    sensors_a_gateway: int = Field(50, ge=1)
    """So many sensors, one after another, share a gateway or a switch, and its outages."""
    gateway_outages_a_week: Factor = 0.0
    """The same of all sensors of a gateway together."""
    gateway_outage_s: Factor = 4 * 3_600
    """Mean length."""
    gateway_outages_kept: Share = 0.0
    """A radio sends what nobody hears only once."""
    rollovers: tuple[int, ...] = ()
    """One of these is what totals count by; none: they never roll over."""
    before_rollover: int = 200
    """Totals start at most so far below it."""
    starts_at_most: int = 50_000
    """Where they do not roll over, totals start anywhere below this."""
    reboots_a_week: Factor = 0.0
    """Totals begin at zero; who has passed since the last reading is lost."""
    says_boot: bool = False
    """The first reading after a reboot says so, where the format can."""
    glitches_a_week: Factor = 0.0
    """Single totals that are wildly off."""
    stuck_a_week: Factor = 0.0
    """Stretches in which numbers stand still, and those who pass are lost."""
    stuck_s: Factor = 2 * 86_400
    """Mean length."""
    dies: Share = 0.0
    """Chance to be dead before the end."""
    swaps: Share = 0.0
    """Chance to be mounted the other way round at some time before the end."""
    clocks_a_week: Mapping[Clock, Factor] = {}
    """Stretches in which a device writes wrong times, by how its clock is wrong."""
    clock_s: Factor = 12 * 3_600
    """Mean length."""
    clock_off_s: int = 5 * 3_600
    """How far a clock is ahead or behind."""
    utc_offset_s: int = 8 * 3_600
    """Of local time, for clocks that take it for UTC."""

    @classmethod
    def parse(cls, text: str, source: str) -> Self:
        """From YAML. Raises `InvalidInput` with every fault and `source` as the place."""
        try:
            return cls.model_validate(yaml.safe_load(text) or {})
        except yaml.YAMLError as error:
            raise InvalidInput(f"is not YAML: {error}", where=source) from error
        except ValidationError as error:
            problems = [
                Problem(".".join([source, *map(str, fault["loc"])]), fault["msg"].lower())
                for fault in error.errors(include_url=False)
            ]
            raise InvalidInput("these rates cannot be", where=source, problems=problems) from error


def drawn_for_all(
    rates: FaultRates, sensors: Sequence[str], span: Stretch, streams: Streams
) -> list[FaultPlan]:
    """A plan for each sensor; those of one gateway are silent together.

    Args:
        rates: how often.
        sensors: whose plans they are, in the order in which they are wired up.
        span: what is to be played.
        streams: where chance comes from.
    """
    plans = [drawn(rates, sensor, span, streams) for sensor in sensors]
    if not rates.gateway_outages_a_week:
        return plans
    joint = [
        _gateway_outages(rates, number, span, streams)
        for number in range(-(-len(sensors) // rates.sensors_a_gateway))
    ]
    return [
        replace(plan, outages=tuple(sorted(plan.outages + joint[n // rates.sensors_a_gateway])))
        for n, plan in enumerate(plans)
    ]


def _gateway_outages(
    rates: FaultRates, gateway: int, span: Stretch, streams: Streams
) -> tuple[Outage, ...]:
    rng = streams.of_sensor(Purpose.OUTAGES, f"gateway {gateway}")  # no sensor's id has a blank
    lengths = _stretches(span, rates.gateway_outages_a_week, rates.gateway_outage_s, rng)
    kept = rates.gateway_outages_kept
    return tuple(Outage(*stretch, bool(rng.random() < kept)) for stretch in lengths)


def drawn(rates: FaultRates, sensor: str, span: Stretch, streams: Streams) -> FaultPlan:
    """A sensor's plan for a stretch of time; the same whatever is drawn for others.

    Args:
        rates: how often.
        sensor: whose plan it is.
        span: what is to be played.
        streams: where chance comes from.
    """
    network = streams.of_sensor(Purpose.OUTAGES, sensor)
    counter = streams.of_sensor(Purpose.COUNTER_FAULTS, sensor)
    clock = streams.of_sensor(Purpose.CLOCK_FAULTS, sensor)
    rollover = int(counter.choice(rates.rollovers)) if rates.rollovers else None
    below = rates.before_rollover if rollover else rates.starts_at_most
    start = int(counter.integers(below)) + (rollover - below if rollover else 0)
    return FaultPlan(
        duplicates=rates.duplicates,
        late=rates.late,
        late_at_most_s=rates.late_at_most_s,
        lost=rates.lost,
        outages=tuple(
            Outage(*stretch, bool(network.random() < rates.outages_kept))
            for stretch in _stretches(span, rates.outages_a_week, rates.outage_s, network)
        ),
        starts_at=start,
        rollover=rollover,
        reboots_s=tuple(_instants(span, rates.reboots_a_week, counter)),
        says_boot=rates.says_boot,
        glitches=tuple(
            Glitch(at_s, int(counter.choice(WAYS_TO_GLITCH)) % (rollover or 2**32))
            for at_s in _instants(span, rates.glitches_a_week, counter)
        ),
        stuck=tuple(_stretches(span, rates.stuck_a_week, rates.stuck_s, counter)),
        dead_from_s=int(counter.integers(*span)) if counter.random() < rates.dies else None,
        swapped_from_s=int(counter.integers(*span)) if counter.random() < rates.swaps else None,
        clocks=tuple(_clocks(rates, span, clock)),
    )


def _instants(span: Stretch, a_week: float, rng: np.random.Generator) -> list[int]:
    count = rng.poisson(a_week * (span.end_s - span.begin_s) / WEEK_S)
    return sorted(set(rng.integers(*span, size=count).tolist()))


def _stretches(
    span: Stretch, a_week: float, length_s: float, rng: np.random.Generator
) -> Iterator[Stretch]:
    """Stretches that do not overlap; one that would begin in another is left out."""
    free_from_s = span.begin_s
    for begin_s in _instants(span, a_week, rng):
        end_s = begin_s + 1 + int(rng.exponential(length_s))
        if begin_s >= free_from_s:
            yield Stretch(begin_s, end_s)
            free_from_s = end_s


def _clocks(rates: FaultRates, span: Stretch, rng: np.random.Generator) -> Iterator[WrongClock]:
    kinds = list(rates.clocks_a_week)
    often = np.array([rates.clocks_a_week[kind] for kind in kinds])
    for begin_s, end_s in _stretches(span, float(often.sum()), rates.clock_s, rng):
        kind = kinds[int(rng.choice(len(kinds), p=often / often.sum()))]
        shows_s = {
            Clock.UNSET_1970: 0,
            Clock.UNSET_2000: Y2000_S,
            Clock.AHEAD: begin_s + rates.clock_off_s,
            Clock.BEHIND: begin_s - rates.clock_off_s,
            Clock.FROZEN: begin_s,
            Clock.LOCAL_AS_UTC: begin_s + rates.utc_offset_s,
        }[kind]
        yield WrongClock(begin_s, end_s, shows_s, runs=kind is not Clock.FROZEN)

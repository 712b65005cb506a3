"""A million damaged messages: no codec raises, nothing impossible comes out, and none takes long.

Each is an example of a format, damaged once to three times, and read by its codec and by whichever
codec has its topic. Prints how many raised, how many readings were impossible, and the slowest.
"""

import functools
import importlib
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from benchmarks.common import Figure, parser, report
from benchmarks.mutations import MUTATIONS, topic_of
from domain.estate import Id
from domain.readings import SEQ_SPAN, CountKind, CountReading, Mark, ReadingTable
from ingest.codecs import CODECS
from ingest.codecs.codec import Codec, Context, Decoded
from ingest.codecs.generic import Mapping as Fields
from ingest.codecs.generic import generic
from ingest.message import Message
from ingest.sources import Source, Sources
from tests.ingest.codecs.examples import EXAMPLES
from tests.real_data import PAYLOADS

MESSAGES, QUICK_MESSAGES = 1_000_000, 60_000
WORKERS = 2
SHOWN = 10
RECEIVED_US = 1_795_397_700 * 10**6
EARLIEST_US, LATEST_US = 978_307_200 * 10**6, RECEIVED_US + 300 * 10**6
MAX_COUNT, MAX_PERIOD_S = 2**53, 366 * 86_400
ROOT = Path(__file__).parents[1]
GENERIC = generic(Fields(sensor="id", entered="in", left="out", time="ts"))

Example = tuple[Codec, str, bytes]
"""The codec that reads it, topic and payload."""
_id = TypeAdapter[str](Id)


@dataclass(slots=True)
class Outcome:
    """What came of some messages."""

    messages: int = 0
    exceptions: int = 0
    impossible: int = 0
    slowest_ms: float = 0.0
    slowest: str = ""
    per_codec: Counter[str] = field(default_factory=Counter)
    readings: int = 0
    """What could be read in spite of the damage."""
    samples: list[str] = field(default_factory=list)
    """Of what went wrong."""

    def add(self, other: "Outcome") -> None:
        """Count another's too."""
        if other.slowest_ms > self.slowest_ms:
            self.slowest_ms, self.slowest = other.slowest_ms, other.slowest
        self.messages += other.messages
        self.exceptions += other.exceptions
        self.impossible += other.impossible
        self.readings += other.readings
        self.per_codec += other.per_codec
        self.samples += other.samples

    def note(self, what: str) -> None:
        """Keep one of the first samples."""
        if len(self.samples) < SHOWN:
            self.samples.append(what)


def examples() -> list[Example]:
    """Own examples, those of the documentation, and real messages where they are at hand."""
    of = {codec.name: codec for codec in CODECS}
    found = [(of[name], *each) for name, some in EXAMPLES.items() if name in of for each in some]
    found += [(of["native"], "openhours/v1/door/counts", text) for text in _documented()]
    found += [(of[c.codec], c.topic, payload) for c, payload in _real() if c.codec in of]
    found.append((GENERIC, "shop/door", b'{"id": "a", "in": 3, "out": "2", "ts": 1795397400}'))
    return found


def _documented() -> list[bytes]:
    page = (ROOT / "docs" / "wire-format.md").read_bytes()
    return re.findall(rb"```json\n(.*?)```", page, flags=re.DOTALL)


def _real() -> Iterator[tuple[Any, bytes]]:
    if not PAYLOADS.is_dir():
        return
    for path in sorted((ROOT / "tests" / "ingest" / "payloads").glob("*.py")):
        module: Any = importlib.import_module(f"tests.ingest.payloads.{path.stem}")
        run = importlib.import_module("tests.ingest.payloads.run")
        for case in getattr(module, "CASES", ()):
            yield case, getattr(module, "on_the_wire", run.bytes_of)(case)


def fuzz(messages: int, seed: int) -> Outcome:
    """Read so many damaged messages."""
    rng, outcome = random.Random(seed), Outcome()  # noqa: S311 - damage is no secret
    by_codec: dict[str, list[Example]] = {}
    for example in examples():
        by_codec.setdefault(example[0].name, []).append(example)
    payloads = [payload for some in by_codec.values() for *_, payload in some]
    names, sources = list(by_codec), _sources()
    for number in range(messages):
        codec, topic, payload = rng.choice(by_codec[names[number % len(names)]])
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            payload = rng.choice(MUTATIONS)(rng, payload, payloads)
        message = Message(
            topic_of(rng, topic), payload, RECEIVED_US, packet_id=rng.randrange(65_536)
        )
        _read(codec, sources, message, outcome)
    return outcome


def _sources() -> Sources:
    return Sources([Source(topic="shop/#", codec=GENERIC)])


def _read(codec: Codec, sources: Sources, message: Message, outcome: Outcome) -> None:
    outcome.messages += 1
    outcome.per_codec[codec.name] += 1
    for read in (lambda m: codec.decode(m, Context()), sources.decode):
        began = time.perf_counter()
        try:
            decoded = read(message)
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            outcome.exceptions += 1
            outcome.note(f"{codec.name} {message.topic!r} {message.payload[:300]!r}: {error!r}")
            continue
        took_ms = (time.perf_counter() - began) * 1e3
        if took_ms > outcome.slowest_ms:
            outcome.slowest_ms, outcome.slowest = took_ms, f"{codec.name}, {len(message.payload)} B"
        _judge(codec.name, message, decoded, outcome)


def _judge(name: str, message: Message, decoded: Decoded, outcome: Outcome) -> None:
    outcome.readings += len(decoded.readings)
    for reading in decoded.readings:
        wrong = list(impossible(reading))
        if wrong:
            outcome.impossible += 1
            outcome.note(f"{name} {message.payload[:300]!r}: {', '.join(wrong)} in {reading}")
    try:
        ReadingTable.of_readings(decoded.readings)
    except (ValueError, OverflowError, TypeError) as error:
        outcome.impossible += 1
        outcome.note(f"{name} {message.payload[:300]!r}: no columns hold it: {error!r}")


def impossible(reading: CountReading) -> Iterator[str]:
    """All that cannot be in a reading."""
    crossings = [n for n in (reading.entered, reading.left) if n is not None]
    numbers = {
        CountKind.STATUS: not crossings and reading.present is None,
        CountKind.PRESENT: not crossings and reading.present is not None,
    }.get(reading.kind, bool(crossings) and reading.present is None)
    is_period = reading.kind is CountKind.PERIOD
    checks = {
        "kind": isinstance(reading.kind, CountKind) and numbers,
        "crossings": all(_is_whole(n, 0, MAX_COUNT) for n in crossings),
        "present": reading.present is None or _is_whole(reading.present, -MAX_COUNT, MAX_COUNT),
        "time": _is_whole(reading.time_us, EARLIEST_US, LATEST_US),
        "period": _is_whole(reading.period_s, 0, MAX_PERIOD_S * is_period),
        "seq": _is_whole(reading.seq, 0, SEQ_SPAN - 1),
        "marks": _is_whole(reading.marks, 0, 2 * max(Mark) - 1),
        "uptime": reading.uptime_s is None or _is_whole(reading.uptime_s, 0, MAX_COUNT),
        "delivery": _is_whole(reading.delivery, 0, 2**63 - 1),
        "receipt": reading.received_us == RECEIVED_US,
        "sensor": _is_id(reading.sensor),
    }
    yield from (name for name, holds in checks.items() if not holds)


def _is_whole(number: object, least: int, most: int) -> bool:
    return type(number) is int and least <= number <= most


@functools.lru_cache(maxsize=100_000)
def _is_id(sensor: str) -> bool:
    try:
        _id.validate_python(sensor, strict=True)
    except ValidationError:
        return False
    return True


def figures(outcome: Outcome) -> Mapping[str, Figure]:
    """As they are printed."""
    return {**asdict(outcome), "per_codec": dict(outcome.per_codec)}


def main() -> None:
    """Run it on two cores; exit 1 where anything was wrong."""
    flags = parser("fuzz", "damaged messages, read by every codec")
    flags.add_argument("--messages", type=int, default=None)
    asked = flags.parse_args()
    messages = asked.messages or (QUICK_MESSAGES if asked.quick else MESSAGES)
    outcome = Outcome()
    with ProcessPoolExecutor(WORKERS) as pool:
        seeds = range(asked.seed, asked.seed + WORKERS)
        for each in pool.map(fuzz, [messages // WORKERS] * WORKERS, seeds):
            outcome.add(each)
    report({"seed": asked.seed, **figures(outcome)}, as_json=asked.json)
    if outcome.exceptions or outcome.impossible:
        sys.exit(1)


if __name__ == "__main__":
    main()

"""The whole loop: a replay through the embedded broker, and a fresh start to the first proposal.

Prints readings a second from broker to store, the planning runs' share of the time, bytes a stored
reading takes, and how long and how large `openhours demo` is until a proposal waits.
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from threading import Event

from benchmarks.common import Figure, parser, peak_mb, report
from domain.clock import ManualClock, SystemClock
from domain.readings import CountReading
from openhours.entering.estates import import_estate
from openhours.playing.player import Player
from openhours.playing.replay import Replay, starts_at
from openhours.running import logs
from openhours.running.joining import service
from openhours.settings.model import Settings
from openhours.settings.sections import Logging
from simulator.neighbourhood import neighbourhood, scenario
from simulator.world import World

FIRST_DAY = date(2026, 9, 28)
GIVE_UP_S = 180


def main() -> None:
    """Run it."""
    flags = parser("loop", __doc__ or "").parse_args()
    logs.configure(Logging(level="error"))
    weeks = 4 if flags.quick else 26
    figures: dict[str, Figure] = {"seed": flags.seed, "weeks": weeks}
    figures |= _replay(weeks, flags.seed)
    figures |= _first_proposal(8)
    report(figures, as_json=flags.json)


def _replay(weeks: int, seed: int) -> dict[str, Figure]:
    """The neighbourhood's own readings, through the broker, planned at each week's end."""
    readings = _readings(weeks, seed)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(file={"data_dir": folder}, flags={})  # type: ignore[call-arg]
        clock, wall = ManualClock(starts_at(readings)), SystemClock()
        with service(settings, clock, any_port=True) as running:
            import_estate(running.ledger, neighbourhood(), actor="benchmark", clock=clock)
            player = Player(clock, 0, wall, Event())
            begun = time.perf_counter()
            played = Replay(running, clock, player, one_by_one=False)
            found = played.play(readings, lambda _at, _done: None)
            took_s = time.perf_counter() - begun
            stored = running.timeseries.count()
        size = sum(f.stat().st_size for f in Path(folder).glob("readings.duckdb*"))
    return {
        "readings": len(readings),
        "readings_lost": len(readings) - stored,
        "proposals": len(found),
        "replay_s": took_s,
        "replay_readings_per_s": len(readings) / took_s,
        "bytes_per_reading": size / stored,
    }


def _readings(weeks: int, seed: int) -> list[CountReading]:
    estate = neighbourhood()
    world = World(estate, scenario(), seed)
    readings: list[CountReading] = []
    for n in range(7 * weeks):
        day = FIRST_DAY + timedelta(days=n)
        hours = {v.id: v.hours.days[day.weekday()] for v in estate.venues}
        for said in world.play_day(day, hours).reports:
            readings += said.readings()
    return sorted(readings, key=lambda r: r.time_us)


def _first_proposal(weeks: int) -> dict[str, Figure]:
    """From the start of the command to an open proposal that its API shows."""
    with tempfile.TemporaryDirectory() as folder, _demo(Path(folder), weeks) as (process, port):
        begun = time.perf_counter()
        while not _open_proposals(port):
            if process.poll() is not None or time.perf_counter() - begun > GIVE_UP_S:
                raise SystemExit("the demo made no proposal")
            time.sleep(0.25)
        return {
            "first_proposal_s": time.perf_counter() - begun,
            "first_proposal_rss_mb": sum(map(peak_mb, [process.pid, *_children(process.pid)])),
        }


@contextmanager
def _demo(folder: Path, weeks: int) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "openhours"),
            *("--set", f"data_dir={folder}", "--set", f"console.port={port}"),
            *("--set", "logging.level=error", "demo", "--weeks", str(weeks)),
        ],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process, port
    finally:
        process.terminate()
        process.wait(30)


def _open_proposals(port: int) -> int:
    address = f"http://127.0.0.1:{port}/api/v1/proposals?status=open"
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return len(json.load(answer))
    except (urllib.error.URLError, TimeoutError):
        return 0


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


if __name__ == "__main__":
    main()

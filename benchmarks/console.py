"""The console of a city: how soon its pages are usable, how soon they move, how many may look.

Console, receiver and store are one process; broker, publisher, watchers and a real Chromium run
beside it on the same machine. Every reading is dated to its publishing, and a page has shown it
when the page says that the room was heard of then.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from benchmarks.common import Figure, parser, report
from benchmarks.console_estate import OLDEST, city, prepare
from benchmarks.console_visitors import ALIVE_S, Shown, get, look, streams_of, watch
from benchmarks.mosquitto import Mosquitto, free_port
from domain.calendars import epoch_us
from domain.planning import Outgoing
from domain.readings import CountKind, CountReading
from ingest.broker import BrokerSettings
from ingest.codecs import native
from ingest.publisher import MqttPublisher

CHROMIUM = Path("/usr/bin/chromium")
VENUES, WATCHERS, PAGES, PER_S = 1200, 500, 20, 1000
TICK_S = 0.02
SETTLED_S = 5.0
UP_WITHIN_S = 60.0
LOOKERS = 32
SEEN_BY_BROWSER = """
window.waits = [];
new MutationObserver((changes) => {
  const now = Date.now();
  for (const change of changes) for (const node of change.addedNodes) {
    const at = node.querySelector?.("time.age")?.dateTime;
    if (at) window.waits.push((now - Date.parse(at)) / 1000);
  }
}).observe(document, { childList: true, subtree: true });
"""


def figures(*, seconds: float, seed: int) -> Mapping[str, Figure]:
    """All figures, after so many seconds of messages."""
    rng = np.random.default_rng(seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        broker = stack.enter_context(Mosquitto(folder / "broker"))
        estate = city(VENUES, rng)
        totals = prepare(folder, estate, datetime.now(UTC), rng)
        address, first_s = _started(folder, broker.port, stack)
        found = _loads(address)
        with sync_playwright() as playwright:
            browser = _browser(playwright)
            found |= {"live_usable_s": _usable_s(browser, address)}
            found |= _moves(address, broker.port, browser, totals, seconds)
            found |= {"live_usable_s_with_watchers": found.pop("usable_s")}
        found |= _public(address, seconds)
    return {"venues": VENUES, "rooms": len(totals), "start_to_first_page_s": first_s} | found


def _started(folder: Path, broker_port: int, stack: ExitStack) -> tuple[str, float]:
    """Where the console is, and how long it took from its start to the first live page."""
    port, began_s = free_port(), time.monotonic()
    command = [sys.executable, "-m", "benchmarks.console_server", folder, broker_port, port]
    process = subprocess.Popen(list(map(str, command)))
    stack.callback(process.wait)
    stack.callback(process.kill)
    address = f"http://127.0.0.1:{port}"
    while process.poll() is None and time.monotonic() - began_s < UP_WITHIN_S:
        with suppress(OSError):
            get(address)
            return address, time.monotonic() - began_s
        time.sleep(TICK_S)
    raise TimeoutError("the console did not start")


def _loads(address: str) -> dict[str, Figure]:
    """How long pages and their data take to come, in the order in which a visitor asks for them."""
    milliseconds: dict[str, Figure] = {}
    for name, path in (
        ("live_page_ms", "/"),
        ("map_page_ms", "/?view=map"),
        ("venue_page_ms", f"/venues/{OLDEST}"),
        ("heatmap_52w_ms", f"/venues/{OLDEST}/weeks"),
        ("heatmap_52w_again_ms", f"/venues/{OLDEST}/weeks"),
    ):
        began_s = time.perf_counter()
        body = get(address + path)
        milliseconds[name] = 1000 * (time.perf_counter() - began_s)
        if name == "live_page_ms":
            milliseconds["live_page_kb"] = len(body) / 1000
    return milliseconds


def _browser(playwright: Any) -> Browser | None:
    if not CHROMIUM.exists():
        return None
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    launched: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    return launched


def _usable_s(browser: Browser | None, address: str) -> float | None:
    """From asking for the live page until it says that it is live; median of three new visitors."""
    if browser is None:
        return None
    took = []
    for _ in range(3):
        page = browser.new_page()
        began_s = time.monotonic()
        page.goto(address, wait_until="commit")
        page.wait_for_selector("#freshness.is-live")
        took.append(time.monotonic() - began_s)
        page.close()
    return float(np.median(took))


def _moves(
    address: str, port: int, browser: Browser | None, totals: np.ndarray, seconds: float
) -> dict[str, Figure]:
    """What a steady stream of messages does to all who watch."""
    shown = Shown({f"r{n}": [] for n in range(len(totals))})
    heard: dict[int, float] = {}
    page = browser.new_page() if browser else None
    if page:
        page.add_init_script(SEEN_BY_BROWSER)
        page.goto(address)
        page.wait_for_selector("#freshness.is-live")
    crowd = _Crowd(address, heard, shown)
    crowd.start()
    deadline = time.monotonic() + UP_WITHIN_S
    while len(heard) < WATCHERS and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(SETTLED_S)
    if page:
        page.evaluate("window.waits.length = 0")
    sent = _publish(port, shown, totals, seconds)
    usable_s = _usable_s(browser, address)
    deadline = time.monotonic() + SETTLED_S
    while any(shown.sent.values()) and time.monotonic() < deadline:
        time.sleep(0.1)
    alive = sum(time.monotonic() - at < ALIVE_S for at in heard.values())
    crowd.stop()
    browser_waits = np.array(page.evaluate("window.waits")) if page else np.array([])
    waits = np.array(shown.waits_s)
    return {
        "messages": sent,
        "watchers": alive,
        "p50_publish_to_screen_s": float(np.quantile(waits, 0.5)),
        "p99_publish_to_screen_s": float(np.quantile(waits, 0.99)),
        "never_shown": sum(map(len, shown.sent.values())),
        "p99_publish_to_browser_s": float(np.quantile(browser_waits, 0.99))
        if len(browser_waits)
        else None,
        "usable_s": usable_s,
    }


class _Crowd(threading.Thread):
    """People who watch, of whom one on each page notes what it is told."""

    def __init__(self, address: str, heard: dict[int, float], shown: Shown) -> None:
        super().__init__(daemon=True)
        self._address, self._heard, self._shown = address, heard, shown
        self._paths = streams_of(address, PAGES)
        self._loop = asyncio.new_event_loop()
        self._tasks: list[asyncio.Task[None]] = []

    def run(self) -> None:
        self._loop.run_until_complete(self._all())

    def stop(self) -> None:
        """Everybody leaves."""
        for task in self._tasks:
            self._loop.call_soon_threadsafe(task.cancel)
        self.join()

    async def _all(self) -> None:
        for n in range(WATCHERS):
            path = self._paths[n % len(self._paths)]
            shown = self._shown if n < len(self._paths) else None
            self._tasks.append(
                asyncio.create_task(watch(self._address, path, self._heard, n, shown))
            )
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _publish(port: int, shown: Shown, totals: np.ndarray, seconds: float) -> int:
    """One person after another enters a room, in turn of the rooms; how many did."""
    publisher = MqttPublisher(BrokerSettings(port=port))
    began_s, sent, wanted = time.monotonic(), 0, round(seconds * PER_S)
    while sent < wanted:
        due = min(int((time.monotonic() - began_s) * PER_S) + 1, wanted)
        burst = []
        for n in range(sent, due):
            row = n % len(totals)
            totals[row] += 1
            at = datetime.now(UTC)
            into, out = map(int, totals[row])
            reading = CountReading(f"s{row}", CountKind.TOTAL, epoch_us(at), into, out)
            shown.sent[f"r{row}"].append(at.timestamp())
            topic = native.topic_of(reading.sensor)
            burst.append(Outgoing(key="", topic=topic, payload=native.encode([reading])))
        sent += publisher.publish_many(burst) if burst else 0
        time.sleep(TICK_S)
    publisher.close()
    return sent


def _public(address: str, seconds: float) -> dict[str, Figure]:
    """How many may look at public pages, and how large one is with all that it asks for."""
    page = get(f"{address}/public/{OLDEST}")
    asked = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.decode()))
    size = len(page) + sum(len(get(address + path)) for path in asked)
    paths = [f"/public/v{n}" for n in range(20)]
    for path in paths:
        get(address + path)
    return {
        "public_page_kb": size / 1000,
        "public_requests_per_s": asyncio.run(look(address, paths, LOOKERS, seconds / 3)),
    }


def main() -> None:
    """Print all figures."""
    arguments = parser("console", __doc__.splitlines()[0]).parse_args()
    found = figures(seconds=9 if arguments.quick else 60, seed=arguments.seed)
    report(found, as_json=arguments.json)


if __name__ == "__main__":
    main()

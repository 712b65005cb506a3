"""Visitors of the console on plain sockets: people who watch it live, and people who look once."""

import asyncio
import json
import re
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

HEARD = re.compile(r'class="age" datetime="([^"]+)"')
EVENTS = re.compile(r'data-events="([^"]+)"')
LINE_LIMIT = 2**24
ALIVE_S = 5.0
WITHIN_S = 60.0


def get(address: str) -> bytes:
    """The body at an address."""
    with urllib.request.urlopen(address, timeout=WITHIN_S) as answer:  # noqa: S310 - our own
        return bytes(answer.read())


def streams_of(address: str, pages: int) -> list[str]:
    """The paths of the streams of as many pages of the list."""
    found = [EVENTS.search(get(f"{address}/?page={n + 1}").decode()) for n in range(pages)]
    return [match[1].replace("&amp;", "&") for match in found if match]


@dataclass
class Shown:
    """When what was published came to a watcher."""

    sent: dict[str, list[float]] = field(default_factory=dict)
    """By room, the publishing instants (Unix seconds) that no watcher has seen yet."""
    waits_s: list[float] = field(default_factory=list)

    def see(self, room: str, heard_s: float, now_s: float) -> None:
        """A watcher has been told that a room was last heard of then."""
        waiting = self.sent.get(room, [])
        while waiting and waiting[0] <= heard_s + 1e-5:
            self.waits_s.append(now_s - waiting.pop(0))


async def watch(
    address: str, path: str, heard: dict[int, float], number: int, shown: Shown | None
) -> None:
    """Follow a live stream until cancelled, and note when it last spoke."""
    reader, writer = await _asked(address, path, "text/event-stream")
    try:
        while line := await reader.readline():
            heard[number] = time.monotonic()
            if shown and line.startswith(b"data: "):
                _see(line[6:], shown)
    finally:
        writer.close()


def _see(data: bytes, shown: Shown) -> None:
    now_s = time.time()
    for name, html in json.loads(data)["parts"].items():
        if name.startswith("room-") and (match := HEARD.search(html)):
            shown.see(name[5:], datetime.fromisoformat(match[1]).timestamp(), now_s)


async def look(address: str, paths: list[str], visitors: int, seconds: float) -> float:
    """Requests a second of visitors who each ask again at once."""
    end = time.monotonic() + seconds
    began = time.monotonic()
    counts = await asyncio.gather(*(_look(address, paths, n, end) for n in range(visitors)))
    return sum(counts) / (time.monotonic() - began)


async def _look(address: str, paths: list[str], number: int, end: float) -> int:
    reader, writer = await _asked(address, paths[number % len(paths)])
    host, done = urlsplit(address).netloc, 0
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        length = re.search(rb"content-length: (\d+)", head)
        await reader.readexactly(int(length[1]) if length else 0)
        done += 1
        if time.monotonic() > end:
            writer.close()
            return done
        path = paths[(number + done) % len(paths)]
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())


async def _asked(
    address: str, path: str, accept: str = "*/*"
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    at = urlsplit(address)
    reader, writer = await asyncio.open_connection(at.hostname, at.port, limit=LINE_LIMIT)
    request = f"GET {path} HTTP/1.1\r\nHost: {at.netloc}\r\nAccept: {accept}\r\n\r\n"
    writer.write(request.encode())
    return reader, writer

"""A real Chromium in front of a real server, and a page on which nothing may go wrong."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from console.web.server import Server
from tests.console.town import Town, town

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WITHIN_S = 20
DESK = (1400, 900)


class ReadyServer(Server):
    """A server that tells when it listens."""

    def __init__(self, app: FastAPI, port: int) -> None:
        super().__init__(app, "127.0.0.1", port)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@contextmanager
def served(app: FastAPI, port: int = 0) -> Iterator[str]:
    """The address at which a console is served while the block runs."""
    with socket.create_server(("127.0.0.1", port)) as listening:
        port = listening.getsockname()[1]
        server = ReadyServer(app, port)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        assert server.ready.wait(WITHIN_S)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(WITHIN_S)
            assert not thread.is_alive(), "the server did not stop"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"needs {CHROMIUM}: apt-get install chromium")
    expect.set_options(timeout=WITHIN_S * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Town]:
    """A town of the test's own, counted for some days."""
    made = town(tmp_path, days=8)
    yield made
    made.close()


@pytest.fixture
def address(here: Town) -> Iterator[str]:
    with served(here.app) as at:
        yield at


Open = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Open]:
    """Opens a page at an address; any error on its console or request to elsewhere is a failure.

    `words` are parts of console messages that the test expects.
    """
    wrong: list[str] = []
    contexts = []

    def opened(
        url: str, size: tuple[int, int] = DESK, scheme: str = "light", words: str = ""
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="en-GB",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WITHIN_S * 1000)

        def said(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"} and not (words and words in message.text):
                wrong.append(message.text)

        def asked(request: Request) -> None:
            if urlsplit(request.url).netloc != urlsplit(url).netloc:
                wrong.append(f"asked {request.url}")

        page.on("console", said)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", asked)
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []

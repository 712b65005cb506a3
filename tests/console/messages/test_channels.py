"""Channels are lines of a list; what they send bears its key, and no fault tells a secret."""

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from hmac import new
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from console.messages.channels import parse_channels
from console.messages.envelope import Envelope
from domain.errors import ChannelUnavailable, InvalidSettings, Refused

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
"""A plugin of Apprise's imports it."""

ENVELOPE = Envelope(
    key="ann:digest:2026-11-24",
    person="ann",
    channel="hook",
    to="",
    is_urgent=False,
    at=datetime(2026, 11, 24, 9, tzinfo=UTC),
    language="en",
    subject="Decide on 3 proposals",
    text="Three wait: 图书馆",
    html="<p>Three wait</p>",
)


@dataclass
class Receiver:
    """What a real HTTP server was asked, and what it shall answer."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.asked.append((self.path, dict(self.headers), body))
            code = found.answers.pop(0) if found.answers else 204
            self.send_response(code)
            if code == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        server.shutdown()
        thread.join()


def test_a_webhook_gets_json_with_a_key_and_a_signature_that_only_the_secret_makes(
    receiver: Receiver,
) -> None:
    hook = parse_channels(f"hook = webhook+{receiver.url}/in?door=1#t0p%20secret")["hook"]
    hook.send(ENVELOPE)
    ((path, headers, body),) = receiver.asked
    assert path == "/in?door=1"
    assert headers["X-Openhours-Key"] == ENVELOPE.key
    expected = new(b"t0p secret", body, sha256).hexdigest()
    assert headers["X-Openhours-Signature"] == f"sha256={expected}"
    said = json.loads(body)
    assert (said["key"], said["subject"], said["text"]) == (
        ENVELOPE.key,
        ENVELOPE.subject,
        ENVELOPE.text,
    )
    assert "secret" not in str(receiver.asked)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (500, ChannelUnavailable),
        (401, ChannelUnavailable),
        (422, Refused),
        (302, ChannelUnavailable),
    ],
)
def test_a_webhook_that_does_not_take_it_is_tried_again_unless_it_never_will(
    receiver: Receiver, answer: int, fault: type[Exception]
) -> None:
    receiver.answers = [answer]
    with pytest.raises(fault, match=str(answer)):
        parse_channels(f"hook = webhook+{receiver.url}/in#secret")["hook"].send(ENVELOPE)
    assert len(receiver.asked) == 1


def test_other_services_get_text_by_apprise_with_the_person_and_the_key_in_their_places(
    receiver: Receiver,
) -> None:
    url = receiver.url.replace("http", "json") + "/in/{to}?+X-Openhours-Key={key}"
    channel = parse_channels(f"other = {url}")["other"]
    assert channel.needs_address
    channel.send(ENVELOPE.model_copy(update={"to": "an n/../x"}))
    ((path, headers, body),) = receiver.asked
    assert path.startswith("/in/an%20n%2F..%2Fx")
    assert headers["X-Openhours-Key"] == ENVELOPE.key
    said = json.loads(body)
    assert (said["title"], said["message"]) == (ENVELOPE.subject, ENVELOPE.text)


@pytest.mark.parametrize(
    "url",
    [
        "wecombot://botkey-1234-5678",
        "dingtalk://token1234abcd",
        "feishu://ABCDEFabcdef1234567890",
        "ntfys://ntfy.example.org/{to}",
        "tgram://123456789:abcdefg_hijklmnop/{to}/",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/%23hours",
    ],
)
def test_the_services_that_people_use_are_known(url: str) -> None:
    assert parse_channels(f"x = {url}")["x"].needs_address == ("{to}" in url)


def test_a_service_that_does_not_take_it_is_away_and_its_address_is_told_nobody(
    receiver: Receiver, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    receiver.answers = [500]
    url = receiver.url.replace("http://", "json://bot:t0psecret@") + "/t0psecret"
    channels = parse_channels(f"other = {url}")
    with caplog.at_level(logging.WARNING), pytest.raises(ChannelUnavailable) as fault:
        channels["other"].send(ENVELOPE)
    assert not any(r.name.startswith("apprise") for r in caplog.records)
    kept = "".join([str(fault.value), repr(channels), *(r.getMessage() for r in caplog.records)])
    assert "t0psecret" not in kept + "".join(capsys.readouterr())


def test_nobody_is_reached_where_the_address_is_missing() -> None:
    channel = parse_channels("phone = ntfys://ntfy.example.org/{to}")["phone"]
    with pytest.raises(Refused):
        channel.send(ENVELOPE)


def test_every_fault_of_the_list_is_told_by_its_line_and_without_its_secret() -> None:
    lines = [
        "# ours",
        "",
        "mail = smtp://u:t0psecret@mail.example.org/",
        "mail2 smtp://u:t0psecret@mail.example.org/?from=a@b",
        "hook = webhook+https://example.org/t0psecret",
        "other = nonsense://t0psecret",
        "port = smtp://u:t0psecret@mail.example.org:port/?from=a@b",
        "good = smtp://mail.example.org/?from=a@b",
        "good = smtp://mail.example.org/?from=a@b",
        "more = smtp://u:t0psecret@mail.example.org/?from=a@b&colour=red",
    ]
    with pytest.raises(InvalidSettings) as fault:
        parse_channels("\n".join(lines))
    said = [problem.where for problem in fault.value.problems]
    assert [w.partition(",")[0] for w in said] == [f"line {n}" for n in (3, 4, 5, 6, 7, 9, 10)]
    assert "t0psecret" not in str(fault.value)

"""Whose word is taken for where a visitor is, and whether they came over TLS."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from console.access.entrance import Entrance
from console.web.app import create_app
from console.web.server import Server
from tests.console.people import token
from tests.console.town import Town

URL = "https://hours.example.org"
SAID = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7"}
PROXY, OTHER = "10.0.0.2", "10.0.0.3"


def console(town: Town, proxies: Sequence[str], peer: str) -> TestClient:
    """The console as its server wraps it, asked by a peer that claims to forward."""
    services = replace(town.services, entrance=Entrance(url=URL))
    app = create_app(services, trusted_hosts=("hours.example.org",))
    server = Server(app, "127.0.0.1", 0, proxies)
    server.config.load()
    return TestClient(
        server.config.loaded_app,
        base_url="http://hours.example.org",
        headers={"accept-language": "en"} | SAID,
        client=(peer, 1),
    )


@pytest.mark.parametrize(
    ("proxies", "peer", "address"),
    [((PROXY,), PROXY, "203.0.113.7"), ((PROXY,), OTHER, OTHER), ((), PROXY, PROXY)],
    ids=["a proxy that is trusted", "somebody else", "nobody is trusted"],
)
def test_a_visitors_address_is_the_proxys_word_where_it_is_trusted(
    changing: Town, proxies: Sequence[str], peer: str, address: str
) -> None:
    with console(changing, proxies, peer) as client, capture_logs() as logs:
        client.base_url = "https://hours.example.org"
        form = {"token": token(client, "/login"), "account": "mei", "password": "wrong"}
        client.post("/login", data=form, headers={"origin": URL})
    said = [line for line in logs if line["event"] == "login refused"]
    assert [(line["account"], line["address"]) for line in said] == [("mei", address)]


def test_what_is_no_account_is_not_logged_for_it_may_be_a_password(changing: Town) -> None:
    with console(changing, (PROXY,), PROXY) as client, capture_logs() as logs:
        client.base_url = "https://hours.example.org"
        form = {"token": token(client, "/login"), "account": "my secret words", "password": "x"}
        client.post("/login", data=form, headers={"origin": URL})
    assert "my secret words" not in str(logs)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "hours.example.org.evil.example"])
def test_another_host_is_refused(changing: Town, host: str) -> None:
    with console(changing, (PROXY,), PROXY) as client:
        assert client.get("/login", headers={"host": host}).status_code == 400

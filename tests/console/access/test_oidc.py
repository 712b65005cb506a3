"""Login by OpenID Connect, against a provider that runs as a process of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from starlette.testclient import TestClient

from benchmarks.mosquitto import free_port
from console.access.entrance import Entrance, Oidc
from console.access.oidc import LASTS, Provider
from domain.clock import SystemClock
from domain.errors import Forbidden, Unavailable
from domain.people import Grant, Person, Role
from tests.console import people
from tests.console.conftest import ADDRESS, visitor
from tests.console.town import Town

READY_WITHIN_S = 30.0
BACK = f"{ADDRESS}/login/oidc/back"
USERS = {
    "lin-1": {"email": "Lin@example.org", "email_verified": True},
    "mallory": {"email": "lin@example.org", "email_verified": False},
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Where the provider is."""
    port = free_port()
    users = [json.dumps({"sub": sub, **claims}) for sub, claims in USERS.items()]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port)]
    command += ["--require-nonce", "true"]
    for user in users:
        command += ["--user-claims", user]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        at, deadline = f"http://127.0.0.1:{port}", time.monotonic() + READY_WITHIN_S
        while True:
            try:
                httpx2.get(f"{at}/.well-known/openid-configuration")
                break
            except httpx2.TransportError:
                assert time.monotonic() < deadline, "the provider does not come up"
                time.sleep(0.05)
        yield at
        run.terminate()


@dataclass(frozen=True)
class House:
    """A town that trusts the provider."""

    town: Town
    issuer: str

    def consent(self, url: str, subject: str) -> str:
        """What somebody does at the provider; the path at which they come back."""
        answer = httpx2.post(url, data={"sub": subject}, follow_redirects=False)
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["location"])
        assert f"{back.scheme}://{back.netloc}{back.path}" == BACK
        return f"{back.path}?{back.query}"

    def go(self, client: TestClient, to: str = "/") -> str:
        """The address to which the login sends a browser."""
        answer = client.get("/login/oidc", params={"next": to}, follow_redirects=False)
        assert answer.status_code == 303
        return answer.headers["location"]


@pytest.fixture
def house(changing: Town, issuer: str) -> House:
    oidc = Oidc(issuer=issuer, client_id="openhours", client_secret="between us", label="City ID")
    services = replace(changing.services, entrance=Entrance(oidc=oidc))
    made = replace(changing, services=services)
    person = Person(id="lin", name="Lin", email="lin@example.org", created_at=people.MADE)
    made.ledger.accounts.add_person(person, [Grant(person="lin", role=Role.VIEWER)], actor="test")
    return House(made, issuer)


def test_who_has_an_account_by_a_verified_address_comes_in_where_they_wanted(house: House) -> None:
    with visitor(house.town) as client:
        assert "Continue with City ID" in client.get("/login").text
        back = house.consent(house.go(client, "/sensors"), "lin-1")
        assert client.get(back).url.path == "/sensors"
        assert "Lin" in client.get("/me").text
    assert house.town.ledger.accounts.person("lin").subject == f"{house.issuer} lin-1"
    assert house.town.ledger.audit()[0].detail == "OpenID Connect"


def test_the_account_is_known_again_when_the_address_has_changed(house: House) -> None:
    accounts = house.town.ledger.accounts
    bound = replace(accounts.person("lin"), subject=f"{house.issuer} lin-1", email="")
    accounts.change_person(bound, actor="test", at=people.MADE)
    with visitor(house.town) as client:
        assert client.get(house.consent(house.go(client), "lin-1")).status_code == 200


@pytest.mark.parametrize("subject", ["mallory", "nobody-here"])
def test_an_address_that_is_not_verified_or_unknown_lets_nobody_in(
    house: House, subject: str
) -> None:
    with visitor(house.town) as client:
        answer = client.get(house.consent(house.go(client), subject))
        assert answer.status_code == 403
        assert "You have no account here." in answer.text
        assert client.get("/me").url.path == "/login"


def test_the_address_of_somebody_bound_to_another_subject_lets_nobody_in(house: House) -> None:
    accounts = house.town.ledger.accounts
    bound = replace(accounts.person("lin"), subject=f"{house.issuer} lin-0")
    accounts.change_person(bound, actor="test", at=people.MADE)
    with visitor(house.town) as client:
        assert client.get(house.consent(house.go(client), "lin-1")).status_code == 403


def test_a_closed_account_stays_closed(house: House) -> None:
    accounts = house.town.ledger.accounts
    closed = replace(accounts.person("lin"), active=False)
    accounts.change_person(closed, actor="test", at=people.MADE)
    with visitor(house.town) as client:
        assert client.get(house.consent(house.go(client), "lin-1")).status_code == 403


def test_an_answer_is_good_once_and_in_the_browser_that_asked(house: House) -> None:
    with visitor(house.town) as client, visitor(house.town) as other:
        other.get("/login")
        back = house.consent(house.go(client), "lin-1")
        assert other.get(back).status_code == 403, "somebody else's browser"
        assert client.get(back).status_code == 403, "it is used up by the attempt"


TAMPER: dict[str, Callable[[str], str]] = {
    "state": lambda path: path.replace("state=", "state=x"),
    "code": lambda path: path.replace("code=", "code=x"),
    "no code": lambda path: path.replace("code=", "error=access_denied&was="),
}


@pytest.mark.parametrize("what", TAMPER)
def test_a_changed_answer_lets_nobody_in(house: House, what: str) -> None:
    with visitor(house.town) as client:
        back = TAMPER[what](house.consent(house.go(client), "lin-1"))
        answer = client.get(back)
        assert answer.status_code == 403
        assert "The login was not completed." in answer.text


def test_the_question_has_a_challenge_a_state_and_a_nonce(house: House) -> None:
    with visitor(house.town) as client:
        asked = parse_qs(urlsplit(house.go(client)).query)
        again = parse_qs(urlsplit(house.go(client)).query)
    assert asked["code_challenge_method"] == ["S256"]
    for name in ("code_challenge", "state", "nonce"):
        assert len(asked[name][0]) >= 32
        assert asked[name] != again[name]


def test_a_token_with_another_nonce_is_not_believed(house: House) -> None:
    now = SystemClock().now()
    oidc = Oidc(issuer=house.issuer, client_id="openhours", client_secret="s")
    provider = Provider(oidc)
    url = provider.start(BACK, "browser", "/", now)
    nonce = parse_qs(urlsplit(url).query)["nonce"][0]
    answer = _answer(house.consent(url.replace(nonce, "n" * 40), "lin-1"))
    with pytest.raises(Forbidden, match="cannot be trusted"):
        provider.finish(BACK, "browser", answer, now)


def test_who_stays_away_too_long_begins_again(house: House) -> None:
    now = SystemClock().now()
    provider = Provider(Oidc(issuer=house.issuer, client_id="openhours", client_secret="s"))
    answer = _answer(house.consent(provider.start(BACK, "browser", "/", now), "lin-1"))
    with pytest.raises(Forbidden, match="too long ago"):
        provider.finish(BACK, "browser", answer, now + LASTS + timedelta(seconds=1))


def test_a_provider_that_is_away_is_said_and_the_password_remains(changing: Town) -> None:
    nobody = Oidc(issuer=f"http://127.0.0.1:{free_port()}", client_id="a", client_secret="b")
    with pytest.raises(Unavailable, match="log in with a password or a link"):
        Provider(nobody).start(BACK, "browser", "/", SystemClock().now())
    services = replace(changing.services, entrance=Entrance(oidc=nobody))
    with visitor(replace(changing, services=services)) as client:
        assert client.get("/login/oidc").status_code == 503
        assert client.get("/login").status_code == 200


def _answer(path: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}

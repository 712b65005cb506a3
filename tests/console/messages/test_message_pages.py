"""On a page of one's own: when and how messages come, and a test."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from console.messages.channels import parse_channels
from console.messages.envelope import Envelope
from domain.messages import Address, Delivery, Preferences
from domain.planning import Lane
from tests.console import people
from tests.console.conftest import visitor
from tests.console.town import NOW, Town

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

CHANNELS = "mail = smtp://mail.example.org/?from=hours@example.org\nteam = wecombot://t0psecretkey"
FORM = {
    "delivery": "at_once",
    "digest_at": "17:30",
    "quiet_from": "22:00",
    "quiet_to": "06:15",
    "zone": "Europe/Berlin",
    "channel": ["mail", "team"],
    "to": ["mei@example.org", "yes"],
}


@pytest.fixture
def mei(changing: Town) -> Iterator[TestClient]:
    """The manager of a town that has two channels."""
    services = replace(changing.services, channels=parse_channels(CHANNELS))
    with visitor(replace(changing, services=services)) as client:
        people.log_in(client, changing.ledger.accounts, people.MANAGER)
        yield client


def send(client: TestClient, path: str = "/me/messages", **changed: Any) -> int:
    token = people.token(client, "/me/messages")
    return client.post(path, data={"token": token, **FORM, **changed}).status_code


def test_what_is_chosen_is_kept_and_shown_again(changing: Town, mei: TestClient) -> None:
    assert send(mei) == 200
    assert changing.ledger.messages.preferences() == {
        "mei": Preferences(
            person="mei",
            addresses=(Address("mail", "mei@example.org"), Address("team")),
            zone="Europe/Berlin",
            quiet_from=22 * 60,
            quiet_to=6 * 60 + 15,
            delivery=Delivery.AT_ONCE,
            digest_at=17 * 60 + 30,
        )
    }
    page = mei.get("/me/messages").text
    for shown in ("17:30", "06:15", "mei@example.org", "Europe/Berlin"):
        assert f'value="{shown}"' in page
    assert "t0psecret" not in page


@pytest.mark.parametrize(
    "changed",
    [
        {"zone": "Mars/Olympus"},
        {"digest_at": "25:00"},
        {"quiet_to": "soon"},
        {"channel": ["pigeon"], "to": ["home"]},
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    changing: Town, mei: TestClient, changed: dict[str, Any]
) -> None:
    assert send(mei, **changed) == 400
    assert changing.ledger.messages.preferences() == {}


def test_a_form_from_elsewhere_changes_nothing(changing: Town, mei: TestClient) -> None:
    assert mei.post("/me/messages", data={**FORM, "token": "guessed"}).status_code == 403
    assert changing.ledger.messages.preferences() == {}


def test_a_test_goes_to_each_of_ones_channels(changing: Town, mei: TestClient) -> None:
    send(mei)
    assert send(mei, "/me/messages/test") == 200
    rows = changing.ledger.queued(NOW, lane=Lane.PEOPLE)
    found = [Envelope.parse(row.message) for row in rows]
    assert [(e.channel, e.to) for e in found] == [("mail", "mei@example.org"), ("team", "")]
    assert "A test, nothing to do" in mei.get("/me/messages").text


def test_the_account_leads_to_it_in_both_languages(mei: TestClient) -> None:
    assert 'href="/me/messages"' in mei.get("/me").text
    page = mei.get("/me/messages?lang=zh").text
    assert "每天一次，汇总发送" in page


def test_without_channels_it_is_said_that_nothing_is_sent(manager: TestClient) -> None:
    assert "nothing is sent" in manager.get("/me/messages").text

"""People of the little town, and how a test logs them in."""

import re
from datetime import UTC, datetime

from httpx2 import Response
from starlette.testclient import TestClient

from console.access.links import make_link
from domain.accounts import Accounts, LinkKind
from domain.clock import SystemClock
from domain.people import EVERYTHING, Grant, Person, Role, Scope

MADE = datetime(2026, 11, 1, tzinfo=UTC)
MANAGER = "mei"


def add(accounts: Accounts, name: str, role: Role, scope: Scope = EVERYTHING) -> str:
    """Somebody with an account and one role."""
    person = Person(id=name, name=name.title(), created_at=MADE)
    accounts.add_person(person, [Grant(person=name, role=role, scope=scope)], actor="test")
    return name


def link(accounts: Accounts, name: str, kind: LinkKind = LinkKind.ENTER) -> str:
    """The path of a one-time link of theirs."""
    return make_link(accounts, name, kind, actor="test", at=SystemClock().now())


def log_in(client: TestClient, accounts: Accounts, name: str) -> None:
    """By a one-time link, as a browser does it."""
    path = link(accounts, name)
    answer = client.post("/link", data={"token": token(client, path), "key": path.split("=")[1]})
    assert answer.status_code == 200, answer.text


def token(client: TestClient, page: str = "/me") -> str:
    """The token of the forms on a page."""
    return token_in(client.get(page))


def token_in(answer: Response) -> str:
    """The token of a page that has come."""
    found = re.search(r'name="token" value="(\w+)"', answer.text)
    assert found, answer.text
    return found[1]

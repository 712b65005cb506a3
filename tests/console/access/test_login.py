"""Coming in and going out: passwords, links, sessions, tokens, and those who try to cheat."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from fastapi import Request, Response
from starlette.testclient import TestClient

from console.access.login_pages import safe_path
from console.access.secret import digest
from console.access.sessions import ABSOLUTE, IDLE, Cookies, Sessions
from domain.accounts import Accounts, ApiToken, LinkKind
from domain.clock import ManualClock, SystemClock
from domain.people import EVERYTHING, Role, Scope, ScopeKind
from tests.console import people
from tests.console.conftest import ADDRESS, visitor
from tests.console.people import MANAGER, token, token_in
from tests.console.town import NOW, Town, with_closed_doors

PASSWORD = "four plain words are enough"
COOKIE = "openhours_session"


@pytest.fixture
def shut(changing: Town) -> Town:
    return with_closed_doors(changing)


@pytest.fixture
def accounts(shut: Town) -> Accounts:
    """Of the town, where the manager has a password."""
    with visitor(shut) as client:
        set_password(client, people.link(shut.ledger.accounts, MANAGER, LinkKind.PASSWORD))
    return shut.ledger.accounts


@pytest.fixture
def client(shut: Town) -> Iterator[TestClient]:
    with visitor(shut) as made:
        yield made


def set_password(
    client: TestClient, link: str, password: str = PASSWORD, again: str = ""
) -> httpx2.Response:
    form = {"token": token(client, link), "key": link.split("=")[1]}
    return client.post("/link", data=form | {"password": password, "again": again or password})


def try_in(client: TestClient, account: str, password: str, **more: str) -> httpx2.Response:
    form = {"token": token(client, "/login"), "account": account, "password": password}
    return client.post("/login", data=form | more, follow_redirects=False)


@pytest.mark.usefixtures("accounts")
def test_with_the_password_one_comes_in_to_the_page_one_wanted(client: TestClient) -> None:
    asked = client.get("/proposals?show=all")
    assert str(asked.url) == f"{ADDRESS}/login?next=/proposals%3Fshow%3Dall"
    answer = try_in(client, "MEI ", PASSWORD, next="/proposals?show=all")
    assert answer.headers["location"] == "/proposals?show=all"
    assert client.get("/proposals?show=all").status_code == 200


@pytest.mark.usefixtures("accounts")
def test_wrong_unknown_and_without_password_get_the_same_answer(client: TestClient) -> None:
    texts = set()
    for account, password in ((MANAGER, "wrong"), ("nobody", PASSWORD), ("root", PASSWORD)):
        answer = try_in(client, account, password)
        assert answer.status_code == 403
        texts.add(answer.text.replace(f'value="{account}"', "").replace(token_in(answer), ""))
    assert len(texts) == 1


def test_after_five_wrong_ones_even_the_right_one_waits_known_or_not(
    client: TestClient, accounts: Accounts
) -> None:
    for account in (MANAGER, "nobody"):
        codes = [try_in(client, account, "wrong").status_code for _ in range(6)]
        assert codes == [403] * 5 + [429]
    answer = try_in(client, MANAGER, PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 15
    assert "Try again in 1 minute." in answer.text
    assert len(accounts.sessions(MANAGER)) == 1, "that with which the password was set"


@pytest.mark.usefixtures("accounts")
def test_a_login_makes_a_new_session_and_ends_the_old(client: TestClient) -> None:
    client.cookies.set(COOKIE, "chosen-by-somebody-else", domain="127.0.0.1")
    assert try_in(client, MANAGER, PASSWORD).status_code == 303
    mine = client.cookies.get(COOKIE, domain="127.0.0.1")
    assert mine not in {None, "chosen-by-somebody-else"}
    assert try_in(client, MANAGER, PASSWORD).status_code == 303
    client.cookies.clear()
    client.cookies.set(COOKIE, str(mine))
    assert client.get("/me").url.path == "/login"


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize(
    "headers", [{"origin": "http://evil.example"}, {"origin": "null"}], ids=str
)
def test_no_other_site_logs_a_browser_in(client: TestClient, headers: dict[str, str]) -> None:
    form = {"token": token(client, "/login"), "account": MANAGER, "password": PASSWORD}
    assert client.post("/login", data=form, headers=headers).status_code == 403
    with_other_token = form | {"token": "0" * 64}
    assert client.post("/login", data=with_other_token).status_code == 403
    client.cookies.clear()
    assert client.post("/login", data=form).status_code == 403, "its cookie is gone"


@pytest.mark.parametrize(
    ("asked", "to"),
    [
        ("/venues/library?lang=zh", "/venues/library?lang=zh"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/ok\r\nset-cookie: x=1", "/"),
        ("", "/"),
    ],
)
def test_nobody_is_sent_elsewhere_after_a_login(asked: str, to: str) -> None:
    assert safe_path(asked) == to


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize(
    ("address", "name", "secure"),
    [(ADDRESS, COOKIE, False), ("https://127.0.0.1", f"__Host-{COOKIE}", True)],
)
def test_the_cookie_is_the_browsers_alone_and_of_this_host(
    shut: Town, address: str, name: str, *, secure: bool
) -> None:
    with TestClient(shut.app, base_url=address, headers={"accept-language": "en"}) as client:
        cookie = try_in(client, MANAGER, PASSWORD).headers["set-cookie"]
    parts = {part.strip().lower() for part in cookie.split(",")[0].split(";")}
    assert cookie.startswith(f"{name}=")
    assert {"httponly", "samesite=lax", "path=/"} <= parts
    assert ("secure" in parts) == secure
    assert not any(part.startswith("domain=") for part in parts)


def test_only_digests_are_kept(client: TestClient, accounts: Accounts) -> None:
    try_in(client, MANAGER, PASSWORD)
    secret = client.cookies[COOKIE]
    assert digest(secret) in {s.digest for s in accounts.sessions(MANAGER)}
    kept = accounts.password(MANAGER)
    assert kept is not None
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


def test_logged_out_here_or_everywhere_is_logged_out_in_the_ledger(
    shut: Town, client: TestClient, accounts: Accounts
) -> None:
    with visitor(shut) as other:
        for browser in (client, other):
            try_in(browser, MANAGER, PASSWORD)
        client.post("/logout", data={"token": token(client)})
        assert client.get("/me").url.path == "/login"
        assert other.get("/me").url.path == "/me"
        try_in(client, MANAGER, PASSWORD)
        other.post("/me/sessions/end", data={"token": token(other)})
        assert client.get("/me").url.path == "/login"
    assert accounts.sessions(MANAGER) == []


def test_a_session_ends_when_unused_and_when_old(shut: Town, accounts: Accounts) -> None:
    clock = ManualClock(NOW)
    sessions = Sessions(accounts, clock, Cookies())
    response = Response()
    sessions.open(carrying(""), response, MANAGER, "test")
    secret = response.headers["set-cookie"].partition("=")[2].partition(";")[0]
    request = carrying(secret)
    clock.move_to(NOW + IDLE)
    assert sessions.find(request) is not None, "and so it is used"
    clock.move_to(NOW + 2 * IDLE + timedelta(seconds=1))
    assert sessions.find(request) is None
    sessions.open(carrying(""), response, MANAGER, "test")
    secret = response.headers.getlist("set-cookie")[-2].partition("=")[2].partition(";")[0]
    request, begun = carrying(secret), clock.now()
    while clock.now() - begun <= ABSOLUTE - IDLE:
        clock.move_to(clock.now() + IDLE)
        assert sessions.find(request) is not None
    clock.move_to(begun + ABSOLUTE + timedelta(seconds=1))
    assert sessions.find(request) is None
    assert shut.ledger.accounts.sessions(MANAGER), "it is deleted with the next login"


def carrying(secret: str) -> Request:
    headers = [(b"cookie", f"{COOKIE}={secret}".encode()), (b"host", b"127.0.0.1")]
    scope = {"type": "http", "headers": headers, "scheme": "http", "path": "/", "query_string": b""}
    return Request(scope | {"server": ("127.0.0.1", 80), "method": "GET"})


def test_a_link_is_looked_at_often_and_used_once(shut: Town, client: TestClient) -> None:
    link = people.link(shut.ledger.accounts, "root", LinkKind.PASSWORD)
    for _ in range(3):
        assert "Welcome, Root" in client.get(link).text
    assert set_password(client, link).url.path == "/"
    used = client.get(link)
    assert used.status_code == 404
    assert "This link is used up" in used.text


@pytest.mark.parametrize(
    ("password", "again", "why"),
    [
        ("short", "", "at least 12 characters"),
        ("Password1234!", "", "among the first"),
        ("aaaaaaaaaaaaaa", "", "among the first"),
        ("P@ssw0rd2026!!", "", "among the first"),
        ("987654321098765", "", "among the first"),
        ("qwertyqwertyqwerty", "", "among the first"),
        ("root-root-12", "", "holds the account"),
        (PASSWORD, PASSWORD + "!", "not the same"),
    ],
)
def test_what_is_no_password_is_refused_and_the_link_stays(
    shut: Town, client: TestClient, password: str, again: str, why: str
) -> None:
    link = people.link(shut.ledger.accounts, "root", LinkKind.PASSWORD)
    answer = set_password(client, link, password, again)
    assert answer.status_code == 400
    assert why in answer.text
    assert client.get(link).status_code == 200


def test_the_key_of_a_link_goes_to_no_other_page(shut: Town, client: TestClient) -> None:
    answer = client.get(people.link(shut.ledger.accounts, "root"))
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "http" not in answer.text.replace(ADDRESS, "")


def api_token(accounts: Accounts, person: str, role: Role, scope: Scope, days: int = 1) -> str:
    now = SystemClock().now()
    accounts.add_token(
        ApiToken(
            digest=digest("oh_secret"),
            person=person,
            name="test",
            role=role,
            scope=scope,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    return "oh_secret"


CANTEEN, LIBRARY = (Scope(ScopeKind.VENUE, v) for v in ("canteen", "library"))


@pytest.mark.parametrize(
    ("owner", "role", "scope", "reads", "decides"),
    [
        (Role.MANAGER, Role.MANAGER, EVERYTHING, 200, 303),
        (Role.MANAGER, Role.MANAGER, CANTEEN, 200, 403),
        (Role.MANAGER, Role.VIEWER, EVERYTHING, 200, 403),
        (Role.VIEWER, Role.ADMINISTRATOR, EVERYTHING, 200, 403),
        (Role.ADMINISTRATOR, Role.MANAGER, LIBRARY, 200, 303),
        (Role.RESIDENT, Role.VIEWER, EVERYTHING, 403, 403),
    ],
    ids=str,
)
def test_a_token_does_what_it_and_its_owner_may(
    shut: Town, client: TestClient, owner: Role, role: Role, scope: Scope, reads: int, decides: int
) -> None:
    people.add(shut.ledger.accounts, "jun", owner)
    bearer = api_token(shut.ledger.accounts, "jun", role, scope)
    headers = {"authorization": f"Bearer {bearer}"}
    assert client.get("/api/v1/rooms", headers=headers).status_code == reads
    path = "/proposals/library:2026-W47/reject"
    answer = client.post(path, data={"note": "no"}, headers=headers, follow_redirects=False)
    assert answer.status_code == decides
    assert client.get("/me", headers=headers, follow_redirects=False).status_code == 403


def test_a_token_that_is_expired_unknown_or_of_a_closed_account_is_none(
    shut: Town, client: TestClient
) -> None:
    accounts = shut.ledger.accounts
    people.add(accounts, "jun", Role.VIEWER)
    bearer = api_token(accounts, "jun", Role.VIEWER, EVERYTHING)
    accounts.change_person(
        replace(accounts.person("jun"), active=False), actor="test", at=people.MADE
    )
    for given in (bearer, "oh_another", ""):
        answer = client.get("/api/v1/rooms", headers={"authorization": f"Bearer {given}"})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    accounts.revoke_token("jun", digest(bearer), actor="test", at=people.MADE)
    people.add(accounts, "kai", Role.VIEWER)
    old = api_token(accounts, "kai", Role.VIEWER, EVERYTHING, days=-1)
    answer = client.get("/api/v1/rooms", headers={"authorization": f"Bearer {old}"})
    assert answer.status_code == 401


def test_a_closed_account_is_out_at_once(client: TestClient, accounts: Accounts) -> None:
    try_in(client, MANAGER, PASSWORD)
    closed = replace(accounts.person(MANAGER), active=False)
    accounts.change_person(closed, actor="test", at=people.MADE)
    assert client.get("/me").url.path == "/login"
    assert try_in(client, MANAGER, PASSWORD).status_code == 403

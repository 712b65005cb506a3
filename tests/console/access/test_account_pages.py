"""One's own page, the people, and the log."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from domain.accounts import LinkKind
from domain.people import Grant, Role, Scope, ScopeKind
from domain.planning import AuditLine
from tests.console import people
from tests.console.conftest import visitor
from tests.console.people import MANAGER, token
from tests.console.town import NOW, Town


@pytest.fixture
def root(changing: Town) -> Iterator[TestClient]:
    """The administrator."""
    with visitor(changing) as client:
        people.log_in(client, changing.ledger.accounts, "root")
        yield client


def new_link(client: TestClient, path: str, form: dict[str, str]) -> str:
    """The one-time link that a page shows."""
    answer = client.post(path, data=form | {"token": token(client)})
    found = re.search(r"http://127\.0\.0\.1:8800(/link\?key=[\w-]+)", answer.text)
    assert found, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return found[1]


def test_somebody_new_is_added_and_comes_in_by_the_link(changing: Town, root: TestClient) -> None:
    form = {"name": "Lin", "account": "Lin", "email": "Lin@example.org", "role": "manager"}
    link = new_link(root, "/people", form | {"scope": "venue:library"})
    accounts = changing.ledger.accounts
    library = Scope(ScopeKind.VENUE, "library")
    assert accounts.grants("lin") == [Grant(person="lin", role=Role.MANAGER, scope=library)]
    assert accounts.person("lin").email == "lin@example.org"
    with visitor(changing) as lin:
        form = {"token": token(lin, link), "key": link.split("=")[1]}
        words = "a password of some length"
        lin.post("/link", data=form | {"password": words, "again": words})
        page = lin.get("/me").text
    assert "Venue manager · Yong’an Library" in page


@pytest.mark.parametrize(
    ("form", "status", "why"),
    [
        ({"account": "mei"}, 409, "already"),
        ({"account": "planner"}, 400, "cannot be the name of an account"),
        ({"account": "<script>"}, 400, "cannot be the name of an account"),
        ({"scope": "venue:nowhere"}, 400, "the estate has no venue:nowhere"),
        ({"scope": "somewhere"}, 400, "names no part of an estate"),
        ({"role": "administrator", "scope": "venue:library"}, 400, "answers for everything"),
    ],
    ids=str,
)
def test_what_cannot_be_is_said_and_nobody_is_added(
    changing: Town, root: TestClient, form: dict[str, str], status: int, why: str
) -> None:
    whole = {"name": "Lin", "account": "lin", "role": "viewer", "scope": "everything"} | form
    answer = root.post("/people", data=whole | {"token": token(root)})
    assert answer.status_code == status
    assert why in answer.text
    assert [p.id for p in changing.ledger.accounts.people()] == ["mei", "root"]


def test_roles_are_given_and_taken_and_the_last_administrator_stays(
    changing: Town, root: TestClient
) -> None:
    accounts, form = changing.ledger.accounts, {"token": token(root), "scope": "everything"}
    root.post("/people/mei/grant", data=form | {"role": "district"})
    assert [g.role for g in accounts.grants("mei")] == [Role.MANAGER, Role.DISTRICT]
    root.post("/people/mei/revoke", data=form | {"role": "manager"})
    assert [g.role for g in accounts.grants("mei")] == [Role.DISTRICT]
    answer = root.post("/people/root/revoke", data=form | {"role": "administrator"})
    assert answer.status_code == 409
    assert accounts.grants("root") == [Grant(person="root", role=Role.ADMINISTRATOR)]
    assert root.post("/people/root/close", data=form).status_code == 409


def test_a_new_link_replaces_the_last_and_the_password_holds_until_it_is_used(
    changing: Town, root: TestClient
) -> None:
    accounts = changing.ledger.accounts
    accounts.set_password(MANAGER, "hash", actor="test", at=people.MADE)
    first = new_link(root, f"/people/{MANAGER}/link", {})
    second = new_link(root, f"/people/{MANAGER}/link", {})
    assert root.get(first).status_code == 404
    assert root.get(second).status_code == 200
    assert accounts.password(MANAGER) == "hash"


def test_an_account_is_closed_and_opened_again(changing: Town, root: TestClient) -> None:
    with visitor(changing) as mei:
        people.log_in(mei, changing.ledger.accounts, MANAGER)
        root.post(f"/people/{MANAGER}/close", data={"token": token(root)})
        assert mei.get("/me").url.path == "/login"
    root.post(f"/people/{MANAGER}/reopen", data={"token": token(root)})
    assert changing.ledger.accounts.person(MANAGER).active


def test_ones_language_is_that_of_every_browser(changing: Town, manager: TestClient) -> None:
    manager.post("/me/language", data={"token": token(manager), "language": "zh"})
    with visitor(changing) as other:
        people.log_in(other, changing.ledger.accounts, MANAGER)
        assert '<html lang="zh-CN">' in other.get("/proposals").text


def test_the_password_is_changed_with_the_one_that_holds(
    changing: Town, manager: TestClient
) -> None:
    link = people.link(changing.ledger.accounts, MANAGER, LinkKind.PASSWORD)
    first, second = "the first of two passwords", "the second of two passwords"
    form = {"token": token(manager, link), "key": link.split("=")[1]}
    manager.post("/link", data=form | {"password": first, "again": first})
    wanted = {"password": second, "again": second}
    with visitor(changing) as other:
        people.log_in(other, changing.ledger.accounts, MANAGER)
        guess = wanted | {"current": "a guess", "token": token(manager)}
        assert manager.post("/me/password", data=guess).status_code == 403
        manager.post("/me/password", data=guess | {"current": first})
        assert manager.get("/me").url.path == "/me", "whoever changed it stays"
        assert other.get("/me").url.path == "/login", "all others go"


def test_a_token_is_shown_once_works_and_is_revoked(changing: Town, manager: TestClient) -> None:
    wanted = {"name": "door sign", "rights": "viewer@everything", "days": "30"}
    answer = manager.post("/me/tokens", data=wanted | {"token": token(manager)})
    shown = re.search(r"oh_[\w-]{43}", answer.text)
    assert shown
    assert answer.headers["cache-control"] == "no-store"
    page = manager.get("/me").text
    assert "door sign" in page
    assert shown[0] not in page
    headers = {"authorization": f"Bearer {shown[0]}"}
    with visitor(changing) as program:
        assert program.get("/api/v1/sensors", headers=headers).status_code == 200
        kept = changing.ledger.accounts.tokens(MANAGER)[0]
        manager.post(f"/me/tokens/{kept.digest}/revoke", data={"token": token(manager)})
        assert program.get("/api/v1/sensors", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "wanted", [{"rights": "administrator@everything"}, {"days": "9999"}, {"rights": ""}], ids=str
)
def test_a_token_for_more_than_is_offered_is_not_made(
    changing: Town, manager: TestClient, wanted: dict[str, str]
) -> None:
    form = {"name": "x", "rights": "viewer@everything", "days": "30", "token": token(manager)}
    assert manager.post("/me/tokens", data=form | wanted).status_code == 400
    assert changing.ledger.accounts.tokens(MANAGER) == []


def test_the_log_is_found_by_form_and_taken_away(changing: Town, root: TestClient) -> None:
    page = root.get("/audit", params={"who": "root", "what": "login"}).text
    assert page.count('<th scope="row">') == 1
    assert root.get("/audit", params={"who": "nobody"}).text.count('<th scope="row">') == 0
    answer = root.get("/audit.csv", params={"what": "proposal."})
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    wanted = [line for line in changing.ledger.audit() if line.action.startswith("proposal.")]
    assert [row["subject"] for row in rows] == [line.subject for line in wanted]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"since": "2026-11-25"}, 120),
        ({"since": "2026-11-26"}, 0),
        ({"until": "2026-11-25"}, 120),
        ({"until": "2026-11-24"}, 0),
    ],
    ids=str,
)
def test_days_of_the_log_are_whole_days(
    changing: Town, root: TestClient, asked: dict[str, str], found: int
) -> None:
    fill(changing, "tick", 120)
    text = root.get("/audit.csv", params={"what": "tick"} | asked).text
    assert len(text.splitlines()) == found + 1


def test_the_log_has_pages(changing: Town, root: TestClient) -> None:
    fill(changing, "tick", 120)
    first = root.get("/audit?what=tick").text
    older = re.search(r'href="(/audit\?what=tick&amp;before=\d+)"', first)
    assert older
    second = root.get(older[1].replace("&amp;", "&")).text
    seen = [re.findall(r"<td[^>]*>(no \d+)</td>", page) for page in (first, second)]
    assert [len(page) for page in seen] == [100, 20]
    assert seen[0] + seen[1] == [f"no {n}" for n in reversed(range(120))]


@pytest.mark.parametrize("dangerous", ["=cmd()", "+1", "-1", "@sum"])
def test_a_spreadsheet_computes_nothing_of_the_log(
    changing: Town, root: TestClient, dangerous: str
) -> None:
    note = AuditLine(at=NOW, actor="mei", action="note", subject="x", detail=dangerous)
    changing.ledger.change_state("note", None, "x", note)
    rows = list(csv.DictReader(io.StringIO(root.get("/audit.csv?what=note").text)))
    assert [row["detail"] for row in rows] == [f"'{dangerous}"]


def fill(town: Town, action: str, times: int) -> None:
    """Lines of the log."""
    before = None
    for n in range(times):
        line = AuditLine(at=NOW, actor="test", action=action, subject=f"no {n}")
        town.ledger.change_state("tick", before, str(n), line)
        before = str(n)


def test_lists_begin_with_what_is_ones_own(changing: Town) -> None:
    people.add(changing.ledger.accounts, "jun", Role.MANAGER, Scope(ScopeKind.VENUE, "canteen"))
    with visitor(changing) as jun:
        people.log_in(jun, changing.ledger.accounts, "jun")
        mine = jun.get("/proposals?show=all").text
        every = jun.get("/proposals?show=all&whose=all").text
    assert "Yong’an Library" not in mine
    assert "Neighbourhood Canteen" in mine
    assert "Yong’an Library" in every


def test_a_role_everywhere_has_no_list_of_its_own(manager: TestClient) -> None:
    assert "whose=" not in manager.get("/proposals").text


def test_who_has_no_password_sets_none_without_a_link(changing: Town, manager: TestClient) -> None:
    assert "You have none." in manager.get("/me").text
    words = "a password of some length"
    form = {"token": token(manager), "password": words, "again": words, "current": ""}
    assert manager.post("/me/password", data=form).status_code in {400, 403}
    assert manager.post("/me/password", data=form | {"current": words}).status_code == 403
    assert changing.ledger.accounts.password(MANAGER) is None

"""Every route against every role, by a table that is written here and nowhere else."""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from console.access.visitors import Gate
from domain.people import Role, Scope, ScopeKind
from tests.console import people
from tests.console.conftest import visitor
from tests.console.town import Town, with_closed_doors

EVERYBODY = {"stranger", *Role}
STAFF = {"viewer", "manager", "operations", "district", "administrator"}
DECIDERS = {"manager", "district", "administrator"}
CONFIGURERS = {"district", "administrator"}
OPERATORS = {"operations", "administrator"}
COUNTERS = DECIDERS | {"operations"}
PEOPLE = {"administrator"}
OWNERS = set(Role)

ROUTES = {
    ("GET", "/"): STAFF,
    ("GET", "/live/events"): STAFF,
    ("GET", "/venues/{venue_id}"): STAFF,
    ("GET", "/venues/{venue_id}/schedule.ics"): EVERYBODY,
    ("POST", "/venues/{venue_id}/rollback"): DECIDERS,
    ("GET", "/venues/{venue_id}/weeks"): STAFF,
    ("GET", "/venues/{venue_id}/limits"): STAFF,
    ("POST", "/venues/{venue_id}/limits"): {"district", "administrator"},
    ("GET", "/public/{venue_id}"): EVERYBODY,
    ("GET", "/public/{venue_id}/notice"): EVERYBODY,
    ("GET", "/proposals"): STAFF,
    ("GET", "/proposals/{proposal_id}"): STAFF,
    ("POST", "/proposals/{proposal_id}/approve"): DECIDERS,
    ("POST", "/proposals/{proposal_id}/reject"): DECIDERS,
    ("GET", "/proposals/{proposal_id}/edit"): STAFF,
    ("POST", "/proposals/{proposal_id}/edit"): DECIDERS,
    ("POST", "/proposals/{proposal_id}/delegate"): DECIDERS,
    ("POST", "/proposals/decide"): DECIDERS,
    ("POST", "/proposals/undo"): DECIDERS,
    ("POST", "/trials/{trial_id}/{act}"): DECIDERS,
    ("GET", "/linkage"): STAFF,
    ("GET", "/linkage/{group_id}"): STAFF,
    ("GET", "/unmet"): STAFF,
    ("GET", "/sensors"): STAFF,
    ("POST", "/sensors/register"): OPERATORS,
    ("POST", "/sensors/turn"): OPERATORS,
    ("POST", "/sensors/read-again"): OPERATORS,
    ("POST", "/sensors/count-door"): COUNTERS,
    ("POST", "/sensors/count-heads"): COUNTERS,
    ("GET", "/estate"): STAFF,
    ("GET", "/trials"): STAFF,
    ("GET", "/estate/estate.yaml"): CONFIGURERS,
    ("GET", "/estate/import"): CONFIGURERS,
    ("POST", "/estate/import"): CONFIGURERS,
    ("POST", "/estate/apply"): CONFIGURERS,
    ("GET", "/under-used"): STAFF,
    ("GET", "/reports"): STAFF,
    ("GET", "/reports/{area_id}/{period}"): STAFF,
    ("GET", "/reports/{area_id}/{period}.{form}"): STAFF,
    ("POST", "/reports/{area_id}/subscription"): {"district", "administrator"},
    ("POST", "/under-used/{room}/{feedback}"): DECIDERS,
    ("GET", "/login"): EVERYBODY,
    ("POST", "/login"): EVERYBODY,
    ("POST", "/logout"): OWNERS,
    ("GET", "/link"): EVERYBODY,
    ("POST", "/link"): EVERYBODY,
    ("GET", "/me"): OWNERS,
    ("POST", "/me/language"): OWNERS,
    ("POST", "/me/password"): OWNERS,
    ("POST", "/me/tokens"): OWNERS,
    ("POST", "/me/tokens/{token}/revoke"): OWNERS,
    ("POST", "/me/sessions/end"): OWNERS,
    ("POST", "/me/sessions/{session}/end"): OWNERS,
    ("GET", "/me/messages"): OWNERS,
    ("POST", "/me/messages"): OWNERS,
    ("POST", "/me/messages/test"): OWNERS,
    ("GET", "/people"): PEOPLE,
    ("POST", "/people"): PEOPLE,
    ("POST", "/people/{person_id}/grant"): PEOPLE,
    ("POST", "/people/{person_id}/revoke"): PEOPLE,
    ("POST", "/people/{person_id}/link"): PEOPLE,
    ("POST", "/people/{person_id}/close"): PEOPLE,
    ("POST", "/people/{person_id}/reopen"): PEOPLE,
    ("GET", "/audit"): {"district", "administrator"},
    ("GET", "/audit.csv"): {"district", "administrator"},
    ("GET", "/health"): EVERYBODY,
    ("GET", "/ready"): EVERYBODY,
    ("GET", "/metrics"): STAFF,
    ("GET", "/venues/{venue_id}/schedule.jsonld"): EVERYBODY,
    ("GET", "/venues/{venue_id}/schedule.osm"): EVERYBODY,
    ("GET", "/venues/{venue_id}/schedule.google.json"): EVERYBODY,
    ("GET", "/venues/{venue_id}/schedule.hsds.json"): EVERYBODY,
    ("GET", "/venues/{venue_id}/schedule.csv"): EVERYBODY,
    ("GET", "/areas/{area_id}/schedule.ics"): EVERYBODY,
    ("GET", "/departments/{department_id}/schedule.ics"): EVERYBODY,
    ("GET", "/venues/{venue_id}/counts.csv"): STAFF,
    ("GET", "/api/v1/docs"): EVERYBODY,
    ("GET", "/api/v1/venues"): STAFF,
    ("GET", "/api/v1/venues/{venue_id}"): STAFF,
    ("GET", "/api/v1/rooms/{room_id}"): STAFF,
    ("GET", "/api/v1/proposals/{proposal_id}"): STAFF,
    ("POST", "/api/v1/proposals/{proposal_id}/decision"): DECIDERS,
    ("GET", "/api/v1/ngsi-ld/entities"): STAFF,
    ("GET", "/api/v1/trials"): STAFF,
    ("GET", "/api/v1/rooms"): STAFF,
    ("GET", "/api/v1/venues/{venue_id}/schedule"): EVERYBODY,
    ("GET", "/api/v1/proposals"): STAFF,
    ("GET", "/api/v1/sensors"): STAFF,
    ("GET", "/api/v1/rejections"): STAFF,
    ("GET", "/api/v1/overflow"): STAFF,
    ("GET", "/api/v1/under-used"): STAFF,
    ("GET", "/api/v1/unmet"): STAFF,
}
WITHOUT_A_GATE = {"/static", "/api/v1/openapi.json"}
"""Files that come with the program, and the description of the interface: no word of the estate."""
PLACES = {
    "venue_id": "canteen",
    "proposal_id": "library:2026-W47",
    "room": "piano",
    "feedback": "fine",
    "token": "none",
    "session": "none",
    "person_id": "nobody",
    "trial_id": "library:2026-W47",
    "act": "approve",
    "group_id": "none",
    "area_id": "yong-an",
    "department_id": "none",
    "room_id": "reading",
    "period": "2026-W47",
    "form": "csv",
}
FORMS = {"latest": "2", "language": "", "password": "x", "again": "x", "key": "none"} | {
    "account": "x", "name": "X", "role": "viewer", "scope": "everything", "rights": "x",
    "days": "1", "delivery": "digest", "digest_at": "08:00", "quiet_from": "21:00",
    "quiet_to": "07:00", "sensor": "s-lamp", "sign": "1", "reason": "x", "wanted": "true",
}  # fmt: skip


def routes_of(town: Town) -> Iterator[BaseRoute]:
    """All routes, those of included routers among them."""
    for route in town.app.routes:
        inner = getattr(route, "original_router", None)
        yield from inner.routes if inner else [route]


def gates(route: APIRoute) -> list[Gate]:
    return [d.call for d in route.dependant.dependencies if isinstance(d.call, Gate)]


def test_every_route_has_a_gate_and_a_line_in_the_table(changing: Town) -> None:
    table, open_ones = set(), set()
    for route in routes_of(changing):
        if isinstance(route, APIRoute):
            assert gates(route), f"{route.path} names no permission"
            table |= {(method, route.path) for method in route.methods or ()}
        else:
            open_ones.add(getattr(route, "path", ""))
    assert table == set(ROUTES)
    assert open_ones == WITHOUT_A_GATE


@pytest.fixture
def shut(changing: Town) -> Town:
    """The town when reading needs an account."""
    return with_closed_doors(changing)


def lets_pass(client: TestClient, method: str, path: str, form: dict[str, str]) -> bool:
    """Whether the route itself answers: not the login, and not 401 or 403.

    A login with a wrong password answers 403 too, from the route itself.
    """
    filled = re.sub(r"\{(\w+)\}", lambda place: PLACES[place[1]], path)
    data = form if method == "POST" else {}
    answer = client.request(method, filled, data=data, follow_redirects=False)
    if answer.status_code == 303:
        return not answer.headers["location"].startswith("/login?next=")
    if path in {"/login", "/me/password"}:
        return "was not sent from these pages" not in answer.text
    return answer.status_code not in {401, 403}


@pytest.mark.parametrize("role", ["stranger", *Role], ids=str)
def test_each_role_passes_where_the_table_says_and_nowhere_else(shut: Town, role: str) -> None:
    accounts, wrong = shut.ledger.accounts, []
    if role != "stranger":
        people.add(accounts, "jun", Role(role))
    with visitor(shut) as client:
        token = people.token(client, "/login")
        for (method, path), allowed in ROUTES.items():
            if path == "/live/events" and role in allowed:
                continue  # a stream that does not end; its gate is that of the board
            if role != "stranger" and not accounts.sessions("jun"):
                people.log_in(client, accounts, "jun")
                token = people.token(client)
            passed = lets_pass(client, method, path, FORMS | {"token": token})
            if passed != (role in allowed):
                wrong.append((method, path, "passed" if passed else "refused"))
    assert wrong == []


@pytest.mark.parametrize(
    ("scope", "decides"),
    [
        (Scope(ScopeKind.VENUE, "library"), True),
        (Scope(ScopeKind.VENUE, "canteen"), False),
        (Scope(ScopeKind.AREA, "yong-an"), True),
        (Scope(ScopeKind.AREA, "elsewhere"), False),
        (Scope(ScopeKind.DEPARTMENT, "culture"), False),
    ],
    ids=str,
)
def test_a_manager_decides_where_the_role_holds_and_reads_everywhere(
    shut: Town, scope: Scope, *, decides: bool
) -> None:
    people.add(shut.ledger.accounts, "jun", Role.MANAGER, scope)
    with visitor(shut) as client:
        people.log_in(client, shut.ledger.accounts, "jun")
        page = client.get("/proposals/library:2026-W47")
        assert page.status_code == 200
        assert ("Approve the new hours" in page.text) == decides
        form = {"token": people.token(client)}
        answer = client.post("/proposals/library:2026-W47/approve", data=form)
        assert answer.status_code == (200 if decides else 403)


def test_a_role_of_the_whole_service_is_none_in_a_part_of_it(shut: Town) -> None:
    people.add(shut.ledger.accounts, "jun", Role.DISTRICT, Scope(ScopeKind.AREA, "yong-an"))
    with visitor(shut) as client:
        people.log_in(client, shut.ledger.accounts, "jun")
        assert client.get("/audit").status_code == 403


@pytest.mark.parametrize("path", ["/", "/proposals", "/api/v1/rooms"])
def test_where_reading_is_open_strangers_read_and_change_nothing(changing: Town, path: str) -> None:
    with visitor(changing) as client:
        assert client.get(path).status_code == 200
        assert client.get("/audit").url.path == "/login"

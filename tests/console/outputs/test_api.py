"""The JSON interface does what its description says, whatever it is asked."""

from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema_rs import validator_for
from schemathesis import GenerationMode
from starlette.testclient import TestClient

from console.access.secret import digest, new_secret
from console.web.app import create_app
from domain.accounts import ApiToken
from domain.clock import SystemClock
from domain.errors import StoreUnavailable
from domain.people import EVERYTHING, Role, Scope, ScopeKind
from domain.planning import Status
from tests.console import people
from tests.console.conftest import visitor
from tests.console.town import Town


@pytest.fixture(scope="session")
def described(standing: Town) -> Any:
    app = create_app(standing.services, trusted_hosts=["testserver", "localhost"])
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_request_breaks_it_and_each_answer_is_as_described(
    described: Any, mode: GenerationMode
) -> None:
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:

        @settings(max_examples=8, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def holds(case: Any) -> None:
            case.call_and_validate()

        paged = any(p.name == "limit" for p in operation.query)
        if paged or mode is GenerationMode.POSITIVE:  # of other parameters, nothing is wrong
            holds()


def document(client: TestClient) -> Any:
    return client.get("/api/v1/openapi.json").json()


def test_examples_are_as_described(reader: TestClient) -> None:
    said = document(reader)
    shown = 0
    for path, methods in said["paths"].items():
        if "get" not in methods:
            continue
        body = methods["get"]["responses"]["200"]["content"].get("application/json", {})
        if "example" in body:
            shown += 1
            schema = {**body["schema"], "components": said["components"]}
            faults = [str(e) for e in validator_for(schema).iter_errors(body["example"])]
            assert not faults, f"{path}: {faults}"
    assert shown >= 8


def test_every_operation_says_what_it_is_for(reader: TestClient) -> None:
    for path, methods in document(reader)["paths"].items():
        assert all(operation["description"] for operation in methods.values()), path


def test_the_next_page_begins_where_this_one_ends(reader: TestClient) -> None:
    everything = [r["room"] for r in reader.get("/api/v1/rooms").json()["rooms"]]
    url, found = "/api/v1/rooms?limit=3", []
    while url:
        answer = reader.get(url)
        found += [r["room"] for r in answer.json()["rooms"]]
        url = answer.links.get("next", {}).get("url", "")
    assert found == everything
    assert len(everything) == 8


@pytest.mark.parametrize(
    "path",
    ["venues", "rooms", "proposals", "sensors", "rejections", "overflow", "under-used", "unmet"],
)
def test_every_list_is_paged_alike(reader: TestClient, path: str) -> None:
    assert reader.get(f"/api/v1/{path}?limit=1&offset=0").status_code == 200
    assert reader.get(f"/api/v1/{path}?limit=0").status_code == 400


def test_the_last_page_of_proposals_has_no_next_one(reader: TestClient) -> None:
    first = reader.get("/api/v1/proposals?limit=2")
    count = len(reader.get("/api/v1/proposals").json())
    assert first.links["next"]["url"].endswith("limit=2&offset=2")
    last = reader.get(f"/api/v1/proposals?limit=2&offset={count - 1}")
    assert len(last.json()) == 1
    assert "next" not in last.links


def test_a_problem_says_what_is_wrong_where(reader: TestClient) -> None:
    answer = reader.get("/api/v1/venues/nowhere")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "There is nothing here",
        "status": 404,
        "detail": "there is no venue “nowhere”",
        "instance": "/api/v1/venues/nowhere",
    }
    wrong = reader.get("/api/v1/rooms?limit=many").json()
    assert wrong["status"] == 400
    assert "limit" in wrong["detail"]


def test_a_store_that_is_away_is_a_problem_too(
    changing: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise StoreUnavailable("the ledger does not answer")

    with visitor(changing) as client:
        monkeypatch.setattr(changing.ledger, "estate", away)
        for path in ("/api/v1/venues", "/venues/library/schedule.osm"):
            said = client.get(path).json()
            assert (said["status"], said["detail"]) == (503, "the ledger does not answer")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_description_is_a_page_without_scripts(reader: TestClient, language: str) -> None:
    page = reader.get("/api/v1/docs", params={"lang": language})
    assert page.status_code == 200
    assert "/api/v1/venues/{venue_id}/schedule" in page.text
    assert "which is not zero" in page.text
    assert "<script" not in page.text
    assert "style=" not in page.text


def program(town: Town, role: Role, scope: Scope = EVERYTHING) -> dict[str, str]:
    """Headers of a program with a token of the manager's."""
    secret = new_secret()
    token = ApiToken(
        digest=digest(secret), person=people.MANAGER, name="test", role=role, scope=scope,
        created_at=people.MADE, expires_at=SystemClock().now() + timedelta(days=1),
    )  # fmt: skip
    town.ledger.accounts.add_token(token)
    return {"authorization": f"Bearer {secret}"}


DECISION = "/api/v1/proposals/library:2026-W47/decision"


def test_a_program_with_a_token_decides(changing: Town) -> None:
    with visitor(changing) as client:
        headers = program(changing, Role.MANAGER)
        answer = client.post(DECISION, json={"outcome": "approved"}, headers=headers)
        assert (answer.status_code, answer.json()["status"]) == (200, "approved")
        again = client.post(DECISION, json={"outcome": "approved"}, headers=headers)
        assert again.status_code in {200, 409}
        assert len(changing.ledger.schedules("library")["library"]) == 2


def test_a_rejection_needs_a_reason(changing: Town) -> None:
    with visitor(changing) as client:
        headers = program(changing, Role.MANAGER)
        assert (
            client.post(DECISION, json={"outcome": "rejected"}, headers=headers).status_code == 400
        )
        given = {"outcome": "rejected", "note": "The school asks for mornings."}
        assert client.post(DECISION, json=given, headers=headers).json()["status"] == "rejected"


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.VIEWER, EVERYTHING),
        (Role.MANAGER, Scope(ScopeKind.VENUE, "canteen")),
    ],
)
def test_a_token_that_may_not_changes_nothing(changing: Town, role: Role, scope: Scope) -> None:
    with visitor(changing) as client:
        headers = program(changing, role, scope)
        answer = client.post(DECISION, json={"outcome": "approved"}, headers=headers)
        assert (answer.status_code, answer.json()["status"]) == (403, 403)
        assert changing.ledger.proposal("library:2026-W47").status is Status.OPEN


def test_neither_strangers_nor_other_sites_decide(manager: TestClient, changing: Town) -> None:
    for client in (visitor(changing), manager):  # a cookie alone may come with anybody's request
        answer = client.post(DECISION, json={"outcome": "approved"})
        assert answer.status_code in {401, 403}
    assert changing.ledger.proposal("library:2026-W47").status is Status.OPEN

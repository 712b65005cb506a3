"""Trials on a venue's page and as JSON: what is said of them, and what managers make of them."""

from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from console.trials.kept import KeptTrial, kept_trials, put_trial
from domain.planning import AuditLine, Status
from policies.trials.candidates import Candidate
from policies.trials.choice import begun
from policies.trials.trial import State
from policies.trials.worth import Belief
from tests.console.conftest import visitor
from tests.console.people import token
from tests.console.town import NOW, Town

FIRST = date(2026, 12, 14)
ID = "library:2026-W47"


@pytest.fixture
def tried(changing: Town) -> Town:
    """A town whose library may stay open half an hour longer on weekdays, if somebody agrees."""
    candidate = Candidate(
        venue="library",
        days=(0, 1, 2, 3, 4),
        edge="closes_later",
        start=18 * 60,
        end=18 * 60 + 30,
        belief=Belief(visits=10.0, net=4.0, spread=10.0),
        hours=2.5,
        cost=1.0,
        scale=20.0,
    )
    trial = begun(candidate, 0.5, run="2026-W47", first=FIRST, seed=7)
    line = AuditLine(at=NOW, actor="planner", action="trial.proposed", subject=ID)
    put_trial(changing.ledger, None, KeptTrial(trial=trial), line)
    return changing


def test_the_page_says_in_both_languages_what_would_be_tried(tried: Town) -> None:
    with visitor(tried) as client:
        english = client.get("/venues/library").text
        chinese = client.get("/venues/library?lang=zh").text
    assert "Hours on trial" in english
    assert "18:30" in english
    assert "if somebody agrees" in english
    assert "Try it" not in english, "a visitor decides nothing"
    assert "试开放时段" in chinese
    assert "若届时已获同意" in chinese


def test_a_manager_agrees_and_may_end_it(tried: Town, manager: TestClient) -> None:
    answer = manager.post(
        f"/trials/{ID}/approve", data={"token": token(manager)}, follow_redirects=False
    )
    assert answer.headers["location"] == "/venues/library#trials"
    kept = kept_trials(tried.ledger)[ID]
    assert (kept.status, kept.actor) == (Status.APPROVED, "mei")
    manager.post(f"/trials/{ID}/end", data={"token": token(manager)})
    trial = kept_trials(tried.ledger)[ID].trial
    assert trial.state is State.WITHDRAWN
    assert trial.ended is not None
    assert trial.ended - NOW.date() >= timedelta(days=14)


def test_a_manager_declines(tried: Town, manager: TestClient) -> None:
    manager.post(f"/trials/{ID}/decline", data={"token": token(manager), "note": "no staff"})
    kept = kept_trials(tried.ledger)[ID]
    assert (kept.status, kept.note) == (Status.REJECTED, "no staff")
    assert "declined" in manager.get("/venues/library").text


def test_a_visitor_decides_nothing(tried: Town) -> None:
    with visitor(tried) as client:
        assert client.post(f"/trials/{ID}/approve").url.path == "/login"
    assert kept_trials(tried.ledger)[ID].status is Status.OPEN


def test_the_json_has_the_lots_and_how_it_was_chosen(tried: Town) -> None:
    with visitor(tried) as client:
        (said,) = client.get("/api/v1/trials?venue=library").json()
        assert client.get("/api/v1/trials?venue=sports").json() == []
        assert client.get("/api/v1/trials?venue=nowhere").status_code == 404
    assert (said["days"], said["start"], said["end"]) == ("mon-fri", "18:00", "18:30")
    assert (said["propensity"], said["seed"], said["status"]) == (0.5, 7, "open")
    assert said["text"].keys() == {"en", "zh"}

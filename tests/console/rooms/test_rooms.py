"""Under-used rooms and unmet demand: sentences, the page with its answers, the JSON."""

import re
from collections.abc import Iterator, Mapping

import pytest
from starlette.testclient import TestClient

from console.rooms.flags import STATE, Flag, FlagReason, Kept, kept
from console.rooms.unmet import STATE as UNMET
from console.rooms.unmet import CandidateOut, UnmetOut, UnmetReport
from console.words import rooms as room_words
from console.words import unmet as unmet_words
from console.words.i18n import LANGUAGES, Language
from domain.planning import Fact
from policies.underuse.flags import Feedback, Phase, Standing, Standings
from policies.underuse.reasons import FACTS, Code
from policies.unmet.losses import Cause
from tests.console.conftest import visitor
from tests.console.people import token as token_of
from tests.console.town import NOW, Town

BOTH = [pytest.param(language, id=code) for code, language in LANGUAGES.items()]
SAMPLES: Mapping[str, Fact] = {
    "days": "mon-wed",
    "from": "09:15",
    "to": "10:45",
    "room": "dance",
    "state": "stuck",
}
SHOWN = {"dance": "Dance room"}
SHARES = {"utilisation", "low", "high", "threshold", "booked", "nearby"}
FLAGS = (
    Flag(
        month="2026-11",
        department="",
        room="piano",
        venue="rooms",
        phase=Phase.UNDERUSED,
        low=0.02,
        utilisation=0.03,
        high=0.05,
        unused_hours=812.4,
        reasons=(
            FlagReason(
                code="underused",
                facts={"utilisation": 0.03, "low": 0.02, "high": 0.05, "threshold": 0.15,
                       "weeks": 12},
            ),
            FlagReason(code="merge", facts={"room": "dance"}),
        ),
    ),
    Flag(
        month="2026-09",
        department="",
        room="counter",
        venue="service",
        phase=Phase.CHECK,
        low=None,
        utilisation=None,
        high=None,
        unused_hours=90,
        reasons=(FlagReason(code="sensor_fault", facts={"state": "stuck"}),),
    ),
)  # fmt: skip


@pytest.fixture
def flagged(changing: Town) -> Town:
    """A town in which something is said of two rooms."""
    standings = Standings(
        month="2026-11", rooms=tuple(Standing(room=f.room, phase=f.phase) for f in FLAGS)
    )
    value = Kept(standings=standings.as_json(), flags=FLAGS)
    changing.ledger.set_state(STATE, value.model_dump_json())
    return changing


@pytest.fixture
def client(flagged: Town) -> Iterator[TestClient]:
    with visitor(flagged) as client:
        yield client


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_sentence_that_says_its_facts(code: Code, language: Language) -> None:
    facts: dict[str, Fact] = {
        name: SAMPLES.get(name, 0.31 + n / 100 if name in SHARES else 31.0 + n)
        for n, name in enumerate(FACTS[code])
    }
    said = room_words.reason(language, FlagReason(code=code, facts=facts), SHOWN)
    assert said.endswith((".", "。"))
    assert not re.search(r"[{}_]", said)
    for name, fact in facts.items():
        if not isinstance(fact, str):
            assert f"{100 * fact if name in SHARES else fact:.0f}" in said
        elif name in {"from", "to"}:
            assert fact in said
        elif name == "room":
            assert SHOWN["dance"] in said


@pytest.mark.parametrize("language", BOTH)
def test_every_phase_answer_and_cause_has_a_name_of_its_own(language: Language) -> None:
    assert len({room_words.phase(language, p) for p in Phase}) == len(Phase)
    assert len({room_words.answer(language, f) for f in Feedback}) == len(Feedback)
    assert len({unmet_words.cause(language, c) for c in Cause}) == len(Cause)


def test_the_page_says_how_much_why_and_what_to_do_in_both_languages(client: TestClient) -> None:
    english, chinese = (client.get("/under-used", params={"lang": c}).text for c in ("en", "zh"))
    assert "Rooms in 2026-11: 1 with news" in english
    assert "3% of its capacity is used (80% sure: 2% to 5%); it should be 15%." in english
    assert "Merge it with Dance room (Activity Rooms)." in english
    assert "812 place-hours a week unused" in english
    assert "容量利用率为 3%" in chinese
    assert "与 舞蹈室 (社区活动室) 合并。" in chinese
    assert "<form" not in english, "who only reads cannot answer"


def test_before_the_first_look_the_page_says_so(reader: TestClient) -> None:
    assert "Rooms have not been looked at yet." in reader.get("/under-used").text
    assert reader.get("/api/v1/under-used").json() == {"month": "", "rooms": []}


def test_the_json_has_codes_facts_and_words(client: TestClient) -> None:
    told = client.get("/api/v1/under-used").json()
    piano, counter = told["rooms"]
    assert (told["month"], piano["room"], piano["phase"]) == ("2026-11", "piano", "underused")
    assert piano["reasons"][1] == {
        "code": "merge",
        "facts": {"room": "dance"},
        "text": {
            "en": "Merge it with Dance room (Activity Rooms).",
            "zh": "与 舞蹈室 (社区活动室) 合并。",
        },
    }
    assert counter["utilisation"] is None


def test_the_managers_answer_is_kept_with_its_note(flagged: Town, manager: TestClient) -> None:
    page = manager.get("/under-used").text
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    assert 'formaction="/under-used/piano/fine"' in page
    sent = {"token": token[1], "note": " practised at home "}
    assert "piano" not in manager.post("/under-used/piano/fine", data=sent).text
    line = flagged.ledger.audit()[0]
    assert (line.actor, line.action, line.subject) == ("mei", "room.fine", "piano")
    assert line.detail == "practised at home"
    assert manager.post("/under-used/piano/fine", data=sent).status_code == 409


@pytest.mark.parametrize("sent", [{}, {"token": "guessed"}])
def test_nobody_else_can_answer(
    flagged: Town, manager: TestClient, client: TestClient, sent: dict[str, str]
) -> None:
    assert manager.post("/under-used/piano/fine", data=sent).status_code == 403
    assert client.post("/under-used/piano/fine", data=sent).url.path == "/login"
    assert kept(flagged.ledger)[1].flags == FLAGS


def test_an_answer_that_there_is_not_is_refused(manager: TestClient) -> None:
    assert (
        manager.post("/under-used/piano/perhaps", data={"token": token_of(manager)}).status_code
        == 400
    )


def test_unmet_demand_is_told_as_it_was_planned(changing: Town) -> None:
    candidate = CandidateOut(
        room="piano", venue="rooms", walk_minutes=4.2, places=8, needed=5, open_share=0, people=9
    )
    unmet = UnmetOut(
        venue="library",
        type="library",
        day="sat",
        start="16:00",
        end="18:30",
        cause=Cause.CLOSED,
        people=31,
        low=20,
        high=44,
        candidates=(candidate,),
    )
    report = UnmetReport(at=NOW, unmet=(unmet,))
    with visitor(changing) as client:
        assert client.get("/api/v1/unmet").json()["at"] is None
        changing.ledger.set_state(UNMET, report.model_dump_json())
        assert client.get("/api/v1/unmet").json() == report.model_dump(mode="json")
    names = room_words.room_names(LANGUAGES["en"], changing.ledger.estate())
    assert unmet_words.candidate(LANGUAGES["en"], candidate, names) == (
        "Piano room (Activity Rooms), 4 minutes away, has 8 places then and could serve about 9 of"
        " them. It would have to be opened."
    )

"""Messages say what to do, in plain sentences of either language, and decide nothing by a link."""

from dataclasses import replace
from datetime import date
from html import unescape
from re import findall, sub
from zoneinfo import ZoneInfo

import pytest

from console.messages.compose import compose
from console.words.i18n import LANGUAGES, Language
from console.words.messages import Known
from domain.messages import Kind, Notice
from domain.planning import Status
from policies.findings import FACTS, State
from tests.console.town import NOW, Town

ENGLISH, CHINESE = LANGUAGES["en"], LANGUAGES["zh"]
URL = "https://hours.example.org"
TRIAL = {
    "code": "trial_kept", "days": "fri", "from": "18:00", "to": "20:00", "weeks": 8, "pairs": 7,
    "visits": 12.0, "break_even": 6.0, "evidence": 24.0,
}  # fmt: skip
UPLIFT = {
    "code": "uplift", "share": 0.08, "low": 0.02, "high": 0.15, "p_value": 0.02, "weeks": 16,
    "groups": 12,
}  # fmt: skip
UNDERUSED = {
    "code": "underused", "utilisation": 0.08, "low": 0.06, "high": 0.1, "threshold": 0.2,
    "weeks": 8,
}  # fmt: skip


def notice(kind: Kind, **more: object) -> Notice:
    given = Notice(key=f"{kind}", kind=kind, at=NOW, venue="library")
    return replace(given, **more)  # type: ignore[arg-type]


def of_every_kind(proposal: str) -> list[Notice]:
    silent = {"state": State.SILENT, "since_us": 1_764_000_000_000_000.0, "hours": 3.5}
    hours = {"from": date(2026, 12, 7).isoformat(), "hours": '{"mon-fri": "10:00-19:00"}'}
    return [
        notice(Kind.STORE, venue=""),
        notice(Kind.BROKER, venue=""),
        notice(Kind.OUTBOX, venue="", facts={"n": 3}),
        notice(Kind.DISK, venue="", facts={"free": 1.2}),
        notice(Kind.PROPOSAL, subject=proposal),
        notice(Kind.PROPOSAL_LATE, subject=proposal, facts={"days": 3.0}),
        notice(Kind.PROPOSAL_VERY_LATE, subject=proposal, facts={"days": 7.0}),
        notice(Kind.SENSOR, subject="s-reading", facts=silent),
        notice(Kind.FULL, subject="reading", facts={"people": 59, "capacity": 60}),
        notice(Kind.HOURS, facts=hours),
        notice(Kind.TRIAL, facts=TRIAL),
        notice(Kind.EFFECT, facts=UPLIFT),
        notice(Kind.ROOM, subject="reading", facts=UNDERUSED),
    ]


@pytest.fixture
def known(standing: Town) -> Known:
    waiting = {p.id: p for p in standing.ledger.proposals(status=Status.OPEN)}
    zone = ZoneInfo("Asia/Shanghai")
    return Known(estate=standing.ledger.estate(), proposals=waiting, zone=zone)


@pytest.fixture
def proposal(known: Known) -> str:
    return next(p.id for p in known.proposals.values() if p.venue == "library")


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_every_kind_is_said_in_text_and_html_alike(
    known: Known, proposal: str, language: Language
) -> None:
    notices = of_every_kind(proposal)
    assert {n.kind for n in notices} == set(Kind)
    for one in notices:
        said = compose(language, [one], known, URL)
        shown = unescape(sub(r"<[^>]+>", " ", said.html))
        lines = [line.removeprefix("- ") for line in said.text.splitlines() if line.strip()]
        missing = [t for t in lines if not t.strip().startswith("http") and t not in shown]
        assert missing == []
        assert {*findall(r"https?://\S+", said.text)} == {*findall(r'href="([^"]+)"', said.html)}
        assert "{" not in said.text + said.subject


def test_the_subject_says_what_to_do_the_most_urgent_first(known: Known, proposal: str) -> None:
    notices = of_every_kind(proposal)
    some = [n for n in notices if n.kind in {Kind.PROPOSAL, Kind.SENSOR, Kind.BROKER}]
    said = compose(ENGLISH, some[::-1], known, URL).subject
    assert said == (
        "Act now, the message broker is away; proposals to decide on: 1; sensors to check: 1"
    )
    assert compose(CHINESE, some[1:2], known, URL).subject == "待您决定的建议：1 项"
    assert compose(ENGLISH, notices, known, URL).subject.endswith(", and 10 more")


def test_a_proposal_is_one_line_with_a_link_that_opens_it(known: Known, proposal: str) -> None:
    said = compose(ENGLISH, [notice(Kind.PROPOSAL, subject=proposal)], known, URL)
    assert "- Yong’an Library: " in said.text
    assert f"\n  {URL}/proposals/{proposal}\n" in said.text
    assert "nothing is decided by a link" in said.text
    assert "approve" not in said.html


def test_a_sensor_is_named_with_its_venue_and_what_to_do(known: Known) -> None:
    silent = next(n for n in of_every_kind("") if n.kind is Kind.SENSOR)
    said = compose(ENGLISH, [silent], known, URL).text
    assert "Yong’an Library, sensor s-reading: No message since" in said
    assert "check power and network" in said
    over = compose(CHINESE, [replace(silent, ends=silent.key)], known, URL)
    assert "永安图书馆，传感器 s-reading：" in over.text
    assert over.subject == "供您了解，问题已解除：1 项"


@pytest.mark.parametrize("state", [s for s in State if s is not State.FINE])
def test_every_finding_of_a_sensor_can_be_told(known: Known, state: State) -> None:
    facts = {"state": state, **dict.fromkeys(FACTS[state], 1.0)}
    for language in (ENGLISH, CHINESE):
        said = compose(language, [notice(Kind.SENSOR, subject="s", facts=facts)], known, URL)
        assert "{" not in said.text


def test_what_a_name_holds_cannot_change_the_page(known: Known) -> None:
    mean = notice(Kind.FULL, subject="<b>&", facts={"people": 9, "capacity": 10})
    said = compose(ENGLISH, [mean], known, URL)
    assert "<b>&" in said.text
    assert "&lt;b&gt;&amp;" in said.html


def test_one_result_that_is_told_for_many_venues_is_said_once(known: Known) -> None:
    some = [notice(Kind.EFFECT, venue=v, facts=UPLIFT) for v in ("library", "sports", "night")]
    assert compose(ENGLISH, some, known, URL).text.count("Visits of whole linked groups") == 1

"""The inbox: many decisions at once, hours changed before approval, and second thoughts."""

import html
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from console.proposals.effects import MeasuredEffect
from console.words.effects import told
from console.words.i18n import LANGUAGES
from domain.bookings import Booking
from domain.hours import WeeklyHours
from domain.people import Role, Scope
from domain.planning import Origin, Status
from domain.schedules import in_force
from tests.console import people
from tests.console.conftest import visitor
from tests.console.people import token
from tests.console.proposals.test_decisions import OPEN
from tests.console.town import NOW, Town

EDITED = ["10:00-18:00"] * 5 + ["10:00-16:00"] * 2


@pytest.fixture
def form(manager: TestClient) -> dict[str, str]:
    return {"token": token(manager)}


def test_all_that_is_chosen_is_approved_and_the_rest_is_named(
    manager: TestClient, changing: Town, form: dict[str, str]
) -> None:
    chosen = {"act": "approve", "ids": ["canteen:2026-W46", OPEN]}
    answer = manager.post("/proposals/decide", data=form | chosen)
    assert changing.ledger.proposal(OPEN).status is Status.APPROVED
    assert "approved; the new hours hold from " in answer.text
    assert "nothing was changed, for it no longer waits" in answer.text


def test_one_tap_approves_one_whatever_is_chosen(
    manager: TestClient, changing: Town, form: dict[str, str]
) -> None:
    manager.post("/proposals/decide", data=form | {"act": f"approve:{OPEN}"})
    assert changing.ledger.decisions([OPEN])[OPEN].outcome is Status.APPROVED


def test_a_rejection_needs_a_reason(
    manager: TestClient, changing: Town, form: dict[str, str]
) -> None:
    bulk = form | {"act": "reject", "note": "  ", "ids": OPEN}
    assert manager.post("/proposals/decide", data=bulk).status_code == 400
    assert manager.post(f"/proposals/{OPEN}/reject", data=form).status_code == 400
    assert changing.ledger.proposal(OPEN).status is Status.OPEN
    manager.post("/proposals/decide", data=bulk | {"note": "exams in June"})
    assert changing.ledger.decisions([OPEN])[OPEN].note == "exams in June"


def test_what_is_undone_at_once_has_never_been(
    manager: TestClient, changing: Town, form: dict[str, str]
) -> None:
    before = hours_by_day(changing)
    manager.post("/proposals/decide", data=form | {"act": "approve", "ids": OPEN})
    assert hours_by_day(changing) != before
    answer = manager.post("/proposals/undo", data=form | {"ids": OPEN})
    assert "1 approval was taken back." in answer.text
    assert hours_by_day(changing) == before
    assert "It was taken back." in manager.get(f"/proposals/{OPEN}").text


def test_what_others_have_built_upon_is_not_undone(
    manager: TestClient, changing: Town, form: dict[str, str]
) -> None:
    manager.post("/proposals/undo", data=form | {"ids": "canteen:2026-W46"})
    versions = changing.ledger.schedules("canteen")["canteen"]
    assert versions[-1].origin is Origin.ROLLBACK
    again = manager.post("/proposals/undo", data=form | {"ids": "canteen:2026-W46"})
    assert changing.ledger.schedules("canteen")["canteen"] == versions
    assert "nothing was changed" in again.text


def test_hours_are_changed_before_they_are_approved(
    manager: TestClient, changing: Town, form: dict[str, str]
) -> None:
    answer = manager.post(f"/proposals/{OPEN}/edit", data=form | {"days": EDITED, "note": "bus"})
    assert "The hours were changed before they were approved." in answer.text
    expected = WeeklyHours.parse({"mon-fri": "10:00-18:00", "sat-sun": "10:00-16:00"})
    assert changing.ledger.schedules("library")["library"][-1].hours == expected
    assert changing.ledger.decisions([OPEN])[OPEN].note == "bus"


@pytest.mark.parametrize(
    ("monday", "said"),
    [
        ("ten to six", "is not a block of hours"),
        ("10:05-18:00", "does not begin and end on a quarter-hour"),
        ("10:00-11:00", "Monday: these hours do not keep the limit “shortest block”."),
        ("04:00-18:00", "Monday: these hours do not keep the limit “earliest opening”."),
    ],
)
def test_hours_that_cannot_be_are_named_and_nothing_is_lost(
    manager: TestClient, changing: Town, form: dict[str, str], monday: str, said: str
) -> None:
    answer = manager.post(
        f"/proposals/{OPEN}/edit", data=form | {"days": [monday, *EDITED[1:]], "note": "bus"}
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{monday}"' in answer.text
    assert ">bus</textarea>" in answer.text
    assert changing.ledger.proposal(OPEN).status is Status.OPEN


@pytest.mark.parametrize(
    ("start", "times"), [((2026, 12, 15, 1), 1), ((2026, 12, 15, 2), 0)], ids=str
)
def test_a_booking_outside_the_new_hours_is_named(
    manager: TestClient, changing: Town, start: tuple[int, int, int, int], times: int
) -> None:
    begins = datetime(*start, tzinfo=UTC)
    booking = Booking("library", begins, begins + timedelta(hours=1), title="Story time")
    changing.ledger.put_bookings([booking], actor="import", at=NOW)
    said = "1 booking lies outside the new hours."
    assert manager.get("/proposals").text.count(said) == times
    assert manager.get(f"/proposals/{OPEN}").text.count("Story time") == times


def test_who_may_not_decide_sees_no_button(changing: Town) -> None:
    with visitor(changing) as stranger:
        page = stranger.get("/proposals").text
    assert 'name="act"' not in page
    assert "Those who manage this venue decide." in page


def hours_by_day(town: Town) -> list[WeeklyHours]:
    versions = town.ledger.schedules("library")["library"]
    first = NOW.date()
    return [in_force(versions, first + timedelta(days=n)).hours for n in range(60)]


def test_who_manages_another_venue_decides_nothing_here(changing: Town) -> None:
    name = people.add(changing.ledger.accounts, "lin", Role.MANAGER, Scope.parse("venue:canteen"))
    with visitor(changing) as client:
        people.log_in(client, changing.ledger.accounts, name)
        page = client.get("/proposals").text
        form = {"token": token(client), "note": "no"}
        answer = client.post("/proposals/decide", data=form | {"act": "approve", "ids": OPEN})
        assert client.post(f"/proposals/{OPEN}/reject", data=form).status_code == 403
    assert f'value="approve:{OPEN}"' not in page
    assert "nothing was changed" in answer.text
    assert changing.ledger.proposal(OPEN).status is Status.OPEN


def test_what_came_of_a_decision_stands_beside_it(manager: TestClient, changing: Town) -> None:
    effect = MeasuredEffect(
        proposal="canteen:2026-W46",
        venue="canteen",
        version=2,
        effective_from=NOW.date() - timedelta(weeks=5),
        measured_at=NOW,
        weeks_before=8,
        weeks_after=4,
        after_weeks=4,
        controls=3,
        before=200,
        after=230,
        share=0.12,
        low=0.05,
        high=0.19,
        expected=20,
    )
    changing.ledger.set_state(f"effect:{effect.proposal}", effect.model_dump_json())
    said = told(LANGUAGES["en"], effect)
    for page in (f"/proposals/{effect.proposal}", "/venues/canteen"):
        assert said in html.unescape(manager.get(page).text)


def test_a_proposal_is_handed_to_somebody_who_may_decide_on_it(
    manager: TestClient, changing: Town, form: dict[str, str]
) -> None:
    add = people.add
    add(changing.ledger.accounts, "lin", Role.MANAGER, Scope.parse("venue:library"))
    add(changing.ledger.accounts, "bo", Role.MANAGER, Scope.parse("venue:canteen"))
    page = manager.get(f"/proposals/{OPEN}").text
    assert '<option value="lin">' in page
    assert '<option value="bo">' not in page
    handed = manager.post(f"/proposals/{OPEN}/delegate", data=form | {"to": "lin"})
    assert "mei asked lin to decide" in handed.text
    assert "with lin" in manager.get("/proposals").text
    assert manager.post(f"/proposals/{OPEN}/delegate", data=form | {"to": "bo"}).status_code == 409
    line = changing.ledger.audit()[0]
    assert (line.actor, line.action, line.detail) == ("mei", "proposal.delegated", "lin")

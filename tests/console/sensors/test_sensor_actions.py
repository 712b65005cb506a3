"""What is done on the sensors page: rooms given, sensors turned, messages read again, counts."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from console.sensors import rereading
from console.sensors.report import FindingOut
from domain.people import Role, Scope, ScopeKind
from domain.readings import CountKind, Rejection
from ingest.sources import Sources
from openhours.receiving import replaying
from policies.findings import State
from tests.console import people
from tests.console.conftest import visitor
from tests.console.sensors.test_sensors import hear
from tests.console.town import NOW, Town, us

BROKEN = Rejection("openhours/in/x", b"{", "not JSON", "at byte 1", "send JSON", us(NOW))
NEW = {"sensor": "s-new", "room": "piano", "kind": "total", "interval_s": "60", "sign": "-1"}


@pytest.fixture
def operator(changing: Town) -> Iterator[TestClient]:
    """Who looks after the sensors."""
    people.add(changing.ledger.accounts, "ole", Role.OPERATIONS)
    with visitor(changing) as client:
        people.log_in(client, changing.ledger.accounts, "ole")
        yield client


def send(client: TestClient, act: str, **form: str) -> Response:
    return client.post(f"/sensors/{act}", data={"token": people.token(client), **form})


def test_a_sensor_that_waits_is_given_its_room(changing: Town, operator: TestClient) -> None:
    hear(changing, "s-new")
    assert "Give it a room…" in operator.get("/sensors").text
    answer = send(operator, "register", **NEW)
    assert "The sensor has its room" in answer.text
    assert "Give it a room…" not in answer.text
    sensor = changing.ledger.estate().sensor("s-new")
    assert (sensor.room, sensor.kind, sensor.interval_s) == ("piano", CountKind.TOTAL, 60)
    assert (sensor.sign, sensor.beyond) == (-1, None)
    line = changing.ledger.audit()[0]
    assert (line.action, line.subject, line.actor) == ("sensor.registered", "s-new", "ole")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"room": "pianno"}, "did you mean “piano”?"),
        ({"sensor": "no spaces please"}, "is not an id"),
        ({"interval_s": "0"}, "below 1"),
        ({"beyond": "atlantis"}, "atlantis"),
    ],
)
def test_a_room_that_cannot_be_given_is_refused_on_the_page(
    changing: Town, operator: TestClient, wrong: dict[str, str], said: str
) -> None:
    before = changing.ledger.estate()
    answer = send(operator, "register", **NEW | wrong)
    assert answer.status_code == 400
    assert said in answer.text
    assert changing.ledger.estate() == before


def test_a_sensor_is_not_given_two_rooms(changing: Town, operator: TestClient) -> None:
    answer = send(operator, "register", **NEW | {"sensor": "s-lamp"})
    assert answer.status_code == 409
    assert changing.ledger.estate().sensor("s-lamp").room == "lamp"


def test_a_sensor_is_turned_round_once_however_often_the_button_is_pressed(
    changing: Town, operator: TestClient
) -> None:
    lines = len(changing.ledger.audit())
    for _ in range(2):
        assert send(operator, "turn", sensor="s-lamp", sign="-1").status_code == 200
    assert changing.ledger.estate().sensor("s-lamp").sign == -1
    (line, *_), more = changing.ledger.audit(), len(changing.ledger.audit()) - lines
    assert (line.action, line.subject, line.actor, more) == ("sensor.turned", "s-lamp", "ole", 1)


def test_a_report_that_knows_nothing_of_the_turn_yet_does_not_turn_it_back(
    changing: Town,
) -> None:
    said = FindingOut(state=State.SWAPPED, facts={"against": 10.0, "days": 10.0, "chance": 0.001})
    known = changing.services.sensors()
    swapped = [
        s.model_copy(update={"state": State.SWAPPED, "findings": (said,)})
        for s in known.sensors
        if s.sensor == "s-lamp"
    ]
    report = known.model_copy(update={"sensors": tuple(swapped)})
    town = replace(changing, services=replace(changing.services, sensors=lambda: report))
    people.add(town.ledger.accounts, "ole", Role.OPERATIONS)
    with visitor(town) as client:
        people.log_in(client, town.ledger.accounts, "ole")
        for _ in range(2):
            form = client.get("/sensors").text.partition('action="/sensors/turn"')[2]
            found = re.search(r'name="sign" value="(-?1)"', form)
            assert found
            send(client, "turn", sensor="s-lamp", sign=found[1])
    assert town.ledger.estate().sensor("s-lamp").sign == -1


def test_rejected_messages_of_a_group_are_read_again(changing: Town, operator: TestClient) -> None:
    changing.ledger.keep_rejections([BROKEN, BROKEN])
    answer = send(operator, "read-again", reason="not JSON")
    assert "Messages are being read again." in answer.text
    line = changing.ledger.audit()[0]
    assert (line.action, line.subject, line.actor) == ("rejections.read_again", "not JSON", "ole")
    replaying.fulfil(changing.ledger, changing.timeseries, Sources())
    assert not rereading.waits(changing.ledger)
    page = operator.get("/sensors?lang=en").text
    assert "Read again at 25 Nov 2026, 06:40: 0 messages could be read" in page
    assert "2 still cannot." in page


def test_a_count_at_a_door_is_of_the_venues_own_time(changing: Town, operator: TestClient) -> None:
    times = {"start": "2026-11-25T10:00", "end": "2026-11-25T10:30"}
    answer = send(operator, "count-door", sensor="s-lamp", entered="31", left="4", **times)
    assert "The count is kept" in answer.text
    [count] = changing.ledger.hand_counts()
    assert count.start == datetime(2026, 11, 25, 2, tzinfo=UTC)
    assert count.end - count.start == timedelta(minutes=30)
    assert (count.entered, count.left, count.actor) == (31, 4, "ole")
    assert changing.ledger.audit()[0].action == "count.door"


def test_heads_are_counted_in_a_room(changing: Town, operator: TestClient) -> None:
    send(
        operator, "count-heads", room="lamp", at="2026-11-25T14:00", present="12", note="two asleep"
    )
    [count] = changing.ledger.head_counts()
    assert (count.room, count.present, count.note) == ("lamp", 12, "two asleep")
    assert count.at == datetime(2026, 11, 25, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "said"),
    [("2026-11-26T10:00", "of the future"), ("yesterday", "no date with a time")],
)
def test_a_count_that_cannot_be_is_refused_on_the_page(
    changing: Town, operator: TestClient, at: str, said: str
) -> None:
    answer = send(operator, "count-heads", room="lamp", at=at, present="12")
    assert answer.status_code == 400
    assert said in answer.text
    assert changing.ledger.head_counts() == []


def test_a_manager_counts_in_their_venues_only(changing: Town) -> None:
    people.add(changing.ledger.accounts, "jun", Role.MANAGER, Scope(ScopeKind.VENUE, "night"))
    form = {"at": "2026-11-25T14:00", "present": "3"}
    with visitor(changing) as client:
        people.log_in(client, changing.ledger.accounts, "jun")
        assert send(client, "count-heads", room="lamp", **form).status_code == 200
        assert send(client, "count-heads", room="dining", **form).status_code == 403
        assert send(client, "turn", sensor="s-lamp", sign="-1").status_code == 403
    assert [c.room for c in changing.ledger.head_counts()] == ["lamp"]


def test_who_only_reads_is_offered_nothing(changing: Town) -> None:
    hear(changing, "s-new")
    changing.ledger.keep_rejections([BROKEN])
    with visitor(changing) as client:
        assert 'method="post"' not in client.get("/sensors").text

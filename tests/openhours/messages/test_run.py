"""What happens becomes notices, and notices messages: each once, to those who answer for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.live.board import Board, RoomNow, VenueNow
from console.messages.envelope import Envelope
from console.sensors.report import FindingOut, SensorOut, SensorReport
from domain import decisions
from domain.clock import ManualClock
from domain.errors import ChannelUnavailable, StoreUnavailable
from domain.messages import Address, Delivery, Kind, Notice, Preferences
from domain.people import Grant, Person, Role, Scope, ScopeKind
from domain.schedules import entered
from ingest.state import IngestState
from openhours.messages.causes import Limits
from openhours.messages.news import Escalation
from openhours.messages.run import MessagesRun, Reported
from policies.findings import State
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.contract.samples import estate, proposal

EIGHT = datetime(2026, 11, 24, 0, tzinfo=UTC)
"""In Shanghai."""
FINE_SENSORS = SensorReport(at=EIGHT, sensors=(), waiting=())
FINE = IngestState(connected=True, subscribed=True)


@dataclass
class Post:
    """A channel that keeps what it takes."""

    needs_address: bool = True
    taken: list[Envelope] = field(default_factory=list)
    is_away: bool = False

    def send(self, envelope: Envelope) -> None:
        if self.is_away:
            raise ChannelUnavailable("away")
        self.taken.append(envelope)


@dataclass
class House:
    """A running service, as far as messages go."""

    ledger: SqlLedger
    clock: ManualClock
    post: Post
    ingest: IngestState
    sensors: SensorReport
    inside: float | None
    make: Callable[["House"], MessagesRun]
    run: MessagesRun

    def after(self, minutes: float, step: float = 1) -> list[Envelope]:
        """What is taken while time passes, with a look each step."""
        before, end = len(self.post.taken), self.clock.now() + timedelta(minutes=minutes)
        while self.clock.now() < end:
            self.clock.move_to(min(self.clock.now() + timedelta(minutes=step), end))
            self.run.look_and_tell()
            self.run.send()
        return self.post.taken[before:]

    def restart(self) -> None:
        """All that a process remembers is gone."""
        self.run = self.make(self)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    ledger = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    timeseries = DuckDBStore(tmp_path / "readings.duckdb")
    start = EIGHT - timedelta(minutes=10)
    places = estate()
    versions = [entered(v, (), start - timedelta(days=60), "import") for v in places.venues]
    ledger.put_estate(places, versions, [], actor="import", at=start)
    for name, role, scope in (
        ("ann", Role.MANAGER, Scope(ScopeKind.VENUE, "annex")),
        ("bo", Role.MANAGER, Scope(ScopeKind.VENUE, "reading-room")),
        ("dai", Role.DISTRICT, Scope(ScopeKind.AREA, "city")),
        ("eve", Role.ADMINISTRATOR, Scope()),
    ):
        person = Person(id=name, name=name, email=f"{name}@example.org", created_at=start)
        grant = Grant(person=name, role=role, scope=scope)
        ledger.accounts.add_person(person, [grant], actor="test")
    clock, post = ManualClock(start), Post()

    def make(made: House) -> MessagesRun:
        return MessagesRun(
            ledger=ledger,
            timeseries=timeseries,
            clock=clock,
            channels={"mail": post},
            reported=Reported(
                ingest=lambda: made.ingest,
                sensors=lambda: made.sensors,
                board=lambda now: _board(made, now),
            ),
            limits=Limits(tmp_path, 0),
            escalation=Escalation(late=timedelta(days=3), very_late=timedelta(days=7)),
            language="en",
            url="https://hours.example.org",
        )

    made = House(ledger, clock, post, FINE, FINE_SENSORS, None, make, None)  # type: ignore[arg-type]
    made.restart()
    yield made
    ledger.close()
    timeseries.close()


def _board(house: House, now: datetime) -> Board:
    """What the live board shows; it needs the store."""
    if house.ingest.store_problem:
        raise StoreUnavailable("away")
    estate = house.ledger.estate()
    room = RoomNow(room=estate.room("hall"), occupancy=house.inside)
    annex = VenueNow(venue=estate.venue("annex"), is_open=True, changes_at=None, rooms=(room,))
    return Board(at=now, venues=(annex,), waiting=0)


def open_proposals(house: House) -> None:
    """One for each venue, made an hour ago."""
    made = house.clock.now() - timedelta(hours=1)
    for venue in house.ledger.estate().venues:
        hours = venue.hours
        new = replace(proposal(venue.id, "2026-W48", created_at=made), current=hours, reasons=())
        house.ledger.add_proposals([new])


def told(envelopes: list[Envelope]) -> list[tuple[str, str]]:
    return sorted((e.person, e.subject) for e in envelopes)


def test_proposals_come_in_the_morning_to_those_who_decide(house: House) -> None:
    open_proposals(house)
    assert house.after(9) == []
    sent = house.after(2)
    assert told(sent) == [
        ("ann", "Proposals to decide on: 1"),
        ("bo", "Proposals to decide on: 1"),
    ]
    ann = next(e for e in sent if e.person == "ann")
    assert (ann.to, ann.key) == ("ann@example.org", "ann:digest:2026-11-24")
    assert "https://hours.example.org/proposals/annex:2026-W48" in ann.text
    assert house.after(30 * 60, step=180) == []


def test_a_restart_at_any_point_tells_nobody_twice(house: House) -> None:
    open_proposals(house)
    for _ in range(20):
        house.after(1)
        house.restart()
    assert len(told(house.post.taken)) == 2


def test_what_was_decided_meanwhile_is_not_asked_for(house: House) -> None:
    open_proposals(house)
    house.after(5)
    decisions.reject(house.ledger, "annex:2026-W48", actor="eve", at=house.clock.now())
    assert [person for person, _ in told(house.after(10))] == ["bo"]


def test_a_proposal_that_waits_too_long_goes_up_step_by_step(house: House) -> None:
    open_proposals(house)
    first = house.after(2.5 * 1440, step=180)
    assert {person for person, _ in told(first)} == {"ann", "bo"}
    assert told(house.after(1440, step=180)) == [("dai", "Proposals that wait too long: 2")]
    assert house.after(3 * 1440, step=180) == []
    assert told(house.after(1440, step=180)) == [("eve", "Proposals that nobody decides on: 2")]


def test_new_hours_are_told_to_others_than_who_approved_them(house: House) -> None:
    open_proposals(house)
    house.after(15)
    decisions.approve(house.ledger, "annex:2026-W48", actor="eve", at=house.clock.now())
    decisions.approve(house.ledger, "reading-room:2026-W48", actor="bo", at=house.clock.now())
    (sent,) = house.after(1440, step=90)
    assert (sent.person, sent.subject) == ("ann", "New hours to put up: 1")
    assert (
        "Annex, from Mon 14 Dec 2026: Monday to Saturday 10:00–19:00; Sunday closed." in sent.text
    )


def test_a_broker_that_is_away_is_told_at_once_even_at_night_and_when_it_is_back(
    house: House,
) -> None:
    house.after(17 * 60, step=170)  # 01:00
    house.ingest = IngestState(broker_problem="refused")
    assert house.after(5) == []
    (sent,) = house.after(2)
    assert (sent.person, sent.subject) == ("eve", "Act now, the message broker is away")
    house.restart()
    assert house.after(60) == []
    house.ingest = FINE
    (over,) = house.after(15)
    assert over.subject == "Good to know, trouble is over: 1"


def test_while_the_store_is_away_that_is_all_that_is_told(house: House) -> None:
    house.after(15)
    house.ingest = replace(FINE, store_problem="away")
    (sent,) = house.after(10)
    assert sent.subject == "Act now, the store is away"


def test_a_full_room_is_told_once_however_people_come_and_go(house: House) -> None:
    wants = Preferences(person="ann", delivery=Delivery.AT_ONCE)
    house.ledger.messages.put_preferences(wants, actor="ann", at=EIGHT)
    house.after(10)
    sent: list[Envelope] = []
    for inside in (78.0, 70.0, 79.0, 66.0, 80.0):  # of 80: above four fifths it stays full
        house.inside = inside
        sent += house.after(20)
    assert told(sent) == [("ann", "Full rooms to see to: 1")]
    assert "Hall (Annex): full at 24 Nov 2026, 08:" in sent[0].text
    house.inside = 20.0
    assert told(house.after(70)) == [("ann", "Good to know, trouble is over: 1")]


def test_a_silent_sensor_is_told_in_the_morning_and_once(house: House) -> None:
    facts = {"since_us": EIGHT.timestamp() * 1e6, "hours": 3.0}
    silent = SensorOut(
        sensor="door-1",
        room="hall",
        venue="annex",
        sign=1,
        state=State.SILENT,
        findings=(FindingOut(state=State.SILENT, facts=facts),),
        last_heard=EIGHT,
    )
    house.sensors = SensorReport(at=EIGHT, sensors=(silent,), waiting=())
    (sent,) = house.after(2 * 1440, step=60)
    assert (sent.person, sent.subject) == ("ann", "Sensors to check: 1")  # nobody is operations
    house.sensors = FINE_SENSORS
    (over,) = house.after(2 * 1440, step=60)
    assert over.subject == "Good to know, trouble is over: 1"


def test_messages_that_cannot_be_sent_are_trouble_of_their_own(house: House) -> None:
    other = Post()
    house.run.channels["other"] = other  # type: ignore[index]
    for person, channel in (("eve", "other"), ("ann", "mail")):
        wants = Preferences(person=person, addresses=(Address(channel, person),))
        house.ledger.messages.put_preferences(wants, actor=person, at=EIGHT)
    open_proposals(house)
    house.post.is_away = True
    house.after(40)
    assert [e.subject for e in other.taken] == ["Act now, messages cannot be sent"]
    house.post.is_away = False
    assert [person for person, _ in told(house.after(30))] == ["ann", "bo"]
    assert other.taken[-1].subject == "Good to know, trouble is over: 1"


def test_each_address_of_a_person_gets_the_same_message_with_the_same_key(house: House) -> None:
    two = (Address("mail", "ann@example.org"), Address("mail", "ann@example.com"))
    wants = Preferences(person="ann", addresses=two, delivery=Delivery.AT_ONCE)
    house.ledger.messages.put_preferences(wants, actor="ann", at=EIGHT)
    open_proposals(house)
    sent = house.after(1)
    assert [e.to for e in sent] == ["ann@example.org", "ann@example.com"]
    assert len({e.key for e in sent}) == 1


def test_without_channels_nothing_is_noted(house: House) -> None:
    house.run = replace(house.run, channels={})
    open_proposals(house)
    house.after(15)
    assert house.ledger.messages.notices(EIGHT - timedelta(days=9)) == []


def test_a_manager_of_fifty_rooms_gets_one_message_a_day(house: House) -> None:
    open_proposals(house)
    facts = {"people": 80, "capacity": 80}
    full = Notice(key="", kind=Kind.FULL, at=EIGHT, venue="annex", subject="hall", facts=facts)
    notices = [replace(full, key=f"{k}", at=EIGHT + timedelta(hours=k)) for k in range(72)]
    for k in range(3):
        house.ledger.messages.note(notices[k * 24 : (k + 1) * 24])
        sent = [e for e in house.after(1440, step=90) if e.person == "ann"]
        assert len(sent) == 1
        assert not sent[0].is_urgent

"""Reports on areas from real stores, by hand arithmetic on two linked halls; and their sending."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from console.messages.envelope import Envelope
from console.proposals.effects import KEY, MeasuredEffect
from console.reports import subscriptions
from console.reports.subscriptions import Subscription
from domain.clock import ManualClock
from domain.decisions import approve
from domain.errors import NotFound
from domain.estate import Estate
from domain.estate_rules import check
from domain.messages import Delivery, Preferences
from domain.people import Grant, Person, Role
from domain.periods import Period
from domain.planning import Effect, Interval, Lane, Proposal, Verdict
from domain.readings import CountKind, CountReading
from openhours.entering.estates import import_estate
from openhours.measuring.reports import Reporter, report
from openhours.measuring.reports_run import ReportsRun
from openhours.planning.run import RULE
from openhours.receiving.binning import Binning
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore

MONDAY = date(2026, 3, 2)
WEEK = Period.parse("2026-W10")
BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
NEXT_MONDAY = datetime(2026, 3, 9, 6, tzinfo=UTC)
GRACE = timedelta(minutes=30)


def estate_of() -> Estate:
    """Two halls ten minutes apart in a street, a kiosk without room, a lone hall far from it."""
    base = {"type": "sports_hall", "area": "lane", "zone": "UTC"}
    hours = {"east": "09:00-17:00", "west": "12:00-20:00", "kiosk": "08:00-10:00"}
    venues = [
        {"id": v, "name": v.title(), **base, "hours": {"mon-fri": h}} for v, h in hours.items()
    ]
    lone = {
        "id": "lone",
        "name": "Lone",
        **base,
        "area": "road",
        "hours": {"mon-fri": "09:00-17:00"},
    }
    rooms = ("east", "west", "lone")
    return check(
        {
            "areas": [
                {"id": "lane", "name": "Lane", "kind": "street", "part_of": "town"},
                {"id": "road", "name": "Road", "kind": "street", "part_of": "town"},
                {"id": "town", "name": "Town", "kind": "city"},
            ],
            "venues": [*venues, lone],
            "rooms": [{"id": f"{v}-room", "venue": v, "name": "R", "capacity": 10} for v in rooms],
            "sensors": [
                {"id": f"{v}-door", "room": f"{v}-room", "kind": "period", "interval_s": 3600}
                for v in rooms
            ],
            "link_groups": [
                {
                    "id": "pair",
                    "hub": "east",
                    "satellites": [{"venue": "west", "walk_minutes": 10}],
                },
                {
                    "id": "far",
                    "hub": "lone",
                    "satellites": [{"venue": "kiosk", "walk_minutes": 20}],
                },
            ],
        }
    )


def readings(last: datetime) -> Iterator[CountReading]:
    """Six people an hour come to each hall and leave within the hour; lone falls silent."""
    hours = {"east": range(9, 17), "west": range(12, 20), "lone": range(9, 17)}
    for place, its in hours.items():
        for day in range(8):
            for hour in range(24):
                at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=day, hours=hour + 1)
                if at > last or (place == "lone" and day > 1):
                    continue
                came = 6 if hour in its and day % 7 < 5 else 0
                us = int(at.timestamp()) * 1_000_000
                yield CountReading(
                    f"{place}-door", CountKind.PERIOD, us, came, came, None, period_s=3600
                )


def add_decided(ledger: SqlLedger, run: str, created: datetime, at: datetime, actor: str) -> None:
    venue = ledger.estate().venue("east")
    proposal = Proposal(
        id=f"east:{run}",
        venue="east",
        run=run,
        created_at=created,
        verdict=Verdict.CHANGE,
        current=venue.hours,
        proposed=venue.hours,
        effective_from=date(2026, 4, 6),
        reasons=(),
        evidence={},
        effect=Effect(visits=Interval(0, 0, 0), visits_now=0, staff_hours=0, staff_hours_now=40),
        policy="test",
        inputs="",
    )
    ledger.add_proposals([proposal])
    approve(ledger, proposal.id, actor=actor, at=at)


Stores = tuple[SqlLedger, DuckDBStore]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """The street after the week, in which one proposal was decided on by people."""
    folder = tmp_path_factory.mktemp("lane")
    with (
        closing(SqlLedger.open(f"sqlite:///{folder / 'ledger.sqlite'}")) as ledger,
        closing(DuckDBStore(None)) as timeseries,
    ):
        import_estate(ledger, estate_of(), actor="test", clock=ManualClock(BEGAN))
        timeseries.add(list(readings(NEXT_MONDAY)))
        Binning(ledger, timeseries).update(NEXT_MONDAY)
        first = datetime(2026, 3, 1, tzinfo=UTC)
        add_decided(
            ledger, "2026-W07", first - timedelta(days=14), first - timedelta(days=4), "mei"
        )
        add_decided(ledger, "2026-W08", first, first + timedelta(days=1), RULE)
        add_decided(ledger, "2026-W09", first, first + timedelta(days=3), "mei")
        yield ledger, timeseries


def test_a_street_s_week_adds_up(stores: Stores) -> None:
    found = report(*stores, "lane", WEEK, NEXT_MONDAY)
    assert found.is_whole
    assert [venue.id for venue, _ in found.rows] == ["east", "west"]
    assert [venue.id for venue in found.without_rooms] == ["kiosk"]
    for _, row in found.rows:
        assert row.line.visits == pytest.approx(5 * 8 * 6)
        assert row.line.staffed_hours == pytest.approx(40)
        assert row.line.capacity_hours == pytest.approx(400)
        assert row.line.refused == 0
        assert row.line.seen == 1
    total = found.total.line
    assert total.visits == pytest.approx(480)
    assert total.staffed_hours == pytest.approx(80)


def test_a_venue_is_covered_while_it_or_a_neighbour_is_open(stores: Stores) -> None:
    """From 9 to 20 one of two halls ten minutes apart is open; from 8 to 9 only the kiosk is, which
    is too far from the lone hall, open 9 to 17.
    """
    found = report(*stores, "lane", WEEK, NEXT_MONDAY)
    assert [row.covered for _, row in found.rows] == [1, 1]
    lone = report(*stores, "road", WEEK, NEXT_MONDAY)
    assert lone.total.covered == pytest.approx(8 / 9)
    town = report(*stores, "town", WEEK, NEXT_MONDAY)
    assert town.total.covered == pytest.approx((1 + 1 + 8 / 9) / 3)


def test_days_to_decide_are_those_of_people_in_the_period(stores: Stores) -> None:
    found = report(*stores, "lane", WEEK, NEXT_MONDAY)
    assert (found.total.decision_days, found.total.decisions) == (3, 1)
    earlier = report(*stores, "lane", Period.parse("2026-02"), NEXT_MONDAY)
    assert (earlier.total.decision_days, earlier.total.decisions) == (10, 1)


def test_what_was_silent_is_unknown_and_said_to_be(stores: Stores) -> None:
    ((_, lone),) = report(*stores, "road", WEEK, NEXT_MONDAY).rows
    assert lone.line.visits == pytest.approx(2 * 8 * 6)
    assert lone.line.seen == pytest.approx(2 / 5)
    assert lone.line.staffed_hours == pytest.approx(40)


def test_a_city_has_the_venues_of_the_streets_in_it(stores: Stores) -> None:
    found = report(*stores, "town", Period.parse("2026-Q1"), NEXT_MONDAY)
    assert {venue.id for venue, _ in found.rows} == {"east", "west", "lone"}
    assert found.total.line.visits == pytest.approx(480 + 96)
    assert (found.is_whole, found.until) == (False, date(2026, 3, 9))


def test_a_running_week_has_the_days_that_have_ended_and_none_makes_no_report(
    stores: Stores,
) -> None:
    thursday = datetime(2026, 3, 5, 10, 7, tzinfo=UTC)
    found = report(*stores, "lane", WEEK, thursday)
    assert found.until == date(2026, 3, 5)
    assert found.total.line.visits == pytest.approx(2 * 3 * 8 * 6)
    with pytest.raises(NotFound, match="no day of 2026-W10 has ended"):
        report(*stores, "lane", WEEK, datetime(2026, 3, 2, 22, tzinfo=UTC))
    with pytest.raises(NotFound, match="atlantis"):
        report(*stores, "atlantis", WEEK, thursday)


def test_an_effect_measured_in_the_period_is_told(stores: Stores) -> None:
    ledger, timeseries = stores
    effect = MeasuredEffect(
        proposal="east:2026-W01",
        venue="east",
        version=2,
        effective_from=date(2026, 2, 2),
        measured_at=datetime(2026, 3, 4, tzinfo=UTC),
        weeks_before=8,
        weeks_after=4,
        after_weeks=4,
        controls=2,
        before=200,
        after=240,
        share=0.2,
        low=0.05,
        high=0.36,
        expected=20,
    )
    ledger.set_state(KEY + effect.proposal, effect.model_dump_json())
    assert report(ledger, timeseries, "lane", WEEK, NEXT_MONDAY).effects == (effect,)
    assert report(ledger, timeseries, "road", WEEK, NEXT_MONDAY).effects == ()
    assert report(ledger, timeseries, "lane", WEEK.before, NEXT_MONDAY).effects == ()


def test_a_report_is_made_once_a_day_when_its_period_is_over(stores: Stores) -> None:
    clock = ManualClock(NEXT_MONDAY)
    reporter = Reporter(*stores, clock)
    first = reporter.report("lane", WEEK)
    clock.move_to(NEXT_MONDAY + timedelta(hours=23))
    assert reporter.report("lane", WEEK) is first
    clock.move_to(NEXT_MONDAY + timedelta(hours=24))
    assert reporter.report("lane", WEEK) is not first


@dataclass
class Post:
    """A channel that only has to be there."""

    needs_address: bool = True
    taken: list[Envelope] = field(default_factory=list)

    def send(self, envelope: Envelope) -> None:
        self.taken.append(envelope)


@dataclass
class Office:
    """Where reports are sent from."""

    ledger: SqlLedger
    clock: ManualClock
    run: ReportsRun

    def ask(self, person: str, area: str = "lane", after: Period = WEEK.before) -> None:
        wanted = Subscription(person=person, area=area, after=after)
        subscriptions.subscribe(self.ledger, wanted, self.clock.now())

    def at(self, now: datetime) -> list[str]:
        """Who is sent what at an instant, by the keys of the messages."""
        self.clock.move_to(now)
        before = {s.key for s in self.ledger.messages.sendings()}
        self.run.send_due(GRACE)
        return sorted({s.key for s in self.ledger.messages.sendings()} - before)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """With a district, who asked for nothing yet, and a manager; nothing is counted."""
    clock = ManualClock(datetime(2026, 3, 4, tzinfo=UTC))
    with (
        closing(SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as ledger,
        closing(DuckDBStore(None)) as timeseries,
    ):
        import_estate(ledger, estate_of(), actor="test", clock=ManualClock(BEGAN))
        for name, role in (("dai", Role.DISTRICT), ("mei", Role.MANAGER)):
            person = Person(id=name, name=name, email=f"{name}@example.org", created_at=BEGAN)
            ledger.accounts.add_person(person, [Grant(person=name, role=role)], actor="test")
        yield Office(
            ledger,
            clock,
            ReportsRun(
                ledger=ledger,
                clock=clock,
                channels={"mail": Post()},
                report=Reporter(ledger, timeseries, clock).report,
                language="en",
                url="https://hours.example.org",
            ),
        )


MIDNIGHT = datetime(2026, 3, 9, 4, tzinfo=UTC)
"""When the business week has ended."""


def test_whoever_asked_is_sent_each_week_s_report_once(office: Office) -> None:
    office.ask("dai")
    assert office.at(MIDNIGHT + GRACE - timedelta(minutes=1)) == []
    assert office.at(MIDNIGHT + GRACE) == ["dai:report:lane:2026-W10"]
    assert office.at(MIDNIGHT + timedelta(days=1)) == []
    assert office.at(MIDNIGHT + timedelta(days=21, hours=2)) == ["dai:report:lane:2026-W13"]


def test_a_city_s_report_comes_by_the_quarter(office: Office) -> None:
    office.ask("dai", "town", Period.parse("2025-Q4"))
    assert office.at(MIDNIGHT + timedelta(days=14)) == []
    assert office.at(datetime(2026, 4, 1, 5, tzinfo=UTC)) == ["dai:report:town:2026-Q1"]


def test_the_message_has_the_figures_and_where_the_whole_is(office: Office) -> None:
    office.ask("dai")
    office.at(MIDNIGHT + GRACE)
    queued = office.run.ledger.queued(office.clock.now(), lane=Lane.PEOPLE)
    envelope = Envelope.parse(queued[0].message)
    assert envelope.subject.startswith("Report: Lane, week 10 of 2026")
    assert "https://hours.example.org/reports/lane/2026-W10" in envelope.text
    assert "Staffed hours: 80" in envelope.text
    assert "Visits: –" in envelope.text


def test_nobody_is_sent_what_they_want_or_may_see_no_more(office: Office) -> None:
    office.ask("mei")
    office.ask("dai", "road")
    office.ask("dai")
    last = Subscription(person="dai", area="road", after=WEEK.before)
    subscriptions.unsubscribe(office.ledger, last, office.clock.now())
    assert office.at(MIDNIGHT + GRACE) == ["dai:report:lane:2026-W10"]
    off = Preferences(person="dai", delivery=Delivery.OFF)
    office.ledger.messages.put_preferences(off, actor="dai", at=office.clock.now())
    assert office.at(MIDNIGHT + timedelta(days=8)) == []


def test_a_crash_between_message_and_note_sends_nothing_twice(office: Office) -> None:
    office.ask("dai")
    office.at(MIDNIGHT + GRACE)
    office.ledger.set_state("reports:to:dai:lane", WEEK.before.name)
    assert office.at(MIDNIGHT + timedelta(hours=2)) == []


def test_who_asked_for_reports_is_in_the_log(office: Office) -> None:
    office.ask("dai")
    line = office.ledger.audit()[0]
    assert (line.actor, line.action, line.subject) == ("dai", "report.subscribed", "lane")

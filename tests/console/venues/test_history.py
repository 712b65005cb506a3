"""The curve of a day and the usual week, from readings whose truth is known."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from console.venues.history import WEEKS, Past, curve, heat, past
from domain.calendars import hours_on
from domain.estate_rules import check
from domain.hand_counts import HandChecks
from domain.planning import Origin, ScheduleVersion
from domain.readings import CountKind, CountReading
from domain.sensor_bins import BIN_S
from policies.binning import bin_readings
from policies.grid import Grid
from store.timeseries import DuckDBStore

BERLIN = ZoneInfo("Europe/Berlin")
ESTATE = check(
    {
        "areas": [{"id": "here", "name": "Here"}],
        "venues": [
            {
                "id": "house",
                "name": "House",
                "type": "library",
                "area": "here",
                "zone": "Europe/Berlin",
                "hours": {"mon-fri": "09:00-18:00", "sat": "20:00-02:00"},
            }
        ],
        "rooms": [{"id": "hall", "venue": "house", "name": "Hall", "capacity": 50}],
        "sensors": [{"id": "eye", "room": "hall", "kind": "present", "interval_s": 900}],
    }
)
VENUE = ESTATE.venue("house")
VERSIONS = [
    ScheduleVersion(
        venue="house",
        number=1,
        hours=VENUE.hours,
        effective_from=date(1970, 1, 5),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        origin=Origin.ESTATE,
    )
]
WEDNESDAY = datetime(2026, 4, 1, 14, 0, tzinfo=BERLIN)
"""Three days after the clocks went forward."""


def truth(local: datetime) -> int:
    """Ten people plus the weekday from 09:00 to 18:00, forty on Saturday nights.

    One more in the second and fourth quarter of an hour, as a sensor that stands still is broken.
    """
    if local.weekday() < 5 and 9 <= local.hour < 18:
        return 10 + local.weekday() + local.minute // 15 % 2
    night = local - timedelta(hours=4)
    return 40 if night.weekday() == 5 and night.hour >= 16 and local.hour not in {2, 3} else 0


def said(at: datetime, present: int) -> CountReading:
    return CountReading("eye", CountKind.PRESENT, round(at.timestamp() * 1e6), present=present)


def seen(lost: tuple[datetime, datetime] | None = None) -> Past:
    """What is known on Wednesday at two, but for readings that were lost in between."""
    store = DuckDBStore(None)
    first = WEDNESDAY.astimezone(UTC) - timedelta(weeks=WEEKS, days=1)
    instants = (first + timedelta(minutes=15 * n) for n in range((7 * WEEKS + 1) * 96))
    kept = (at for at in instants if not (lost and lost[0] <= at < lost[1]))
    store.add([said(at, truth(at.astimezone(BERLIN))) for at in kept])
    _put_bins(store, first, WEDNESDAY)
    known = past(store, ESTATE, VENUE, VERSIONS, WEDNESDAY, HandChecks())
    store.close()
    return known


def _put_bins(store: DuckDBStore, first: datetime, now: datetime) -> None:
    """Keep the quarter-hours beside the readings, as the service does."""
    grid = Grid.covering(first, now)
    end_slot = grid.start_s // BIN_S + grid.bins
    table = store.read(["eye"], 0, round(now.timestamp() * 1e6))
    bins = bin_readings(table, {s.id: s.interval_s for s in ESTATE.sensors}, grid)
    store.put_bins(bins, {"eye": (grid.start_s // BIN_S - 1, end_slot)}, store.stale(), end_slot)


@pytest.fixture(scope="module")
def whole() -> Past:
    return seen()


def slot(clock: str) -> int:
    hour, minute = map(int, clock.split(":"))
    return ((hour - 4) % 24 * 60 + minute) // 15


def test_today_is_known_up_to_now_and_not_beyond(whole: Past) -> None:
    assert whole.days[-1] == date(2026, 4, 1)
    assert whole.now_slot == slot("14:00")
    assert whole.today[slot("09:00") : slot("14:00") : 2] == pytest.approx(12)
    assert np.isnan(whole.today[slot("14:00") :]).all()
    assert whole.yesterday[slot("09:00") : slot("18:00") : 2] == pytest.approx(11)


def test_a_clock_change_does_not_move_the_usual_week(whole: Past) -> None:
    week = whole.week()
    for day in range(5):
        assert week[day, slot("09:00") : slot("18:00") : 2] == pytest.approx(10 + day)
        assert week[day, slot("18:00") : slot("22:00")] == pytest.approx(0)


def test_a_night_past_midnight_belongs_to_the_day_it_began_on(whole: Past) -> None:
    week = whole.week()
    assert week[5, slot("20:00") : slot("01:00")] == pytest.approx(40)
    assert week[6] == pytest.approx(0)


def test_the_usual_day_is_the_mean_of_its_own_day_of_the_week(whole: Past) -> None:
    assert whole.usual()[slot("10:00")] == pytest.approx(12), "Wednesdays, not all days"


def test_the_curve_has_todays_hours_and_ends_where_the_day_is_quiet(whole: Past) -> None:
    drawn = curve(whole, hours_on(date(2026, 4, 1), VENUE.hours), 50)
    assert drawn.open == (("09:00", "18:00"),)
    assert drawn.unknown == ()
    assert (drawn.times[0], drawn.times[-1]) == ("08:45", "18:30")
    assert drawn.today[drawn.times.index("13:00")] == 13
    assert drawn.today[drawn.times.index("15:00")] is None


def test_a_gap_while_open_is_marked_and_not_bridged() -> None:
    at = WEDNESDAY.astimezone(UTC)
    gappy = seen(lost=(at - timedelta(hours=3), at - timedelta(hours=1)))
    drawn = curve(gappy, hours_on(date(2026, 4, 1), VENUE.hours), 50)
    ((start, end),) = drawn.unknown
    assert "11:00" <= start <= "11:45", "held for two and a half intervals, no longer"
    assert end == "13:00"
    assert drawn.today[drawn.times.index("12:30")] is None


def test_the_heat_map_has_hours_means_and_what_is_closed(whole: Past) -> None:
    shown = heat(whole, VENUE.hours)
    assert shown.weeks in {WEEKS, WEEKS + 1}
    assert shown.hours[0] == 9 * 60
    monday = {c.minute: c for c in shown.rows[0]}
    assert monday[10 * 60].mean == pytest.approx(10.5)
    assert monday[10 * 60].is_open
    assert not monday[20 * 60].is_open
    saturday = {c.minute: c for c in shown.rows[5]}
    assert saturday[21 * 60].level == shown.levels - 1
    assert saturday[25 * 60].is_open, "one in the morning, still Saturday's"


def test_unknown_hours_are_no_zeros() -> None:
    nothing = Past(
        venue=VENUE,
        days=tuple(date(2026, 3, 2) + timedelta(days=n) for n in range(15)),
        present=np.full((15, 96), np.nan),
        now_slot=40,
    )
    shown = heat(nothing, VENUE.hours)
    assert shown.weeks == 0
    assert {c.mean for row in shown.rows for c in row} == {None}
    assert not curve(nothing, (), None).has_data


def test_a_public_holiday_does_not_make_the_usual_friday_quieter() -> None:
    days = tuple(date(2026, 4, 20) + timedelta(days=n) for n in range(20))
    present = np.full((20, 96), 10.0)
    present[days.index(date(2026, 5, 1))] = 0
    german = VENUE.model_copy(update={"country": "DE"})
    known = Past(venue=german, days=days, present=present, now_slot=40)
    assert known.week()[4] == pytest.approx(10)

"""One message a day, unless something is urgent or somebody chose otherwise."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from domain.messages import URGENT, Delivery, Kind, Notice, Preferences
from policies.messages.timing import Due, due
from tests.policies.messages.notices import SHANGHAI, at, notice, wants

EIGHT = datetime(2026, 11, 25, 8, tzinfo=ZoneInfo(SHANGHAI)).astimezone(UTC)
BROKER = notice("broker@1", Kind.BROKER)


def keys(notices: tuple[Notice, ...]) -> list[str]:
    return [n.key for n in notices]


def test_what_can_wait_waits_for_the_digest() -> None:
    untold = [notice("a"), notice("b", Kind.SENSOR)]
    assert due(untold, wants(), None, EIGHT - timedelta(minutes=1)) == Due()
    assert keys(due(untold, wants(), None, EIGHT).digest) == ["a", "b"]


def test_there_is_one_digest_a_day() -> None:
    later = [notice("c", when=EIGHT)]
    assert due(later, wants(), EIGHT, EIGHT + timedelta(hours=5)) == Due()
    assert keys(due(later, wants(), EIGHT, EIGHT + timedelta(days=1)).digest) == ["c"]


def test_a_digest_missed_in_an_outage_comes_when_it_can() -> None:
    late = EIGHT + timedelta(hours=9)
    assert keys(due([notice("a")], wants(), None, late).digest) == ["a"]


def test_a_digest_hour_in_quiet_hours_is_served_when_they_end() -> None:
    night = wants(digest_at=22 * 60)
    seven = EIGHT - timedelta(hours=1)
    assert due([notice("a")], night, None, seven - timedelta(minutes=1)) == Due()
    assert keys(due([notice("a")], night, None, seven).digest) == ["a"]


def test_what_is_urgent_comes_at_once_even_at_night() -> None:
    night = EIGHT - timedelta(hours=5)
    found = due([notice("a"), BROKER], wants(), None, night)
    assert (keys(found.at_once), found.digest) == (["broker@1"], ())


def test_all_comes_at_once_to_whoever_wants_that_but_not_at_night() -> None:
    eager = wants(delivery=Delivery.AT_ONCE)
    assert keys(due([notice("a"), BROKER], eager, None, EIGHT).at_once) == ["broker@1", "a"]
    night = EIGHT - timedelta(hours=5)
    assert keys(due([notice("a"), BROKER], eager, None, night).at_once) == ["broker@1"]


def test_nothing_comes_to_whoever_wants_nothing() -> None:
    assert due([notice("a"), BROKER], wants(delivery=Delivery.OFF), None, EIGHT) == Due()


def test_trouble_that_came_and_went_before_it_was_told_is_not_told() -> None:
    untold = [
        notice("door@1", Kind.SENSOR),
        notice("door@1:over", Kind.SENSOR, at(300), ends="door@1"),
        notice("gate@1:over", Kind.SENSOR, at(300), ends="gate@1"),  # told yesterday
    ]
    found = due(untold, wants(), None, EIGHT)
    assert keys(found.digest) == ["gate@1:over"]
    assert keys(found.gone) == ["door@1", "door@1:over"]


@given(
    st.lists(st.tuples(st.integers(0, 20 * 1440), st.sampled_from(sorted(Kind))), max_size=300),
    st.builds(
        wants,
        quiet=st.tuples(st.integers(0, 1439), st.integers(0, 1439)),
        digest_at=st.integers(0, 1439),
        zone=st.sampled_from([SHANGHAI, "Europe/Berlin", "America/New_York"]),
    ),
    st.integers(5, 240),
)
def test_fifty_rooms_bring_one_message_a_day_unless_something_is_urgent(
    raised: list[tuple[int, Kind]], preferences: Preferences, every: int
) -> None:
    notices = [notice(str(k), kind, at(m)) for k, (m, kind) in enumerate(sorted(raised))]
    told, days, digested = set[str](), list[object](), None
    for minute in range(0, 23 * 1440, every):
        now = at(minute)
        untold = [n for n in notices if n.at <= now and n.key not in told]
        found = due(untold, preferences, digested, now)
        assert all(n.kind in URGENT for n in found.at_once)
        if found.digest:
            days.append(now.astimezone(ZoneInfo(preferences.zone)).date())
            digested = now
        told |= {n.key for n in (*found.at_once, *found.digest)}
    assert len(days) == len(set(days))
    quiet = (preferences.quiet_to - preferences.quiet_from) % 1440
    if quiet < 1440 - 2 * every:  # they are awake at some look of each day
        assert told == {n.key for n in notices}

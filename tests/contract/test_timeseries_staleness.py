"""What every `TimeSeriesStore` says of bins that are older than their readings."""

from collections.abc import Iterator, Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.ports import TimeSeriesStore
from domain.readings import CountReading
from domain.sensor_bins import BIN_US, SensorBins
from tests.contract.conftest import OpenTimeSeries
from tests.contract.quarters import stale_of
from tests.contract.samples import total

NOW_SLOT = 100
"""The quarter-hour that is not over yet."""


def said_in(slot: int, sensor: str, entered: int = 1) -> CountReading:
    """A reading within a quarter-hour."""
    return total(sensor, slot * BIN_US + 7, entered)


def put_nothing(store: TimeSeriesStore, until_slot: int = NOW_SLOT) -> None:
    """Say that the bins of all that is stale have been made."""
    store.put_bins(SensorBins.empty(), {}, store.stale(), until_slot)


def test_an_empty_store_has_nothing_stale(store: TimeSeriesStore) -> None:
    assert stale_of(store) == {}
    store.make_stale(["nobody"])
    put_nothing(store)
    assert stale_of(store) == {}


def test_what_is_added_is_stale_from_its_first_to_its_last_quarter_hour(
    store: TimeSeriesStore,
) -> None:
    store.add([said_in(30, "a"), said_in(10, "a"), said_in(20, "b")])
    store.add([said_in(15, "a"), said_in(40, "b")])
    assert stale_of(store) == {"a": (10, 30), "b": (20, 40)}
    assert stale_of(store) == {"a": (10, 30), "b": (20, 40)}, "to ask changes nothing"


def test_what_has_its_bins_is_stale_no_longer(store: TimeSeriesStore) -> None:
    store.add([said_in(10, "a"), said_in(20, "b")])
    put_nothing(store)
    assert stale_of(store) == {}
    store.add([said_in(30, "b")])
    assert stale_of(store) == {"b": (30, 30)}


def test_a_correction_is_stale(store: TimeSeriesStore) -> None:
    store.add([said_in(10, "a"), said_in(20, "a")])
    put_nothing(store)
    store.add([said_in(10, "a", 2)])
    assert stale_of(store) == {"a": (10, 10)}


def test_what_is_added_while_bins_are_made_stays_stale(store: TimeSeriesStore) -> None:
    store.add([said_in(10, "a"), said_in(20, "b")])
    stale = store.stale()
    store.add([said_in(5, "a")])
    store.put_bins(SensorBins.empty(), {}, stale, NOW_SLOT)
    assert stale_of(store)["a"] == (5, 5)


def test_somebody_else_who_asks_what_is_stale_hides_nothing(store: TimeSeriesStore) -> None:
    store.add([said_in(10, "a")])
    stale = store.stale()
    store.add([said_in(5, "a")])
    store.stale()
    store.put_bins(SensorBins.empty(), {}, stale, NOW_SLOT)
    assert stale_of(store)["a"] == (5, 5)


def test_what_lies_in_the_quarter_hour_that_is_not_over_stays_stale(store: TimeSeriesStore) -> None:
    store.add([said_in(NOW_SLOT - 1, "a"), said_in(NOW_SLOT + 1, "a"), said_in(NOW_SLOT - 1, "b")])
    put_nothing(store)
    assert stale_of(store) == {"a": (NOW_SLOT, NOW_SLOT + 1)}
    put_nothing(store, NOW_SLOT + 2)
    assert stale_of(store) == {}


def test_a_sensor_whose_setting_changed_is_stale_from_its_first_reading_on(
    store: TimeSeriesStore,
) -> None:
    store.add([said_in(t, "a") for t in (10, 20)] + [said_in(20, "b")])
    put_nothing(store)
    store.make_stale(["a", "nobody"])
    assert stale_of(store) == {"a": (10, 20)}
    put_nothing(store)
    assert stale_of(store) == {}


def test_a_setting_that_changes_while_bins_are_made_is_not_forgotten(
    store: TimeSeriesStore,
) -> None:
    store.add([said_in(10, "a")])
    stale = store.stale()
    store.make_stale(["a"])
    store.put_bins(SensorBins.empty(), {}, stale, NOW_SLOT)
    assert stale_of(store) == {"a": (10, 10)}


def test_opening_again_forgets_nothing_that_is_stale(open_store: OpenTimeSeries) -> None:
    first = open_store("kept")
    first.add([said_in(NOW_SLOT, "a"), said_in(20, "b"), said_in(30, "c"), said_in(1, "d")])
    put_nothing(first)
    first.make_stale(["c"])
    first.add([said_in(10, "b"), said_in(50, "e")])
    first.close()
    found = stale_of(open_store("kept"))
    for sensor, slot in {"a": NOW_SLOT, "b": 10, "c": 30, "e": 50}.items():
        assert found[sensor][0] <= slot <= found[sensor][1]


Step = tuple[str, int]
steps = st.one_of(
    st.tuples(st.just("add"), st.integers(-2, 5)),
    st.tuples(st.sampled_from(["ask", "put", "make stale", "open again"]), st.integers(0, 3)),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(course=st.lists(steps, max_size=12))
def test_never_is_less_stale_than_what_changed_after_the_bins_were_made(
    open_store: OpenTimeSeries, names: Iterator[str], course: Sequence[Step]
) -> None:
    """Against a list of all changes, each struck off when bins made after it are put."""
    name = next(names)
    store = open_store(name)
    said: set[int] = set()
    changed: list[int] = []
    asked = store.stale(), 0
    for number, (what, where) in enumerate(course):
        if what == "add":
            store.add([said_in(where, "a", number)])
            said.add(where)
            changed.append(where)
        elif what == "make stale":
            store.make_stale(["a"])
            changed += [min(said), max(said)] if said else []
        elif what == "ask":
            asked = store.stale(), len(changed)
        elif what == "put":
            stale, made = asked
            store.put_bins(SensorBins.empty(), {}, stale, where)
            before = [slot for slot in changed[:made] if slot >= where]
            changed = before + changed[made:]
            asked = store.stale(), len(changed)
        else:
            store.close()
            store = open_store(name)
    found = stale_of(store)
    for slot in changed:
        first, last = found["a"]
        assert first <= slot <= last
    store.close()

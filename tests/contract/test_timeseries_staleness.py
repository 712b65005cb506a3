"""What every `TimeSeriesStore` says of bins that are older than their readings."""

from collections.abc import Iterator, Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.ports import TimeSeriesStore
from domain.sensor_bins import BIN_US, SensorBins
from tests.contract.conftest import OpenTimeSeries
from tests.contract.quarters import stale_of
from tests.contract.samples import total

NOW_SLOT = 100
"""The quarter-hour that is not over yet."""
NOW_US = NOW_SLOT * BIN_US


def put_nothing(store: TimeSeriesStore, until_slot: int = NOW_SLOT) -> None:
    """Say that the bins of all that is stale have been made."""
    store.put_bins(SensorBins.empty(), {}, store.stale(), until_slot)


def test_an_empty_store_has_nothing_stale(store: TimeSeriesStore) -> None:
    assert stale_of(store) == {}
    store.make_stale(["nobody"])
    put_nothing(store)
    assert stale_of(store) == {}


def test_what_is_added_is_stale_from_its_first_to_its_last_instant(store: TimeSeriesStore) -> None:
    store.add([total("a", 30, 1), total("a", 10, 1), total("b", 20, 1)])
    store.add([total("a", 15, 1), total("b", 40, 1)])
    assert stale_of(store) == {"a": (10, 30), "b": (20, 40)}
    assert stale_of(store) == {"a": (10, 30), "b": (20, 40)}, "to ask changes nothing"


def test_what_has_its_bins_is_stale_no_longer(store: TimeSeriesStore) -> None:
    store.add([total("a", 10, 1), total("b", 20, 1)])
    put_nothing(store)
    assert stale_of(store) == {}
    store.add([total("b", 30, 1)])
    assert stale_of(store) == {"b": (30, 30)}


def test_a_correction_is_stale(store: TimeSeriesStore) -> None:
    store.add([total("a", 10, 1), total("a", 20, 1)])
    put_nothing(store)
    store.add([total("a", 10, 2)])
    assert stale_of(store) == {"a": (10, 10)}


def test_what_is_added_while_bins_are_made_stays_stale(store: TimeSeriesStore) -> None:
    store.add([total("a", 10, 1), total("b", 20, 1)])
    stale = store.stale()
    store.add([total("a", 5, 1)])
    store.put_bins(SensorBins.empty(), {}, stale, NOW_SLOT)
    assert stale_of(store)["a"] == (5, 5)


def test_somebody_else_who_asks_what_is_stale_hides_nothing(store: TimeSeriesStore) -> None:
    store.add([total("a", 10, 1)])
    stale = store.stale()
    store.add([total("a", 5, 1)])
    store.stale()
    store.put_bins(SensorBins.empty(), {}, stale, NOW_SLOT)
    assert stale_of(store)["a"] == (5, 5)


def test_what_lies_in_the_quarter_hour_that_is_not_over_stays_stale(store: TimeSeriesStore) -> None:
    store.add([total("a", NOW_US - 1, 1), total("a", NOW_US + 7, 1), total("b", NOW_US - 1, 1)])
    put_nothing(store)
    assert stale_of(store) == {"a": (NOW_US, NOW_US + 7)}
    put_nothing(store, NOW_SLOT + 1)
    assert stale_of(store) == {}


def test_a_sensor_whose_setting_changed_is_stale_from_its_first_reading_on(
    store: TimeSeriesStore,
) -> None:
    store.add([total("a", t, 1) for t in (10, 20)] + [total("b", 20, 1)])
    put_nothing(store)
    store.make_stale(["a", "nobody"])
    assert stale_of(store) == {"a": (10, 20)}
    put_nothing(store)
    assert stale_of(store) == {}


def test_a_setting_that_changes_while_bins_are_made_is_not_forgotten(
    store: TimeSeriesStore,
) -> None:
    store.add([total("a", 10, 1)])
    stale = store.stale()
    store.make_stale(["a"])
    store.put_bins(SensorBins.empty(), {}, stale, NOW_SLOT)
    assert stale_of(store) == {"a": (10, 10)}


def test_opening_again_forgets_nothing_that_is_stale(open_store: OpenTimeSeries) -> None:
    first = open_store("kept")
    first.add([total("a", NOW_US, 1), total("b", 20, 1), total("c", 30, 1), total("d", 1, 1)])
    put_nothing(first)
    first.make_stale(["c"])
    first.add([total("b", 10, 1), total("e", 50, 1)])
    first.close()
    found = stale_of(open_store("kept"))
    wanted = {"a": (NOW_US, NOW_US), "b": (10, 10), "c": (30, 30), "e": (50, 50)}
    assert {name: found.get(name) for name in wanted} == wanted


def test_what_was_binned_and_nothing_since_is_not_stale_after_opening_again(
    open_store: OpenTimeSeries,
) -> None:
    first = open_store("kept")
    first.add([total("a", 10, 1), total("b", NOW_US, 1)])
    put_nothing(first)
    first.close()
    again = open_store("kept")
    put_nothing(again)
    assert stale_of(again) == {"b": (NOW_US, NOW_US)}


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
            store.add([total("a", where * BIN_US, number)])
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
        assert first <= slot * BIN_US <= last
    store.close()

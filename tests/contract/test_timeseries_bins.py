"""How every `TimeSeriesStore` keeps bins."""

from collections.abc import Iterator, Mapping, Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.ports import TimeSeriesStore
from domain.readings import CountKind
from tests.contract.conftest import OpenTimeSeries
from tests.contract.quarters import Quarter, as_bins, assert_quarters, flow

SENSORS = ("a", "b", "门-3")
FIRST, LAST = -3, 8
MANY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def put(store: TimeSeriesStore, quarters: Sequence[Quarter], **spans: tuple[int, int]) -> None:
    store.put_bins(as_bins(quarters), spans, store.stale(), LAST)


def test_an_empty_store_has_no_bins(store: TimeSeriesStore) -> None:
    assert_quarters(store.bins(SENSORS, FIRST, LAST), [])
    put(store, [])
    assert_quarters(store.bins([], FIRST, LAST), [])


def test_bins_come_back_as_they_were_put(store: TimeSeriesStore) -> None:
    quarters = [
        Quarter("a", CountKind.TOTAL, 2, 3.25, 0.5, 0, 1, heard=900),
        Quarter("a", CountKind.PRESENT, 2, present=0.1, present_known=1, lowest=-1, highest=2**24),
        Quarter("b", CountKind.STATUS, -3, heard=2),
    ]
    put(store, quarters, a=(2, 3), b=(-3, -2))
    assert_quarters(store.bins(["b", "nobody", "a", "b"], -9, 9), quarters)


def test_a_span_of_bins_holds_its_start_and_not_its_end(store: TimeSeriesStore) -> None:
    put(store, [flow("a", slot, slot) for slot in range(5)], a=(0, 5))
    assert_quarters(store.bins(["a"], 1, 3), [flow("a", 1, 1), flow("a", 2, 2)])


def test_sensors_without_bins_in_the_span_are_not_named(store: TimeSeriesStore) -> None:
    put(store, [flow("a", 0, 1), flow("b", 4, 1)], a=(0, 5), b=(0, 5))
    assert store.bins(["a", "b"], 0, 3).sensors == ("a",)
    assert store.bins(["b"], 0, 5).sensors == ("b",)


def test_what_is_put_takes_the_place_of_all_bins_in_its_spans_and_of_no_others(
    store: TimeSeriesStore,
) -> None:
    status = Quarter("a", CountKind.STATUS, 2, heard=2)
    put(store, [status, *(flow(s, n, n) for n in range(5) for s in "ab")], a=(0, 5), b=(0, 5))
    put(store, [flow("a", 1, 7)], a=(1, 4))
    kept = [flow("b", n, n) for n in range(5)]
    assert_quarters(
        store.bins("ab", 0, 5), [flow("a", 0, 0), flow("a", 1, 7), flow("a", 4, 4), *kept]
    )


def test_bins_are_there_after_opening_again(open_store: OpenTimeSeries) -> None:
    first = open_store("kept")
    put(first, [flow("a", n, n) for n in range(3)], a=(0, 3))
    put(first, [], a=(1, 2))
    first.close()
    assert_quarters(open_store("kept").bins(["a"], 0, 3), [flow("a", 0, 0), flow("a", 2, 2)])


slots = st.integers(FIRST, LAST - 1)
spans = st.tuples(slots, slots).map(lambda edges: (min(edges), max(edges) + 1))


@st.composite
def puts(draw: st.DrawFn) -> tuple[dict[str, tuple[int, int]], list[Quarter]]:
    """Spans, and bins at some of their slots."""
    chosen = draw(st.dictionaries(st.sampled_from(SENSORS), spans, max_size=3))
    places = [
        (sensor, kind, slot)
        for sensor, span in chosen.items()
        for slot in range(*span)
        for kind in (CountKind.TOTAL, CountKind.STATUS)
    ]
    taken = draw(st.lists(st.sampled_from(places), unique=True) if places else st.just([]))
    return chosen, [Quarter(*place, draw(st.integers(0, 9))) for place in taken]


@MANY
@given(rounds=st.lists(puts(), max_size=4), asked=st.sets(st.sampled_from(SENSORS)), span=spans)
def test_any_puts_are_kept_as_a_dict_would(
    open_store: OpenTimeSeries,
    names: Iterator[str],
    rounds: Sequence[tuple[Mapping[str, tuple[int, int]], Sequence[Quarter]]],
    asked: set[str],
    span: tuple[int, int],
) -> None:
    store = open_store(next(names))
    model: dict[tuple[str, CountKind, int], Quarter] = {}
    for replaced, quarters in rounds:
        store.put_bins(as_bins(quarters), replaced, store.stale(), LAST)
        gone = [q for q in model if q[0] in replaced and q[2] in range(*replaced[q[0]])]
        for place in gone:
            del model[place]
        model |= {(q.sensor, q.kind, q.slot): q for q in quarters}
    wanted = [q for q in model.values() if q.sensor in asked and q.slot in range(*span)]
    assert_quarters(store.bins(asked, *span), wanted)
    store.close()

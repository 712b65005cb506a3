"""Every `TimeSeriesStore` against a dict that does the same."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.readings import CountKind, CountReading, Mark
from tests.contract.conftest import OpenTimeSeries
from tests.contract.rows import Row, as_row, assert_same, rows_of

DAY_US = 86_400_000_000
Identity = tuple[str, CountKind, int, int]

numbers = st.none() | st.integers(-5, 5)
readings = st.builds(
    CountReading,
    sensor=st.sampled_from(["a", "b", "门-3"]),
    kind=st.sampled_from([CountKind.TOTAL, CountKind.CHANGE]),
    time_us=st.integers(-3, 3) | st.sampled_from([DAY_US, 40 * DAY_US, 4000 * DAY_US]),
    entered=numbers,
    left=numbers,
    present=numbers,
    period_s=st.sampled_from([0, 900]),
    seq=st.integers(0, 2),
    received_us=st.integers(0, 9),
    marks=st.sampled_from([0, Mark.BOOTED, Mark.RECEIPT_TIME | Mark.CLOCK_WRONG]),
    uptime_s=st.none() | st.integers(0, 10**9),
    delivery=st.integers(0, 2**48),
)
instants = st.integers(-4, 4) | st.sampled_from([DAY_US, 39 * DAY_US, 5000 * DAY_US])


def expected(
    model: Mapping[Identity, CountReading],
    sensors: Iterable[str],
    start_us: int,
    end_us: int,
    *,
    previous: bool,
) -> list[Row]:
    kinds = list(CountKind)
    found: list[CountReading] = []
    for sensor in sorted(set(sensors)):
        own = sorted(
            (r for r in model.values() if r.sensor == sensor),
            key=lambda r: (r.time_us, r.seq, kinds.index(r.kind)),
        )
        before = [r for r in own if r.time_us < start_us]
        found += before[-1:] if previous else []
        found += [r for r in own if start_us <= r.time_us < end_us]
    return [as_row(r) for r in found]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    batches=st.lists(st.lists(readings, max_size=12), max_size=6),
    reopened=st.booleans(),
    start_us=instants,
    end_us=instants,
    previous=st.booleans(),
)
def test_any_batches_with_repeats_and_disorder_are_stored_as_a_dict_would(
    open_store: OpenTimeSeries,
    names: Iterator[str],
    *,
    batches: Sequence[Sequence[CountReading]],
    reopened: bool,
    start_us: int,
    end_us: int,
    previous: bool,
) -> None:
    name = next(names)
    store = open_store(name)
    model: dict[Identity, CountReading] = {}
    for batch in batches:
        said = {(r.sensor, r.kind, r.time_us, r.seq): r for r in batch}
        assert store.add(batch) == len(said.keys() - model.keys())
        model |= said
    if reopened:
        store.close()
        store = open_store(name)
    everybody = ["a", "b", "门-3", "nobody"]
    for span in ((-10, 9999 * DAY_US), (start_us, end_us)):
        table = store.read(everybody, *span, previous=previous)
        assert_same(rows_of(table), expected(model, everybody, *span, previous=previous))
    assert store.count() == len(model)
    latest: dict[str, int] = {}
    for reading in model.values():
        latest[reading.sensor] = max(reading.time_us, latest.get(reading.sensor, reading.time_us))
    assert store.last_seen() == latest
    store.close()

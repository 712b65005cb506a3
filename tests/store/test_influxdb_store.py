"""What the InfluxDB store does beyond its port: faults of the world, workers side by side."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from benchmarks.influx import INFLUXD, NGINX, Influx
from domain.errors import StoreUnavailable
from domain.ports import TimeSeriesStore
from domain.readings import SEQ_SPAN
from domain.sensor_bins import SensorBins
from store.timeseries.influx_address import InfluxAddress
from store.timeseries.influx_server import InfluxServer
from store.timeseries.influxdb import READINGS_POLICY, InfluxDBStore
from tests.contract.quarters import as_bins, assert_quarters, flow, stale_of
from tests.contract.samples import total

Open = Callable[..., InfluxDBStore]

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(not (INFLUXD and NGINX), reason="influxd and nginx are missing"),
]


@pytest.fixture
def address(influx: Influx, tmp_path: Path) -> InfluxAddress:
    return InfluxAddress(url=influx.url, database=tmp_path.name)


@pytest.fixture
def opened(address: InfluxAddress) -> Iterator[Open]:
    """Opens stores, as so many workers would, on one database that has been set up."""
    with ExitStack() as stack:

        def open_one(**how: int) -> InfluxDBStore:
            return stack.enter_context(closing(InfluxDBStore(address, **how)))

        open_one().set_up()
        yield open_one


@pytest.fixture
def own_influx(tmp_path: Path) -> Iterator[Influx]:
    """A server that a test may stop and kill."""
    with Influx(tmp_path / "influx", token="secret") as server:
        yield server


def set_up_on(server: Influx, **more: str) -> InfluxDBStore:
    given = {"url": server.url, "database": "town", "token": "secret", **more}
    return InfluxDBStore(InfluxAddress(**given))


def put_nothing(store: TimeSeriesStore) -> None:
    store.put_bins(SensorBins.empty(), {}, store.stale(), 1_000_000)


def test_a_server_that_is_away_is_unavailable_and_work_goes_on_when_it_is_back(
    own_influx: Influx,
) -> None:
    with closing(set_up_on(own_influx)) as store:
        store.set_up()
        assert store.add([total("a", 10, 1)]) == 1
        own_influx.stop()
        with pytest.raises(StoreUnavailable, match=r"town: .*see that it runs"):
            store.add([total("a", 20, 1)])
        with pytest.raises(StoreUnavailable, match="see that it runs"):
            store.read(["a"], 0, 99)
        own_influx.start()
        assert store.add([total("a", 20, 1)]) == 1
        assert store.count() == 2


def test_what_was_acknowledged_survives_kill_9_of_the_server(own_influx: Influx) -> None:
    with closing(set_up_on(own_influx)) as store:
        store.set_up()
        for number in range(20):
            store.add([total(f"door-{n}", number, n) for n in range(50)])
        own_influx.kill()
        own_influx.start()
        assert store.count() == 20 * 50
        assert stale_of(store) == {f"door-{n}": (0, 0) for n in range(50)}


def test_a_token_that_is_refused_is_a_fault_of_the_settings_and_not_of_the_data(
    own_influx: Influx,
) -> None:
    with closing(set_up_on(own_influx, token="wrong")) as store:
        with pytest.raises(StoreUnavailable, match=r"unauthorized.*token"):
            store.add([total("a", 10, 1)])
        with pytest.raises(StoreUnavailable, match=r"unauthorized.*token"):
            store.bins(["a"], 0, 9)


def test_a_database_that_is_missing_is_told_with_the_command_that_makes_it(
    address: InfluxAddress,
) -> None:
    with closing(InfluxDBStore(address)) as store:
        for attempt in (
            lambda: store.add([total("a", 10, 1)]),
            lambda: store.read(["a"], 0, 99),
            lambda: store.bins(["a"], 0, 9),
            store.stale,
        ):
            with pytest.raises(StoreUnavailable, match=r"not found.*openhours store setup"):
                attempt()


def test_a_policy_that_is_missing_is_told_with_the_command_that_makes_it(
    opened: Open, address: InfluxAddress
) -> None:
    store = opened()
    with closing(InfluxServer(address)) as server:
        server.command(f'DROP RETENTION POLICY "{READINGS_POLICY}" ON "{address.database}"')
    with pytest.raises(StoreUnavailable, match=r"not found.*openhours store setup"):
        store.add([total("a", 10, 1)])


def test_a_field_of_another_type_is_a_fault_of_the_data(
    opened: Open, address: InfluxAddress
) -> None:
    store = opened()
    with closing(InfluxServer(address)) as server:
        server.write(READINGS_POLICY, ["readings,kind=total,sensor=a entered=1.5 10000"])
    with pytest.raises(ValueError, match="type conflict"):
        store.add([total("a", 10, 1), total("a", 20, 1)])


@pytest.mark.parametrize("sensor", ["", "two\nlines", "ends with \\", "a\\,b"])
def test_a_name_that_no_tag_can_hold_is_a_fault_of_the_data(opened: Open, sensor: str) -> None:
    with pytest.raises(ValueError, match="cannot keep"):
        opened().add([total(sensor, 10, 1)])


@pytest.mark.parametrize(
    "sensor", ["a b,c=d", "it's", 'the "front"', "back\\slash", "门-3", "false"]
)
def test_any_other_name_comes_back_as_it_was(opened: Open, sensor: str) -> None:
    store = opened()
    assert store.add([total(sensor, 10, 1)]) == 1
    assert store.add([total(sensor, 10, 2)]) == 0
    assert store.read([sensor, "other"], 0, 99).of(sensor).entered.tolist() == [2]
    put_nothing(store)
    store.put_bins(as_bins([flow(sensor, 0, 5)]), {sensor: (0, 1)}, store.stale(), 1)
    assert_quarters(store.bins([sensor], 0, 1), [flow(sensor, 0, 5)])


def test_a_time_that_it_cannot_have_is_a_fault_of_the_data(opened: Open) -> None:
    with pytest.raises(OverflowError, match="1678 to 2262"):
        opened().add([total("a", 2**62, 1)])


def test_all_sequence_numbers_of_a_microsecond_are_told_apart_and_in_order(opened: Open) -> None:
    store = opened()
    numbers = [0, 1, 999, 1000, 1001, 1999, 2000, SEQ_SPAN - 1]
    assert store.add([total("a", -5, n, seq=n) for n in numbers]) == len(numbers)
    assert store.add([total("a", -5, n, seq=n) for n in numbers]) == 0
    table = store.read(["a"], -5, -4)
    assert table.seq.tolist() == numbers
    assert table.entered.tolist() == numbers
    assert store.read(["a"], -4, 0, previous=True).seq.tolist() == [SEQ_SPAN - 1]


def test_many_sensors_are_asked_for_at_once(opened: Open) -> None:
    store = opened()
    names = [f"door-{n:03d}" for n in range(150)]
    store.add([total(name, time_us, 1) for name in names for time_us in (1, 2)])
    table = store.read(names[1:], 2, 3, previous=True)
    assert table.sensors == tuple(names[1:])
    assert table.time_us.tolist() == [1, 2] * 149


def test_readings_that_are_too_old_to_be_kept_are_a_fault_of_the_data(opened: Open) -> None:
    store = opened(keep_raw_days=7)
    store.set_up()
    with pytest.raises(ValueError, match="retention policy"):
        store.add([total("a", 10, 1)])


def test_setting_up_again_changes_nothing_and_says_what_it_changed(
    opened: Open, address: InfluxAddress
) -> None:
    assert opened().set_up() == []
    changed = opened(keep_raw_days=56).set_up()
    assert changed == ["readings are kept for 56 days"]
    assert opened(keep_raw_days=56).set_up() == []
    fresh = InfluxAddress(url=address.url, database=f"{address.database}-more")
    with closing(InfluxDBStore(fresh)) as store:
        assert store.set_up(keep_bins_days=700) == [
            f"database {fresh.database} made",
            "readings are kept for ever",
            "bins are kept for 700 days",
        ]


def test_what_one_worker_adds_is_seen_and_stale_in_another(opened: Open) -> None:
    worker, planner = opened(), opened()
    planner.add([total("b", 10, 1)])
    put_nothing(planner)
    worker.add([total("a", 10, 1)])
    assert planner.last_seen() == {"a": 10, "b": 10}
    assert stale_of(planner) == {"a": (0, 0)}


def test_a_worker_that_has_just_said_so_need_not_say_it_again_and_nothing_is_lost(
    opened: Open,
) -> None:
    worker, planner = opened(), opened()
    worker.add([total("a", 10, 1)])
    stale = planner.stale()
    worker.add([total("a", 20, 1)])
    planner.put_bins(SensorBins.empty(), {}, stale, 1)
    assert stale_of(planner) == {"a": (0, 0)}


def test_bins_that_were_taken_away_leave_nothing_behind_when_others_come(opened: Open) -> None:
    store = opened()
    full = flow("a", 0, 4, left=3, left_known=1, heard=9)
    for quarters in ([full], [], [flow("a", 0, 7)]):
        store.put_bins(as_bins(quarters), {"a": (0, 1)}, store.stale(), 1)
    assert_quarters(store.bins(["a"], 0, 1), [flow("a", 0, 7)])

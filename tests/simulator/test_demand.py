from datetime import date, timedelta

import numpy as np
import pytest

from domain.estate import Estate
from simulator.demand import Demand
from simulator.profile import Peak
from simulator.rates import bells
from simulator.scenario import Scenario
from simulator.streams import Streams

NATIONAL_DAY = date(2026, 10, 1)
MAKE_UP_SATURDAY = date(2026, 10, 10)
MONDAY = date(2026, 11, 9)


def estate(venues: int, country: str) -> Estate:
    ids = [f"v{n}" for n in range(venues)]
    common = {"type": "canteen", "area": "a", "hours": {}, "country": country}
    return Estate.model_validate(
        {
            "areas": [{"id": "a", "name": "A"}],
            "venues": [{"id": i, "name": i, **common} for i in ids],
            "rooms": [
                {"id": f"{i}-{r}", "name": r, "venue": i} for i in ids for r in ("big", "small")
            ],
        }
    )


def demand(seed: int = 1, venues: int = 1, country: str = "CN", **changes: object) -> Demand:
    canteen = {
        "workday": [{"at": "12:00", "spread_minutes": 40, "visits": 100}],
        "free_day": [{"at": "13:30", "spread_minutes": 60, "visits": 40}],
        "weekday": [1, 1, 1, 1, 1.5, 1, 1],
        "holiday": 0.2,
        "stay_minutes": 30,
        "room_shares": {"v0-big": 3},
    }
    world = Scenario.model_validate({"types": {"canteen": canteen}, **changes})
    return Demand(estate(venues, country), world, Streams(seed))


def test_a_bell_has_its_visits_around_its_time() -> None:
    slots = bells([Peak(at=12 * 60, spread_minutes=40, visits=100)], day_starts=240)
    middles = 240 + 15 * (np.arange(96) + 0.5)
    assert slots.sum() == pytest.approx(100)
    assert np.average(middles, weights=slots) == pytest.approx(12 * 60, abs=0.01)
    spread = np.sqrt(np.average((middles - 720) ** 2, weights=slots))
    assert spread == pytest.approx(np.hypot(40, 15 / np.sqrt(12)), rel=1e-3)  # binned


def test_rooms_share_their_venue_people() -> None:
    big, small = demand().ordinary(MONDAY).sum(axis=1)
    assert (big, small) == pytest.approx((75, 25))


def test_holidays_have_their_own_level_and_make_up_days_are_worked_as_fridays() -> None:
    town = demand()
    friday, saturday = MONDAY + timedelta(days=4), MONDAY + timedelta(days=5)
    assert town.ordinary(friday).sum() == pytest.approx(150)
    assert town.ordinary(saturday).sum() == pytest.approx(40)
    assert town.ordinary(NATIONAL_DAY).sum() == pytest.approx(40 * 0.2)
    np.testing.assert_array_equal(town.ordinary(MAKE_UP_SATURDAY), town.ordinary(friday))


def test_a_day_is_the_same_in_whatever_order_days_are_asked() -> None:
    days = [MONDAY + timedelta(days=n) for n in range(5)]
    town = demand()
    forward = [town.latent(d) for d in days]
    for day, counts in zip(reversed(days), reversed(forward), strict=True):
        np.testing.assert_array_equal(town.latent(day), counts)
    assert not np.array_equal(forward[0], forward[1])
    assert not np.array_equal(forward[0], demand(seed=2).latent(MONDAY))


def test_day_totals_are_spread_as_poisson_with_gamma_noise() -> None:
    venues = 4_000
    town = demand(venues=venues, day_noise=0.3, week_noise=0, slot_noise=0, weather_spread=0)
    totals = town.latent(MONDAY).sum(axis=1)
    by_venue = totals.reshape(venues, 2).sum(axis=1)
    assert by_venue.mean() == pytest.approx(100, rel=0.03)
    assert by_venue.var() == pytest.approx(100 + (0.3 * 100) ** 2, rel=0.1)


def test_neighbouring_slots_are_busy_together_and_means_stay_as_they_are() -> None:
    """Variance of Poisson counts about a factor of mean 1: λ + cv² λ²; lag 1: ρ cv² λ², nearly."""
    town = demand(
        venues=6_000, slot_noise=0.5, slot_memory=0.8, day_noise=0, week_noise=0, weather_spread=0
    )
    rate = town.ordinary(MONDAY).reshape(6_000, 2, -1).sum(axis=1)
    seen = town.latent(MONDAY).reshape(6_000, 2, -1).sum(axis=1)
    slot = int(rate[0].argmax())
    one, other = seen[:, slot] / rate[0, slot] - 1, seen[:, slot + 1] / rate[0, slot + 1] - 1
    assert one.mean() == pytest.approx(0, abs=0.03)
    assert one.var() == pytest.approx(0.25 + 1 / rate[0, slot], rel=0.15)
    assert np.mean(one * other) == pytest.approx(0.8 * 0.25, rel=0.25)


def test_the_weather_is_remembered_overnight_and_changes_no_mean() -> None:
    town = demand(venues=200, country="", day_noise=0, weather_spread=0.3, weather_memory=0.6)
    days = [MONDAY + timedelta(days=n) for n in range(1_200)]
    felt = np.array([town.latent(d).sum() / town.ordinary(d).sum() for d in days])
    logs = np.log(felt)
    assert np.corrcoef(logs[:-1], logs[1:])[0, 1] == pytest.approx(0.6, abs=0.08)
    assert logs.std() == pytest.approx(0.3, abs=0.03)
    assert felt.mean() == pytest.approx(1, abs=0.05)

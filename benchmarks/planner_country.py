"""A country: 369,000 venues of three types over the workers of an executor."""

import importlib.util
import resource
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor

import numpy as np

from benchmarks.common import Figure
from policies.hours.days import BlockRules
from policies.hours.pool import CHUNK_VENUES, plan_many
from policies.hours.weeks import Floats, WeekProblems

DAYS, SLOTS = 7, 96
COUNTRY = {"service_centre": 150_000, "practice_station": 132_000, "care_facility": 87_000}
"""Venues of each type."""
_PEAKS = {
    "service_centre": ((9.5, 1.5, 3.0), (14.5, 1.5, 2.0)),
    "practice_station": ((14.0, 2.5, 1.5), (19.0, 1.5, 2.5)),
    "care_facility": ((8.0, 1.0, 2.5), (12.0, 3.0, 1.5), (17.0, 1.0, 2.5)),
}
"""Hour, width in hours and arrivals a quarter-hour of each type's peaks on a working day."""
_SPREAD = 0.6
"""Standard deviation of the log of a venue's level."""
TOLERANCE = 0.01


def country(rng: np.random.Generator, venues: int) -> Iterator[WeekProblems]:
    """So many venues in the country's proportions, a chunk at a time."""
    total = sum(COUNTRY.values())
    for kind, count in COUNTRY.items():
        left = round(venues * count / total)
        while left > 0:
            yield _chunk(rng, kind, min(left, CHUNK_VENUES))
            left -= CHUNK_VENUES


def _chunk(rng: np.random.Generator, kind: str, venues: int) -> WeekProblems:
    hour, slot = 4 + np.arange(SLOTS) / 4, np.arange(SLOTS)
    level = rng.lognormal(0.0, _SPREAD, (venues, 1, 1))
    rate = np.zeros((venues, DAYS, SLOTS))
    for peak, width, size in _PEAKS[kind]:
        at, height = (
            peak + rng.normal(0, 0.5, (venues, 1, 1)),
            rng.gamma(8, 1 / 8, (venues, DAYS, 1)),
        )
        rate += size * height * np.exp(-0.5 * ((hour - at) / width) ** 2)
    rate *= level * rng.uniform(0.8, 1.2, rate.shape)
    rate[:, 5:] *= rng.uniform(0.2, 1.0, (venues, 1, 1))
    opens = rng.integers(14, 24, (venues, DAYS, 1))
    closes = opens + rng.integers(32, 48, (venues, DAYS, 1))
    today = (slot >= opens) & (slot < closes)
    edges = np.zeros((venues, DAYS, SLOTS + 1))
    return WeekProblems(
        value=rate - 0.5,
        opening=edges,
        closing=edges,
        today=today,
        may=today | ((slot >= 8) & (slot < 76)),
        must=(slot >= opens + 8) & (slot < opens + 16),
        base=today,
        budget=(today.sum(axis=(1, 2)) * rng.uniform(0.85, 1.05, venues)).astype(np.intp),
        pay=np.full(venues, 0.5),
        hysteresis=np.full(venues, 0.05),
        rules=BlockRules(most=2, shortest=8, longest=64, gap=4),
    )


def country_figures(seed: int, venues: int, sample: int) -> dict[str, Figure]:
    """The country on two processes, and a sample of it on one, on two and on a dask cluster."""
    rates = {workers: _pool_rate(seed, sample, workers) for workers in (1, 2)}
    before = _processor_s()
    with ProcessPoolExecutor(2) as pool:
        took, certificate = _timed(seed, venues, pool)
    scale = sum(COUNTRY.values()) / venues
    own, worker = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {
        "country_venues": venues,
        "country_s": took * scale,
        "country_processor_s": (_processor_s() - before) * scale,
        "country_extrapolated": venues < sum(COUNTRY.values()),
        "country_rss_mb": own + 2 * worker,
        "country_certificate_p99": float(np.quantile(certificate, 0.99)),
        "country_certificate_max": float(certificate.max()),
        "venues_per_s_1_process": rates[1],
        "venues_per_s_2_processes": rates[2],
        "growth_1_to_2": rates[2] / rates[1],
        "venues_per_s_dask_2": _dask_rate(seed, sample),
    }


def _processor_s() -> float:
    """Processor seconds of this process and of the workers that have ended."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def _pool_rate(seed: int, venues: int, workers: int) -> float:
    with ProcessPoolExecutor(workers) as pool:
        return venues / _timed(seed, venues, pool)[0]


def _dask_rate(seed: int, venues: int) -> float | None:
    """On a local cluster of two workers; None where `distributed` is not installed."""
    if importlib.util.find_spec("distributed") is None:
        return None
    distributed = importlib.import_module("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        return venues / _timed(seed, venues, client.get_executor())[0]


def _timed(seed: int, venues: int, executor: Executor) -> tuple[float, Floats]:
    """Seconds to draw and plan so many venues, the workers' start left out; the certificates."""
    list(executor.map(abs, range(2)))
    start = time.perf_counter()
    problems = country(np.random.default_rng(seed), venues)
    found = [plans.certificate for plans in plan_many(problems, executor, tolerance=TOLERANCE)]
    return time.perf_counter() - start, np.concatenate(found)

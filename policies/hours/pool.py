"""Many venues over the workers of an executor: processes of this machine or of others."""

import functools
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future

from policies.hours.plan import WeekPlans, plan_weeks
from policies.hours.weeks import WeekProblems

CHUNK_VENUES = 256
"""Venues sent to a worker at a time: a few hundred milliseconds of work."""
_AHEAD = 8
"""Chunks under way or waiting at most, so that a country need not be in memory at once."""


def chunks(problems: WeekProblems, size: int = CHUNK_VENUES) -> Iterator[WeekProblems]:
    """The problems, so many at a time."""
    return (problems[at : at + size] for at in range(0, len(problems), size))


def plan_many(
    problems: Iterable[WeekProblems], executor: Executor, *, tolerance: float = 0.0
) -> Iterator[WeekPlans]:
    """The plans of each stack of problems, in order, as `plan_weeks` gives them.

    Args:
        problems: stacks to plan, such as `chunks` makes; drawn as workers get free.
        executor: a process pool, or any other: `distributed.Client.get_executor()` too.
        tolerance: certificate above which a week is planned anew by counting.
    """
    plan = functools.partial(plan_weeks, tolerance=tolerance)
    waiting: deque[Future[WeekPlans]] = deque()
    for stack in problems:
        waiting.append(executor.submit(plan, stack))
        if len(waiting) >= _AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()

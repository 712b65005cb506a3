"""A week's plan from files."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from domain.errors import InvalidInput, Problem
from openhours.offline.known import known
from openhours.offline.look import Look, looked
from openhours.offline.memory import recalled, remember
from openhours.offline.run import WeekPlan, planned
from openhours.offline.tables import read_bins, read_schedules
from openhours.settings.sections import Planning
from store.estate_files import read_estate


class Files(NamedTuple):
    """What a plan is made from."""

    bins: Path
    estate: Path | None
    schedules: Path | None
    """None: the estate's hours have always held."""
    as_of: str
    """ISO date."""
    state: Path | None = None
    """Folder of what runs must know of earlier ones; None: every run is the first, tries nothing.
    """


def plan_files(files: Files, planning: Planning) -> tuple[WeekPlan, Look]:
    """Plan from files, and look at the rooms.

    Raises `InvalidInput` or `InvalidEstate` with what is wrong in which.
    """
    if files.estate is None:
        raise InvalidInput("the estate is missing", where="--estate", hint="name its file")
    try:
        as_of = date.fromisoformat(files.as_of)
    except ValueError as error:
        fault = Problem("--as-of", f"“{files.as_of}” is no date", "write it as 2026-11-23")
        raise InvalidInput("there is no day to plan on", problems=[fault]) from error
    estate = read_estate(files.estate)
    versions = read_schedules(files.schedules, estate)
    bins = read_bins(files.bins, estate)
    memory = recalled(files.state, as_of) if files.state else None
    trials = memory.trials if memory else ()
    seen = known(bins, estate, versions, as_of, history_weeks=planning.history_weeks, trials=trials)
    week = planned(seen, jointly=planning.jointly, memory=memory)
    look = looked(seen, week.memory.under_used, planning.thresholds)
    if files.state:
        remember(files.state, as_of, replace(week.memory, under_used=look.under_used))
    return week, look

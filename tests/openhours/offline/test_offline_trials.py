"""Trials in planning on files: they begin, are said in time, and runs can be repeated."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.errors import InvalidInput
from domain.estate import Estate
from domain.hours import WeeklyHours
from openhours.offline.memory import Memory, recalled, remember
from openhours.offline.results import result
from openhours.offline.run import WeekPlan, plan
from openhours.offline.tables import read_bins, read_schedules
from tests.openhours.offline.test_offline import MONDAY, bins, estate, written

AS_OF = MONDAY.date() + timedelta(weeks=6)


def willing() -> Estate:
    """A hall that is open when its visitors come, promises these hours, and consents."""
    plain = estate()
    hall = plain.venues[0]
    hours = WeeklyHours.parse({"mon-sun": "12:00-18:00"})
    promised = {"core": hours, "break_even_visits": 17.0, "max_change_minutes": 30}
    limits = hall.limits.model_copy(update=promised)
    changes = {"trials": "allowed", "hours": hours, "limits": limits}
    return plain.model_copy(update={"venues": (hall.model_copy(update=changes),)})


def planned(folder: Path, memory: Memory | None, as_of: date = AS_OF) -> WeekPlan:
    at = willing()
    known = read_bins(written(folder, bins()), at)
    return plan(known, at, read_schedules(None, at), as_of, memory=memory)


def test_a_trial_begins_after_the_notice_and_its_days_are_said(tmp_path: Path) -> None:
    found = planned(tmp_path, Memory())
    (trial,) = found.trials
    assert trial.first == AS_OF + timedelta(weeks=1)
    dates = found.on_dates["hall"]
    assert dates
    for day, blocks in dates.items():
        assert trial.is_on(day)
        assert blocks == trial.hours_on(day, willing().venues[0].hours.days[day.weekday()])
    said = result(found)
    assert list(said.trials[0].dates) == list(dates)
    assert said.trials[0].reasons[0].text.keys() == {"en", "zh"}


def test_without_a_memory_nothing_is_tried(tmp_path: Path) -> None:
    assert planned(tmp_path, None).trials == ()


def test_a_trial_goes_on_from_run_to_run(tmp_path: Path) -> None:
    first = planned(tmp_path, Memory())
    second = planned(tmp_path, first.memory, AS_OF + timedelta(weeks=1))
    assert second.trials[:1] == first.trials
    overlap = first.on_dates["hall"].items() & second.on_dates["hall"].items()
    assert len(overlap) == len(first.on_dates["hall"])


def test_a_run_is_repeated_from_the_memory_before_it(tmp_path: Path) -> None:
    trials = planned(tmp_path, Memory()).memory
    folder = tmp_path / "state"
    assert recalled(folder, AS_OF) == Memory()
    remember(folder, AS_OF, trials)
    assert recalled(folder, AS_OF) == Memory()
    assert recalled(folder, AS_OF + timedelta(days=1)) == trials
    assert [f.name for f in folder.iterdir()] == [f"{AS_OF}.json"]


def test_a_broken_memory_is_named(tmp_path: Path) -> None:
    (tmp_path / "2026-09-07.json").write_text(json.dumps({"trails": []}))
    with pytest.raises(InvalidInput, match="2026-09-07"):
        recalled(tmp_path, AS_OF)

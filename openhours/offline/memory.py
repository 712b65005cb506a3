"""What a later run must know of earlier ones, as a file for each day planned on."""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from console.rooms.flags import Kept
from domain.errors import InvalidInput
from policies.occupancy import Nights
from policies.trials.trial import Trial


@dataclass(frozen=True, slots=True)
class Memory:
    """What is handed on from run to run."""

    trials: tuple[Trial, ...] = ()
    """All so far, ended ones included: their days are no hours of the week's."""
    under_used: Kept = field(default_factory=Kept)
    """What stands of under-used rooms."""
    nights: Nights = field(default_factory=Nights, compare=False, repr=False)
    """Spares time within one process, changes nothing, and is in no file."""


def recalled(folder: Path, as_of: date) -> Memory:
    """The memory of the latest run before a day; runs of that day and later ones do not count.

    So a run can be repeated, and one that was killed leaves nothing behind. Raises `InvalidInput`
    where a file cannot be read.
    """
    files = sorted(f for f in folder.glob("????-??-??.json") if f.stem < as_of.isoformat())
    if not files:
        return Memory()
    try:
        said = json.loads(files[-1].read_text(encoding="utf-8"))
        trials = tuple(map(Trial.of_json, said["trials"]))
        return Memory(trials, Kept.model_validate(said["under_used"]))
    except (KeyError, TypeError, ValueError) as error:
        what, hint = f"this is no memory: {error}", "remove it, and run its day again"
        raise InvalidInput(what, where=str(files[-1]), hint=hint) from error


def remember(folder: Path, as_of: date, memory: Memory) -> None:
    """Keep the memory of a run, in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{as_of.isoformat()}.json"
    kept = {
        "trials": [t.as_json() for t in memory.trials],
        "under_used": memory.under_used.model_dump(mode="json"),
    }
    text = json.dumps(kept, ensure_ascii=False)
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)

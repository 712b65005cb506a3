"""The checks by name, and what they find."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import OpenhoursError
from openhours.doctor.patient import Patient


class Level(StrEnum):
    """How bad it is."""

    FAULT = "fault"
    """Something does not work, or counts may be lost."""
    WARNING = "warning"
    """It works, and will not for long, or not as it should."""
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check has to say."""

    check: str
    level: Level
    what: str
    mend: str = ""


Said = tuple[Level, str, str]
Check = Callable[[Patient], Iterator[Said]]
_CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Enter a check; it yields what is wrong with its mend, or nothing."""

    def enter(function: Check) -> Check:
        _CHECKS[name] = function
        return function

    return enter


def fault(what: str, mend: str) -> Said:
    """Something does not work."""
    return Level.FAULT, what, mend


def warning(what: str, mend: str) -> Said:
    """Something will not work for long, or not as it should."""
    return Level.WARNING, what, mend


def names() -> list[str]:
    """Of all checks, in the order in which they run."""
    return [*_CHECKS]


def examine(patient: Patient) -> list[Finding]:
    """Run all checks. One that fails is a finding, and holds up no other."""
    with closing(patient):
        return [f for name, look in _CHECKS.items() for f in _found(name, look, patient)]


def _found(name: str, look: Check, patient: Patient) -> list[Finding]:
    found: list[Finding] = []
    try:
        found += (Finding(name, *said) for said in look(patient))
    except OpenhoursError as error:
        where = f"{error.problem.where}: " if error.problem.where else ""
        mend = error.problem.hint or "start what is away, or mend its address in the settings"
        found.append(Finding(name, Level.FAULT, f"{where}{error.problem.what}", mend))
    except Exception as error:  # noqa: BLE001 - said, whatever it is
        what = f"cannot be looked at: {type(error).__name__}: {error}"
        found.append(Finding(name, Level.FAULT, what, "report this as a fault of openhours"))
    return found or [Finding(name, Level.FINE, "fine")]

"""A backup by the running service, which alone may open its DuckDB file.

The command leaves its wish in the ledger, and the service answers there, as for rejections.
"""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import structlog

from domain.errors import OpenhoursError
from domain.ports import Ledger

log = structlog.get_logger(__name__)

WISH, ANSWER = "backup:wish", "backup:answer"


class Answer(NamedTuple):
    """What came of a wish."""

    problem: str
    """Empty where the backup is there."""


def ask(ledger: Ledger, file: Path, at: datetime) -> str:
    """Leave the wish; return the name under which the answer will come."""
    name = at.isoformat()
    ledger.set_state(WISH, json.dumps({"name": name, "file": str(file)}))
    return name


def is_taken(ledger: Ledger) -> bool:
    """Whether the service has begun with what was asked last."""
    return not ledger.state(WISH)


def answered(ledger: Ledger, name: str) -> Answer | None:
    """What came of the wish, once the service is done with it."""
    answer = json.loads(ledger.state(ANSWER) or "{}")
    return Answer(answer["problem"]) if answer.get("name") == name else None


def fulfil(ledger: Ledger, make: Callable[[Path], object]) -> None:
    """Make the backup that is asked for, if one is. Raises `StoreUnavailable` of the ledger.

    The wish is taken away before, so that none is in a backup and one that cannot be made is not
    tried for ever.
    """
    wish = ledger.state(WISH)
    if not wish:
        return
    asked = json.loads(wish)
    ledger.set_state(WISH, "")
    problem = ""
    try:
        make(Path(asked["file"]))
    except OpenhoursError as error:
        problem = str(error)
    except Exception:  # whoever asked must not wait for ever
        log.exception("fault while making a backup")
        problem = "a fault of openhours, which its log tells"
    ledger.set_state(ANSWER, json.dumps({"name": asked["name"], "problem": problem}))

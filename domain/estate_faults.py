"""Faults of an estate in plain words: at which path, what is wrong, what would mend it."""

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.errors import InvalidHours
from domain.estate import Limits, Walk

Path = tuple[str | int, ...]
"""Where a value stands in the document, e.g. ("venues", 3, "hours", "mon")."""

Locate = Callable[[Path], str]
"""Says where a path is in what a person wrote: file, line and field."""

_INNER: dict[str | int, type[BaseModel]] = {"limits": Limits, "satellites": Walk}
_NOT_WHOLE = "{given} is not a whole number"
_NOT_A_NUMBER = "{given} is not a number"
_NOT_A_MAPPING = "should be a mapping of fields"
_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "there is no such field",
    "string_pattern_mismatch": "{given} is not an id",
    "string_too_short": "is empty",
    "string_type": "{given} is not text",
    "int_type": _NOT_WHOLE,
    "int_parsing": _NOT_WHOLE,
    "int_from_float": _NOT_WHOLE,
    "float_type": _NOT_A_NUMBER,
    "float_parsing": _NOT_A_NUMBER,
    "finite_number": _NOT_A_NUMBER,
    "greater_than": "{given} is not above {gt}",
    "greater_than_equal": "{given} is below {ge}, the least there may be",
    "less_than_equal": "{given} is above {le}, the most there may be",
    "multiple_of": "{given} is not a multiple of {multiple_of}",
    "literal_error": "{given} is not {expected}",
    "enum": "{given} is not {expected}",
    "model_type": _NOT_A_MAPPING,
    "dict_type": _NOT_A_MAPPING,
    "tuple_type": "should be a list",
    "too_short": "is empty; give at least one",
}
_ID_HINT = "letters, digits and _.:- only, a letter or digit first, at most 120"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault at a path of the document."""

    path: Path
    what: str
    hint: str = ""


def path_text(path: Path) -> str:
    """The path as people write it: "venues[3].hours.mon"."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """A hint with the known word nearest to `given`, or no hint where none is near."""
    by_lower = {word.lower(): word for word in known}
    near = difflib.get_close_matches(given.lower(), by_lower, n=1)
    return f"did you mean “{by_lower[near[0]]}”?" if near else ""


def model_faults(error: ValidationError, model: type[BaseModel]) -> list[Fault]:
    """What pydantic found in one item, in plain words; paths begin at the item."""
    faults: list[Fault] = []
    details = error.errors(include_url=False)
    paths = [detail["loc"] for detail in details]
    for path, detail in zip(paths, details, strict=True):
        if any(p != path and p[: len(path)] == path for p in paths):
            continue  # a list of faulty items is not empty, whatever pydantic says
        hours = _cause(detail)
        if hours is None:
            faults.append(Fault(path, _what(detail), _hint(detail, model)))
        else:
            faults += [
                Fault((*path, p.where) if p.where else path, p.what, p.hint) for p in hours.problems
            ]
    return faults


def _cause(detail: ErrorDetails) -> InvalidHours | None:
    """The error of `domain.estate_text` behind this one, if it came from there."""
    cause = getattr(detail.get("ctx", {}).get("error"), "__cause__", None)
    return cause if isinstance(cause, InvalidHours) else None


def _what(detail: ErrorDetails) -> str:
    if detail["input"] is None and detail["type"].endswith(("_type", "_error", "enum")):
        return "is empty"
    facts = {**detail.get("ctx", {}), "given": _shown(detail["input"])}
    if "expected" in facts:
        facts["expected"] = str(facts["expected"]).replace("'", "")
    words = _WORDS.get(detail["type"])
    return words.format(**facts) if words else detail["msg"]


def _hint(detail: ErrorDetails, model: type[BaseModel]) -> str:
    path, given = detail["loc"], detail["input"]
    if detail["type"] == "extra_forbidden":
        owner = _INNER.get(path[0], model) if len(path) > 1 else model
        return did_you_mean(str(path[-1]), owner.model_fields)
    if detail["type"] in ("literal_error", "enum"):
        return did_you_mean(str(given), re.findall(r"'([^']+)'", detail["ctx"]["expected"]))
    return _ID_HINT if detail["type"] == "string_pattern_mismatch" else ""


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "a list"
    return "a mapping" if isinstance(value, dict) else f"“{value}”"

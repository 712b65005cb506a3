"""Every field of an estate as Markdown tables, made from the models themselves."""

import types
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, MultipleOf
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from domain.estate import (
    Area,
    Day,
    Department,
    Hours,
    Id,
    Limits,
    LinkGroup,
    Minute,
    Room,
    SchoolTerm,
    Sensor,
    Special,
    Venue,
    Walk,
)
from domain.hours import WeeklyHours, minute_text
from domain.readings import COUNTED, CountKind

SECTIONS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("areas", Area),
    ("departments", Department),
    ("venues", Venue),
    ("venues[].limits", Limits),
    ("rooms", Room),
    ("sensors", Sensor),
    ("link_groups", LinkGroup),
    ("link_groups[].satellites", Walk),
    ("school_terms", SchoolTerm),
)
"""Title and model of each table."""

_TYPE_NAMES: tuple[tuple[Any, str], ...] = (
    (Id, "id"),
    (Hours, "hours"),
    (Minute, "time"),
    (Day, "date"),
    (Special, "special day"),
    (Limits, "fields"),
    (Walk, "satellite"),
    (CountKind, " or ".join(f"`{kind}`" for kind in COUNTED)),
    (str, "text"),
    (int, "whole number"),
    (float, "number"),
)
_BOUNDS: tuple[tuple[type, str, str], ...] = (
    (Gt, ">", "gt"),
    (Ge, "≥", "ge"),
    (Le, "≤", "le"),
    (MultipleOf, "multiple of", "multiple_of"),
)


def reference() -> str:
    """One table a kind of item, its fields in the order of the model."""
    return "\n\n".join(f"### `{title}`\n\n" + "\n".join(_table(model)) for title, model in SECTIONS)


def _table(model: type[BaseModel]) -> Iterator[str]:
    yield "| field | type | default | meaning |"
    yield "|---|---|---|---|"
    hints = get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        words = ", ".join([_type(hints[name]), *_bounds(field)])
        meaning = " ".join((field.description or "").replace("None:", "none:").split())
        yield f"| `{name}` | {words} | {_default(hints[name], field)} | {meaning} |"


def _type(hint: Any) -> str:
    for known, name in _TYPE_NAMES:
        if hint == known:
            return name
    origin, args = get_origin(hint), get_args(hint)
    if origin is tuple:
        return f"list of {_type(args[0])}s"
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in args)
    if origin is types.UnionType or type(None) in args:
        return _type(next(a for a in args if a is not types.NoneType))
    return _type(args[0])


def _bounds(field: FieldInfo) -> Iterator[str]:
    for bound in field.metadata:
        for kind, words, attribute in _BOUNDS:
            if isinstance(bound, kind):
                yield f"{words} {getattr(bound, attribute)}"


def _default(hint: Any, field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default in (None, "", (), WeeklyHours()):
        return "none"
    if isinstance(field.default, BaseModel):
        return "as below"
    return f"`{minute_text(field.default) if hint == Minute else field.default}`"

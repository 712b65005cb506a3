"""What differs between two estates, item by item and field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel

from domain.estate import Estate, Walk
from domain.hours import SpecialDay, WeeklyHours, day_text


class ChangeKind(StrEnum):
    """What became of an item."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One item that came or went, or one field of an item that changed.

    As text, it begins with "+" for what came, "-" for what went, "~" for what changed.
    """

    kind: ChangeKind
    items: str
    """The list it is in: "venues", "rooms"…"""
    id: str
    field: str = ""
    """Path of the field within the item, of a change only: "limits.earliest"."""
    old: str | None = None
    """The field's value before, as files have it; None where there was none."""
    new: str | None = None

    def __str__(self) -> str:
        if self.kind is ChangeKind.ADDED:
            return f"+ {self.items} {self.id}"
        if self.kind is ChangeKind.REMOVED:
            return f"- {self.items} {self.id}"
        old, new = ("none" if text is None else text for text in (self.old, self.new))
        return f"~ {self.items} {self.id} {self.field}: {old} → {new}"


def diff(old: Estate, new: Estate) -> list[Change]:
    """The changes that lead from `old` to `new`, by list and id; another order is no change."""
    changes: list[Change] = []
    for items in Estate.model_fields:
        before = {item.id: item for item in getattr(old, items)}
        after = {item.id: item for item in getattr(new, items)}
        for name in sorted(before.keys() | after.keys()):
            if name not in before:
                changes.append(Change(kind=ChangeKind.ADDED, items=items, id=name))
            elif name not in after:
                changes.append(Change(kind=ChangeKind.REMOVED, items=items, id=name))
            else:
                changes += _changed(items, name, before[name], after[name])
    return changes


def _changed(items: str, name: str, before: BaseModel, after: BaseModel) -> Iterator[Change]:
    old, new = _fields(before), _fields(after)
    for field in {**old, **new}:
        if old.get(field) != new.get(field):
            yield Change(
                kind=ChangeKind.CHANGED,
                items=items,
                id=name,
                field=field,
                old=old.get(field),
                new=new.get(field),
            )


def _fields(item: BaseModel, prefix: str = "") -> Mapping[str, str | None]:
    """Path → text of every field; special days by date, satellites by venue."""
    shown = item.model_dump(mode="json")
    found: dict[str, str | None] = {}
    for name in type(item).model_fields:
        value, path = getattr(item, name), prefix + name
        if isinstance(value, WeeklyHours):
            found[path] = str(value)
        elif isinstance(value, tuple):
            found |= dict(_part(path, part) for part in value)
        elif isinstance(value, BaseModel):
            found |= _fields(value, f"{path}.")
        else:
            found[path] = None if value is None else str(shown[name])
    return found


def _part(path: str, part: SpecialDay | Walk) -> tuple[str, str]:
    if isinstance(part, Walk):
        return f"{path}[{part.venue}]", f"{part.walk_minutes} min"
    return f"{path}[{part.day}]", f"{day_text(part.blocks)} {part.name}".strip()

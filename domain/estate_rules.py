"""Checks a whole estate as it was written and tells every fault at once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from domain.errors import InvalidEstate, Problem
from domain.estate import Area, Department, Estate, LinkGroup, Room, SchoolTerm, Sensor, Venue
from domain.estate_faults import Fault, Locate, Path, did_you_mean, model_faults, path_text
from domain.estate_references import reference_faults
from domain.venue_rules import rule_faults

KINDS: Mapping[str, type[BaseModel]] = {
    "areas": Area,
    "departments": Department,
    "venues": Venue,
    "rooms": Room,
    "sensors": Sensor,
    "link_groups": LinkGroup,
    "school_terms": SchoolTerm,
}
"""The lists of an estate and the model of their items."""

_ANY_VENUE: Mapping[str, Any] = {"id": "x", "name": "x", "type": "x", "area": "x", "hours": {}}
"""Stands in for what is not sound in a venue while the rest of it is checked."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One item: where it stands, what was written, what pydantic made of it."""

    kind: str
    index: int
    written: Mapping[str, Any]
    item: BaseModel | None
    faults: tuple[Fault, ...]
    """Paths begin at the item."""


def check(
    document: Mapping[str, Any], locate: Locate = path_text, found: Iterable[Problem] = ()
) -> Estate:
    """The estate that `document` describes, checked as a whole.

    Args:
        document: kind → list of items as mappings; texts where a file has only texts.
        locate: says where a path of the document is, for the problems' `where`.
        found: problems that reading the document has met already.

    Raises `InvalidEstate` with all problems, those of one item together, in the document's order.
    """
    entries = [entry for kind in KINDS for entry in _entries(kind, document.get(kind))]
    faults = [
        *_shape_faults(document),
        *(_at(entry, fault) for entry in entries for fault in entry.faults),
        *(_at(entry, fault) for entry in entries for fault in _venue_faults(entry)),
        *reference_faults(
            {kind: [e.written for e in entries if e.kind == kind] for kind in KINDS}, locate
        ),
    ]
    problems = [
        *found,
        *(Problem(locate(f.path), f.what, f.hint) for f in sorted(faults, key=_place)),
    ]
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise InvalidEstate(f"the estate has {count}", problems=problems)
    return Estate.model_validate(
        {kind: tuple(e.item for e in entries if e.kind == kind) for kind in KINDS}
    )


def _entries(kind: str, items: Any) -> Iterator[_Entry]:
    if not isinstance(items, list | tuple):
        return
    model = KINDS[kind]
    for index, written in enumerate(items):
        item: BaseModel | None = None
        faults: tuple[Fault, ...] = ()
        try:
            item = model.model_validate(written)
        except ValidationError as error:
            faults = tuple(model_faults(error, model))
        yield _Entry(kind, index, written if isinstance(written, Mapping) else {}, item, faults)


def _shape_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    for kind, items in document.items():
        if kind not in KINDS:
            hint = did_you_mean(str(kind), KINDS) or "lists: " + ", ".join(KINDS)
            yield Fault((kind,), "there is no such list in an estate", hint)
        elif items is not None and not isinstance(items, list | tuple):
            yield Fault((kind,), "should be a list")


def _venue_faults(entry: _Entry) -> Iterable[Fault]:
    """Faults of the rules on a venue, as far as the fields they read are sound."""
    if isinstance(entry.item, Venue):
        return rule_faults(entry.item, ())
    if entry.kind != "venues" or not entry.written:
        return ()
    unsound = {
        f.path[:2] if f.path[0] == "limits" and len(f.path) > 1 else f.path[:1]
        for f in entry.faults
    }
    sound = {k: v for k, v in entry.written.items() if (k,) not in unsound}
    if isinstance(limits := sound.get("limits"), Mapping):
        sound["limits"] = {k: v for k, v in limits.items() if ("limits", k) not in unsound}
    venue = Venue.model_validate({**_ANY_VENUE, **sound})
    return rule_faults(venue, [path_text(path) for path in unsound])


def _at(entry: _Entry, fault: Fault) -> Fault:
    return Fault((entry.kind, entry.index, *fault.path), fault.what, fault.hint)


def _place(fault: Fault) -> tuple[int, int]:
    """Where to tell a fault: by list, then by item."""
    path: Path = fault.path
    kind = list(KINDS).index(str(path[0])) if path[0] in KINDS else -1
    return kind, int(path[1]) if len(path) > 1 else -1

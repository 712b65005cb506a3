"""The estate in words: its lists, and what a change of it means."""

from collections.abc import Iterable, Mapping, Sequence

from console.words import words
from console.words.i18n import Language, mark
from domain.estate import Estate, Named
from domain.estate_diff import Change, ChangeKind
from domain.hours import WeeklyHours

LISTS: Mapping[str, str] = {
    "venues": mark("Venues"),
    "rooms": mark("Rooms"),
    "sensors": mark("Sensors"),
    "link_groups": mark("Link groups"),
    "areas": mark("Areas"),
    "departments": mark("Departments"),
    "school_terms": mark("School terms"),
}
ITEMS: Mapping[str, str] = {
    "venues": mark("Venue"),
    "rooms": mark("Room"),
    "sensors": mark("Sensor"),
    "link_groups": mark("Link group"),
    "areas": mark("Area"),
    "departments": mark("Department"),
    "school_terms": mark("School term"),
}
KINDS: Mapping[ChangeKind, str] = {
    ChangeKind.ADDED: mark("New"),
    ChangeKind.REMOVED: mark("Goes"),
    ChangeKind.CHANGED: mark("Changes"),
}
SIGNS: Mapping[ChangeKind, str] = {
    ChangeKind.ADDED: "good",
    ChangeKind.REMOVED: "bad",
    ChangeKind.CHANGED: "wait",
}
ADDED: Mapping[str, str] = {
    "venues": mark("It is shown and planned from now on; its hours hold from today."),
    "rooms": mark("It is shown once one of its doors has a sensor."),
    "sensors": mark("It is counted from now on, and so is what it has said before."),
}
REMOVED: Mapping[str, str] = {
    "venues": mark("It is no longer shown or planned, and its doors forget their hours."),
    "rooms": mark("It is no longer shown or counted."),
    "sensors": mark("It is no longer counted; what it said is kept."),
}
AREAS: Mapping[str, str] = {
    "street": mark("Street"),
    "district": mark("District"),
    "city": mark("City"),
}


def list_name(lang: Language, items: str) -> str:
    """A list of the estate, by its name in the file."""
    return lang.text(LISTS[items])


def area_kind(lang: Language, kind: str) -> str:
    """How large an area is."""
    return lang.text(AREAS[kind])


def kind(lang: Language, change: Change) -> str:
    """What becomes of an item, as a table entry."""
    return lang.text(KINDS[change.kind])


def sign(change: Change) -> str:
    """The style of a change's mark."""
    return SIGNS[change.kind]


def item(lang: Language, change: Change, before: Estate, after: Estate) -> str:
    """Which item it is: its kind, and its name where it has one."""
    estate = before if change.kind is ChangeKind.REMOVED else after
    found = next((i for i in getattr(estate, change.items) if i.id == change.id), None)
    name = found.name_in(lang.code) if isinstance(found, Named) else change.id
    return lang.text(mark("{kind} “{name}”"), kind=lang.text(ITEMS[change.items]), name=name)


def told(lang: Language, change: Change) -> str:
    """What a change means; "" where its kind says all."""
    if change.kind is ChangeKind.ADDED:
        return lang.text(ADDED[change.items]) if change.items in ADDED else ""
    if change.kind is ChangeKind.REMOVED:
        return lang.text(REMOVED[change.items]) if change.items in REMOVED else ""
    old, new = _value(lang, change.old), _value(lang, change.new)
    if change.field == "hours":
        return lang.text(mark("hours, from today: {new}; until now {old}"), new=new, old=old)
    return lang.text(mark("{field}: {old} becomes {new}"), field=change.field, old=old, new=new)


def summary(lang: Language, changes: Sequence[Change]) -> str:
    """How much a file changes."""
    counts = {kind: _items(c for c in changes if c.kind is kind) for kind in ChangeKind}
    return lang.text(
        mark("{added} come, {removed} go, {changed} change."),
        **{kind: lang.number(n) for kind, n in counts.items()},
    )


def week(lang: Language, hours: WeeklyHours) -> str:
    """A week's hours in a line."""
    return words.week_line(lang, hours)


def _items(changes: Iterable[Change]) -> int:
    return len({(c.items, c.id) for c in changes})


def _value(lang: Language, text: str | None) -> str:
    return text or lang.text(mark("nothing"))

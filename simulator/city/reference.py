"""Every field of a family file as Markdown tables, made from the models themselves.

`python -m simulator.city.reference` prints what belongs between the two marks in docs/simulator.md.
"""

from collections.abc import Iterator

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_json

from simulator.city.family import Differences, Family, Feasts, Groups, Happening, Today, Watching
from simulator.city.kinds import Kind, RoomKind
from simulator.faults.rates import FaultRates
from simulator.managers import Habits
from simulator.profile import Change, Event, Peak, Profile, Season
from simulator.scenario import Counter, Scenario

SECTIONS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("a family", Family),
    ("differences", Differences),
    ("today", Today),
    ("groups", Groups),
    ("happenings[]", Happening),
    ("feasts", Feasts),
    ("watching", Watching),
    ("faults", FaultRates),
    ("managers", Habits),
    ("kinds.TYPE, every", Kind),
    ("kinds.TYPE.rooms[]", RoomKind),
    ("kinds.TYPE.profile", Profile),
    ("peaks", Peak),
    ("season", Season),
    ("changes[]", Change),
    ("events[]", Event),
    ("city (a scenario)", Scenario),
    ("counter, sensors.ID (of a scenario)", Counter),
)
"""Title and model of each table."""


def reference() -> str:
    """One table a part of a file, its fields in the order of the model."""
    return "\n\n".join(f"### {title}\n\n" + "\n".join(_table(model)) for title, model in SECTIONS)


def _table(model: type[BaseModel]) -> Iterator[str]:
    yield "| field | default | meaning |"
    yield "|---|---|---|"
    for name, field in model.model_fields.items():
        meaning = " ".join((field.description or "").split())
        yield f"| `{name}` | {_default(field)} | {meaning} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if isinstance(field.default, BaseModel):
        return "as below"
    text = to_json(field.default).decode()
    return "none" if text in ('""', "{}", "[]", "null") else f"`{text.strip(chr(34))}`"


if __name__ == "__main__":
    print(reference())  # noqa: T201 - this is what it is for

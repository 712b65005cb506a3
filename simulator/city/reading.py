"""From files to families; every fault is told with its file and field."""

import functools
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from domain.errors import InvalidInput, NotFound, Problem
from domain.estate_faults import did_you_mean
from simulator.city.family import Family
from simulator.city.kinds import Kind
from simulator.scenario import Scenario

_SUFFIXES = (".yaml", ".yml")
_PARTS = ("profile", "limits", "season")
"""Of these, a family gives only the fields that differ."""


def names() -> list[str]:
    """Families that come with the package."""
    folder = files("simulator") / "families"
    return sorted(
        f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")
    )


def load(name_or_path: str | Path) -> Family:
    """A family by the name under which it comes with the package, or from any file.

    Raises `NotFound`, or `InvalidInput` with every fault by file and field.
    """
    path = Path(name_or_path)
    if path.suffix in _SUFFIXES or path.exists():
        if not path.is_file():
            raise NotFound(f"there is no file {path}")
        return parse(path.read_text(encoding="utf-8"), str(path))
    if str(name_or_path) not in names():
        hint = did_you_mean(str(name_or_path), names()) or f"families are {', '.join(names())}"
        raise NotFound(f"there is no family “{name_or_path}”", hint=hint)
    file = files("simulator") / "families" / f"{name_or_path}.yaml"
    return parse(file.read_text(encoding="utf-8"), f"{name_or_path}.yaml")


def parse(text: str, source: str) -> Family:
    """A family from YAML. Raises `InvalidInput` with every fault; `source` is the file."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidInput(f"is not YAML: {error}", where=source) from error
    try:
        family = Family.model_validate(document)
        scenario_of(family, kinds_of(family))
    except ValidationError as error:
        raise _invalid(source, _problems(error, "")) from error
    except InvalidInput as error:
        raise _invalid(source, error.problems) from error
    return family


def kinds_of(family: Family) -> dict[str, Kind]:
    """Types of venue as the family has them. Raises `InvalidInput` by field."""
    known = _known_kinds()
    kinds, problems = {}, []
    for name in {**known, **family.kinds}:
        own = family.kinds.get(name, {})
        try:
            kinds[name] = Kind.model_validate(
                _merged(_merged(known.get(name, {}), family.every), own)
            )
        except ValidationError as error:
            of_every = name in known and not own
            problems += _problems(error, "every" if of_every else f"kinds.{name}")
    problems += [
        Problem(f"mix.{name}", "there is no such type of venue", did_you_mean(name, list(kinds)))
        for name in family.mix
        if name not in kinds and name not in family.kinds
    ]
    if family.mix and not sum(family.mix.values()):
        problems.append(Problem("mix", "there is no venue at all in it"))
    if problems:
        unique = list(dict.fromkeys(problems))
        raise InvalidInput("this family cannot be", problems=unique)
    return kinds


@functools.cache
def _known_kinds() -> Mapping[str, Mapping[str, Any]]:
    file = files("simulator") / "city" / "kinds.yaml"
    known: Mapping[str, Mapping[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return known


def scenario_of(family: Family, kinds: Mapping[str, Kind]) -> Scenario:
    """What is true of the family's cities as a whole. Raises `InvalidInput` by field."""
    if own := [name for name in ("types", "venues", "sensors") if name in family.city]:
        problems = [Problem(f"city.{n}", "is made from the family's own fields") for n in own]
        raise InvalidInput("this family cannot be", problems=problems)
    types = {name: kind.profile.model_dump() for name, kind in kinds.items()}
    document = {"since": family.first_day, **family.city, "types": types}
    try:
        return Scenario.model_validate(document)
    except ValidationError as error:
        raise InvalidInput("this family cannot be", problems=_problems(error, "city")) from error


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of `over` in place of those of `under`; within `_PARTS`, field by field."""
    return {
        **under,
        **{
            name: _merged(under.get(name) or {}, value)
            if name in _PARTS and isinstance(value, Mapping)
            else value
            for name, value in over.items()
        },
    }


def _problems(error: ValidationError, where: str) -> list[Problem]:
    return [
        Problem(".".join([*([where] if where else []), *map(str, fault["loc"])]), fault["msg"])
        for fault in error.errors(include_url=False)
    ]


def _invalid(source: str, problems: Iterable[Problem]) -> InvalidInput:
    told = [Problem(f"{source}: {p.where}", p.what, p.hint) for p in problems]
    return InvalidInput("this family cannot be", where=source, problems=told)

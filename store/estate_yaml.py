"""The estate as one YAML file.

Scalars stay the text that they are, so that 10:00 is a time and 0012 an id; the models read numbers
from text. Only a plain null, or nothing, is None.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from domain.errors import InvalidEstate, Problem
from domain.estate import Estate
from domain.estate_faults import Path as FieldPath
from domain.estate_faults import path_text
from store.estate_draft import Draft, read_utf8

_NULL = "tag:yaml.org,2002:null"
_DEEPEST = 12
"""Levels of nesting; an estate has six. Deeper is no estate, or an alias that holds itself."""


def read_yaml(path: Path) -> Draft:
    """Read an estate file. Raises `InvalidEstate` when it is no YAML mapping at all."""
    return draft_of(read_utf8(path), str(path))


def draft_of(text: str, name: str) -> Draft:
    """What a YAML text of that `name` says. Raises `InvalidEstate` when it is no mapping at all."""
    try:
        _refuse_depth(name, text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        hint = "check the indentation, and quote texts that hold : or #"
        raise InvalidEstate(
            f"is not YAML: {error.problem}", where=f"{name}{line}", hint=hint
        ) from error
    except yaml.YAMLError as error:
        raise InvalidEstate(f"is not YAML: {error}", where=name) from error
    if not isinstance(root, MappingNode):
        raise InvalidEstate(
            "is not an estate", where=name, hint="begin with lists such as venues: and rooms:"
        )
    reader = _Reader(name)
    return Draft(reader.value(root, ()), _Locator(name, root).locate, reader.problems)


def _refuse_depth(name: str, text: str) -> None:
    """Raises `InvalidEstate` before `yaml.compose` recurses for each level, until it crashes."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, CollectionStartEvent):
            depth += 1
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST + 1:
            line = f":{event.start_mark.line + 1}" if event.start_mark else ""
            hint = "close brackets, and check the indentation"
            raise InvalidEstate("is nested too deeply", where=f"{name}{line}", hint=hint)


def write_yaml(estate: Estate, path: Path) -> None:
    """Write the estate file."""
    path.write_text(yaml_of(estate), encoding="utf-8")


def yaml_of(estate: Estate) -> str:
    """The text of the estate file; fields at their default are left out."""
    document = estate.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)


@dataclass(slots=True)
class _Reader:
    """Turns nodes into plain values; keeps the problems it meets."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    _known: dict[int, Any] = field(default_factory=dict)
    """Values by the id of their node, so that what aliases share is built once."""

    def value(self, node: Node, path: FieldPath) -> Any:
        if id(node) not in self._known:
            self._known[id(node)] = self._build(node, path)
        return self._known[id(node)]

    def _build(self, node: Node, path: FieldPath) -> Any:
        if isinstance(node, ScalarNode):
            return None if node.tag == _NULL else node.value
        if len(path) > _DEEPEST:
            self._problem(node, path[:3], "is nested too deeply")
            return None
        if isinstance(node, SequenceNode):
            return [self.value(child, (*path, i)) for i, child in enumerate(node.value)]
        return self._mapping(node, path)

    def _mapping(self, node: Node, path: FieldPath) -> dict[Hashable, Any]:
        found: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._problem(key_node, path, "has a key that is not text")
                continue
            key = (*path, key_node.value)
            if key_node.value in found:
                self._problem(key_node, key, "is given twice", "keep one of the two")
                continue
            found[key_node.value] = self.value(value_node, key)
        return found

    def _problem(self, node: Node, path: FieldPath, what: str, hint: str = "") -> None:
        where = f"{self.file}:{node.start_mark.line + 1} {path_text(path)}".rstrip()
        self.problems.append(Problem(where, what, hint))


@dataclass(frozen=True, slots=True)
class _Locator:
    """Finds the line of a path by walking the nodes, only when somebody asks."""

    file: str
    root: Node

    def locate(self, path: FieldPath) -> str:
        """File, line and field; of a field that is missing, the line of what should have it."""
        node, line = self.root, self.root.start_mark.line
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            node, line = found
        return f"{self.file}:{line + 1} {path_text(path)}"


def _child(node: Node, step: str | int) -> tuple[Node, int] | None:
    """The node one step down, and the line on which its key or its item begins."""
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        child = node.value[step]
        return child, child.start_mark.line
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == step:
                return value, key.start_mark.line
    return None

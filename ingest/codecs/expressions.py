"""What a line of settings takes out of a record: a JMESPath, a constant, or levels of the topic.

Source of the semantics: the JMESPath specification. Its literals are our constants: `'text'` in
single quotes, a number between backticks; a name with blanks or other letters than ASCII's stands
in double quotes.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from ingest.codecs.faults import Fault

Expression = Callable[[Any, Sequence[str]], Any]
"""From a record and the levels of its topic to a value; None where there is none."""

_LEVEL = re.compile(r"\{(\d+)\}")


def nothing(_record: Any, _levels: Sequence[str]) -> None:
    """The expression of a line that is not given."""


def constant(value: object) -> Expression:
    """The same value of every record."""
    return lambda _record, _levels: value


def expression(text: str) -> Expression:
    """A JMESPath expression.

    Raises:
        ValueError: it is none; says where.
    """
    try:
        compiled = jmespath.compile(text)
    except JMESPathError as error:
        raise ValueError(str(error).splitlines()[0].rstrip(" :")) from error
    node = compiled.parsed
    if node["type"] == "literal":
        return constant(node["value"])
    if node["type"] == "current":
        return lambda record, _levels: record
    if node["type"] == "field":  # nearly all are, and the library takes its time
        name = node["value"]
        return lambda record, _levels: record.get(name) if isinstance(record, dict) else None

    def search(record: Any, _levels: Sequence[str]) -> Any:
        try:
            return compiled.search(record)
        except JMESPathError as error:
            raise Fault("expression does not fit", f"{text}: {error}"[:300], "mend it") from error

    return search


def literal(text: str) -> str:
    """The expression that is this text."""
    return "`" + json.dumps(text).replace("`", "\\`") + "`"


def names_in(text: str) -> frozenset[str]:
    """The names that a JMESPath expression looks up; none where the text is not one."""
    try:
        node = jmespath.compile(text).parsed
    except JMESPathError:
        return frozenset()
    return frozenset(_names(node))


def _names(node: Any) -> Iterator[str]:
    if node["type"] == "field":
        yield node["value"]
    for child in node["children"]:
        yield from _names(child)


def name_of_device(text: str) -> Expression:
    """An expression, or a text with levels of the topic, counted from 0, as in "door-{1}"."""
    if not _LEVEL.search(text):
        return expression(text)

    def from_topic(_record: Any, levels: Sequence[str]) -> str:
        return _LEVEL.sub(lambda found: _level(levels, int(found[1])), text)

    return from_topic


def _level(levels: Sequence[str], number: int) -> str:
    if number >= len(levels):
        raise Fault(
            "no such level of the topic",
            f"{'/'.join(levels)} has no level {number}"[:300],
            "levels are counted from 0",
        )
    return levels[number]

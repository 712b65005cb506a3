"""The few value templates that are read; nothing is ever evaluated.

Source of the semantics: Home Assistant's documentation of `value_template`, and Jinja's of its
filters. In one thing we differ on purpose: what is missing, or no number, is not 0, unless the
template itself gives that default.
"""

import functools
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ingest.codecs.faults import Fault
from ingest.codecs.json_text import read_json

_KEY = r"""\.[A-Za-z_]\w*|\[\s*(?:'[^'\\]*'|"[^"\\]*"|\d+)\s*\]"""
_ARGUMENT = r"""'[^'\\]*'|"[^"\\]*"|-?\d+(?:\.\d+)?"""
_FILTER = rf"\|\s*[a-z]+\s*(?:\(\s*(?:{_ARGUMENT})?\s*\))?\s*"
_TEMPLATE = re.compile(
    rf"\s*\{{\{{-?\s*(value_json|value)((?:{_KEY})*)\s*((?:{_FILTER})*)-?\}}\}}\s*"
)
_UNSAID = ("", "unknown", "unavailable", "None", "none", "null")
"""Texts that stand for no state."""


class Template(NamedTuple):
    """How a value is taken out of a payload."""

    is_json: bool
    path: tuple[str | int, ...]
    filters: tuple[tuple[str, float | str | None], ...]
    """Names with their argument."""

    def value(self, payload: bytes) -> object:
        """The value in a payload; None where it says none. Raises `Fault` where it is not JSON."""
        found: object = payload.decode("utf-8", errors="replace").strip()
        if self.is_json and found not in _UNSAID:
            found = functools.reduce(_inside, self.path, read_json(payload))
        if isinstance(found, str) and found in _UNSAID:
            found = None
        for name, argument in self.filters:
            found = _FILTERS[name](found, argument)
        return found


PLAIN = "{{ value }}"
"""What holds where no template is given."""


@functools.lru_cache(maxsize=4_096)
def parsed(template: str) -> Template:
    """A template of the kinds that are read. Raises `Fault` for any other."""
    match = _TEMPLATE.fullmatch(template)
    filters = tuple(_filters(match[3])) if match else ()
    if not match or (match[2] and match[1] == "value") or {n for n, _ in filters} - _FILTERS.keys():
        raise Fault(
            "template not understood",
            f"value template {template[:200]!r}",
            "use {{ value }} or {{ value_json.name }} with int, float, round or default; "
            "or name the topic in ingest.sources with the generic format",
        )
    path = tuple(_literal(key.lstrip(".").strip("[] \t")) for key in re.findall(_KEY, match[2]))
    return Template(match[1] == "value_json", path, filters)


def _filters(text: str) -> Iterator[tuple[str, float | str | None]]:
    for name, argument in re.findall(rf"\|\s*([a-z]+)\s*(?:\(\s*({_ARGUMENT})?\s*\))?", text):
        value = _literal(argument) if argument else None
        yield name, value


def _literal(text: str) -> int | str:
    """A key or argument: quoted, a number, or a bare name."""
    if text[:1] in "'\"":
        return text[1:-1]
    return int(text) if re.fullmatch(r"-?\d+", text) else text


def _inside(value: object, key: str | int) -> object:
    """The element of a mapping or list; None where there is none."""
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return None


def _number(value: object, otherwise: float | str | None) -> float | None:
    if value is None:
        return None
    try:
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            return float(value)
    except ValueError:
        pass
    if otherwise is None:
        raise Fault("not a count", f"{str(value)[:60]!r} is no number", "publish a number")
    return float(otherwise)


def _int(value: object, otherwise: float | str | None) -> object:
    number = _number(value, otherwise)
    return None if number is None else int(number)


def _round(value: object, digits: float | str | None) -> object:
    number = _number(value, None)
    return None if number is None else round(number, int(digits or 0))


def _default(value: object, otherwise: float | str | None) -> object:
    return otherwise if value is None else value


_FILTERS: dict[str, Callable[[object, float | str | None], object]] = {
    "int": _int,
    "float": _number,
    "round": _round,
    "default": _default,
}

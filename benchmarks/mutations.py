"""Ways to damage a message."""

import base64
import json
import random
import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]
"""Random numbers, a payload, and others to take parts of; to another payload."""

SWAPS: tuple[Any, ...] = (
    None,
    True,
    "",
    "7",
    "-1",
    "1e400",
    "２",
    "\ud800",
    "2026-02-30T25:61:00Z",
    "0001-01-01T00:00:00+14:00",
    "9" * 400,
    [],
    {},
    [[]],
    0,
    -1,
    1.5,
    -0.0,
    1e308,
    2**53,
    2**53 + 1,
    2**63,
    2**64,
    -(2**63),
    10**17,
    10**30,
    float("nan"),
    float("inf"),
    float("-inf"),
)
_DEEP = 2_000
_BASE64 = re.compile(rb'"((?:[A-Za-z0-9+/]{4}){2,})"')


def flipped(rng: random.Random, payload: bytes, _others: Sequence[bytes]) -> bytes:
    """With some bits turned over."""
    damaged = bytearray(payload or b"\0")
    for _ in range(rng.randint(1, 8)):
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    return bytes(damaged)


def truncated(rng: random.Random, payload: bytes, _others: Sequence[bytes]) -> bytes:
    """Without its end, or its beginning."""
    cut = rng.randint(0, len(payload))
    return payload[:cut] if rng.random() < 0.7 else payload[cut:]


def spliced(rng: random.Random, payload: bytes, others: Sequence[bytes]) -> bytes:
    """With a part of another message within."""
    other = rng.choice(others)
    begin, end = sorted(rng.randint(0, len(other)) for _ in range(2))
    at, to = sorted(rng.randint(0, len(payload)) for _ in range(2))
    return payload[:at] + other[begin:end] + payload[to:]


def swapped(rng: random.Random, payload: bytes, _others: Sequence[bytes]) -> bytes:
    """With other values, of other types, in place of some."""
    return _changed(
        payload, lambda place, key: place.__setitem__(key, deepcopy(rng.choice(SWAPS))), rng
    )


def emptied(rng: random.Random, payload: bytes, _others: Sequence[bytes]) -> bytes:
    """Without some of its fields."""
    return _changed(payload, lambda place, key: place.__delitem__(key), rng)


def nested(rng: random.Random, payload: bytes, _others: Sequence[bytes]) -> bytes:
    """With a value deep in lists or objects."""
    depth = rng.choice((3, 60, _DEEP))
    opening, closing = rng.choice(((b"[", b"]"), (b'{"a":', b"}")))
    at = rng.choice([m.start() for m in re.finditer(rb":", payload)] or [0])
    deep = opening * depth + b"1" + closing * depth
    return payload[: at + 1] + deep + (b"," if rng.random() < 0.5 else b"") + payload[at + 1 :]


def doubled(rng: random.Random, payload: bytes, _others: Sequence[bytes]) -> bytes:
    """With a key twice, or a part of it again and again."""
    pairs = re.findall(rb'"[^"]{1,40}":\s*[^,{}\[\]]{1,40}', payload)
    if not pairs or rng.random() < 0.2:
        return payload * rng.randint(2, 20)
    pair = rng.choice(pairs)
    swap = json.dumps(rng.choice(SWAPS)).encode()
    return payload.replace(pair, pair + b"," + pair.split(b":")[0] + b":" + swap, 1)


def misspelt(rng: random.Random, payload: bytes, _others: Sequence[bytes]) -> bytes:
    """With bytes that are no UTF-8."""
    at = rng.randint(0, len(payload))
    bad = rng.choice((b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\x00", b"\xf4\x90\x80\x80"))
    return payload[:at] + bad + payload[at:]


def recoded(rng: random.Random, payload: bytes, others: Sequence[bytes]) -> bytes:
    """With damage inside, or to, what is in base64."""
    found = list(_BASE64.finditer(payload))
    if not found:
        return flipped(rng, payload, others)
    part = rng.choice(found)
    text = part[1]
    if rng.random() < 0.8:
        within = rng.choice((flipped, truncated, spliced))
        raw = base64.b64decode(text)
        text = base64.b64encode(within(rng, raw, others))
    else:
        text = rng.choice((flipped, truncated))(rng, text, others)
    return payload[: part.start(1)] + text + payload[part.end(1) :]


MUTATIONS: tuple[Mutation, ...] = (
    flipped,
    truncated,
    spliced,
    swapped,
    swapped,
    swapped,
    emptied,
    nested,
    doubled,
    misspelt,
    recoded,
)
"""All of them, the most telling more often."""


def topic_of(rng: random.Random, topic: str) -> str:
    """The topic, or now and then a wrong one."""
    chance = rng.random()
    if chance < 0.9:
        return topic
    levels = topic.split("/")
    level = rng.randrange(len(levels))
    levels[level] = rng.choice(("", " ", "é", "\ufffd", "..", "a" * 200, "+", "door:1", "\u202e"))
    return "/".join(levels[: level + 1] if chance > 0.97 else levels)


def _changed(payload: bytes, change: Callable[[Any, Any], None], rng: random.Random) -> bytes:
    try:
        content = json.loads(payload)
        for _ in range(rng.randint(1, 3)):
            places = _places(content)
            if places:
                change(*rng.choice(places))
        return json.dumps(content).encode()
    except (ValueError, RecursionError):  # it is damaged already
        return json.dumps(rng.choice(SWAPS)).encode()


def _places(content: Any) -> list[tuple[Any, Any]]:
    keys = list(content) if isinstance(content, dict) else []
    keys = list(range(len(content))) if isinstance(content, list) else keys
    found = [(content, key) for key in keys]
    return found + [place for key in keys for place in _places(content[key])]

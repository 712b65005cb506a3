"""JSON as vendors send it.

What is not JSON by RFC 8259 is put right where its meaning is beyond doubt: names and words
without quotes, single and typographic quotes, comments, a comma too many or too few, numbers as
people write them, NaN, a byte order mark, and the NULs of a buffer sent whole. Vendors' manuals and
devices do all of it.
"""

import re
from collections.abc import Iterator

import msgspec

from ingest.codecs.faults import Fault

MAX_MENDED_BYTES = 100_000
"""Longer texts must be JSON by the book: putting them right would hold up the others."""
_PADDING = b"\0 \t\r\n"
_BOM = b"\xef\xbb\xbf"
_TOKEN = re.compile(
    r"""
    (?P<skip> \s+ | //[^\n]* | /\*.*?\*/ )
    | (?P<text> "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | ["“”](?:[^"“”\\\n]|\\.)*["“”] )
    | (?P<mark> [{}\[\]:,] )
    | (?P<word> (?!/\*) [^\s{}\[\]:,"'“”]+ (?: [ \t]+ (?!//|/\*) [^\s{}\[\]:,"'“”]+ )* )
    """,
    re.VERBOSE | re.DOTALL,
)
_JSON_WORD = re.compile(r"true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_HEX = re.compile(r"[+-]?0[xX][0-9a-fA-F]+")
_NO_VALUE = ("nan", "inf", "infinity", "null", "none", "undefined")
_WORDS = {"true": "true", "false": "false", **dict.fromkeys(_NO_VALUE, "null")}


def read_json(payload: bytes) -> object:
    """The value of a JSON payload, also where it is JSON but for its writing.

    NaN and infinity are null: the device does not know.

    Raises:
        Fault: it is none, or not UTF-8.
    """
    try:
        return msgspec.json.decode(payload)
    except (ValueError, RecursionError) as error:
        problem = str(error)
    text = _text_of(payload)
    if len(text) <= MAX_MENDED_BYTES:
        try:
            value = msgspec.json.decode("".join(_mended(text)))
        except (ValueError, RecursionError):
            value = None  # the first problem is that of the text as it came
        if isinstance(value, dict | list):  # any one word would be JSON else
            return value
    raise Fault("not JSON", problem, "send one JSON object")


def read_object(payload: bytes) -> dict[str, object]:
    """The same where it must be an object."""
    value = read_json(payload)
    if not isinstance(value, dict):
        raise Fault("not an object", f"{type(value).__name__} in place of an object", "send {…}")
    return value


def _text_of(payload: bytes) -> str:
    try:
        return payload.removeprefix(_BOM).strip(_PADDING).removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        raise Fault("not UTF-8", str(error)[:200], "send JSON in UTF-8") from error


def _mended(text: str) -> Iterator[str]:
    """The pieces of the text as JSON."""
    before = ""
    for kind, piece in _tokens(text):
        if piece == ",":  # kept back: it may be one too many
            if before == ",":
                raise ValueError("two commas")
        elif piece in ("}", "]", ":"):
            yield piece
        else:
            if before and before not in "{[:":
                yield ","
            yield _as_json(kind, piece)
        before = piece if kind == "mark" else "value"


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    end = 0
    while end < len(text):
        found = _TOKEN.match(text, end)
        if found is None:
            raise ValueError(f"unexpected character at {end}")
        end = found.end()
        if found.lastgroup and found.lastgroup != "skip":
            yield found.lastgroup, found[0]


def _as_json(kind: str, piece: str) -> str:
    if kind == "text":
        return '"' + re.sub(r'\\(.)|"|[\x00-\x1f]', _as_in_json, piece[1:-1], flags=re.DOTALL) + '"'
    if kind == "mark" or _JSON_WORD.fullmatch(piece):
        return piece
    if known := _WORDS.get(piece.lstrip("+-").lower()):
        return known
    if _NUMBER.fullmatch(piece):
        return repr(int(piece) if piece.lstrip("+-").isdecimal() else float(piece))
    return str(int(piece, 16)) if _HEX.fullmatch(piece) else msgspec.json.encode(piece).decode()


def _as_in_json(found: re.Match[str]) -> str:
    """An escape that JSON has stays, of any other the character does; what JSON escapes, is."""
    if found[1] is None:
        return '\\"' if found[0] == '"' else f"\\u{ord(found[0]):04x}"
    return found[0] if found[1] in '"\\/bfnrtu' else found[1]

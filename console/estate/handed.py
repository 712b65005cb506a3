"""A file as it was sent: read once, and carried whole from one form to the next.

The form that applies a file holds the very text whose changes were shown, small enough for a form
field, and by which estate these were worked out.
"""

import zlib
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import BinaryIO

from domain.errors import InvalidInput
from domain.estate import Estate

MOST_BYTES = 8 * 2**20
"""Of a file: an estate of some ten thousand venues."""


def text_of(file: BinaryIO, name: str) -> str:
    """The text of a file that was sent. Raises `InvalidInput`."""
    sent = file.read(MOST_BYTES + 1)
    if len(sent) > MOST_BYTES:
        raise _too_large(name)
    try:
        return sent.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("is not UTF-8", where=name, hint="save it as UTF-8") from error


def packed(text: str) -> str:
    """A text for a field of a form, line ends and all."""
    return b64encode(zlib.compress(text.encode())).decode()


def unpacked(field: str) -> str:
    """The text that was packed. Raises `InvalidInput` where the field holds none."""
    inflate = zlib.decompressobj()
    try:
        held = inflate.decompress(b64decode(field, validate=True), MOST_BYTES)
        if not inflate.eof:
            raise _too_large("the form")
        return held.decode()
    except (ValueError, zlib.error) as error:
        raise InvalidInput("the form holds no estate", hint="send the file again") from error


def fingerprint(estate: Estate) -> str:
    """Another value for every other estate."""
    return sha256(estate.model_dump_json().encode()).hexdigest()


def _too_large(where: str) -> InvalidInput:
    hint = "use the command line: openhours estate import"
    return InvalidInput(f"has more than {MOST_BYTES // 2**20} MB", where=where, hint=hint)

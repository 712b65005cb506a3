"""Messages kept on disk while the store is away, so that the broker need not keep them."""

import os
import struct
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import msgspec
import structlog

from domain.errors import StoreUnavailable
from ingest.message import Messages

log = structlog.get_logger(__name__)

SEGMENT_BYTES = 16 * 2**20
"""A file that has grown so large is followed by another; it is deleted when all of it is stored."""

_HEAD = struct.Struct(">III")
"""Length of a frame, its checksum, and its number of messages."""
_Lists = tuple[list[bytes], list[bytes], list[int], list[int], list[int]]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Lists).decode


@dataclass(slots=True)
class _Segment:
    """One file of frames, each some messages that came together."""

    path: Path
    size: int = 0
    """Bytes that are sound."""
    messages: int = 0
    """Those inside that are not stored yet."""
    read: int = 0
    """Bytes of which everything is stored."""


class Spool:
    """A queue of messages in `folder`, oldest first, bounded in bytes.

    What `append` has taken survives `kill -9`. What was taken out is forgotten only with its whole
    file, so that after a crash some of it comes again, and changes nothing. One thread at a time.

    Args:
        folder: made when first needed.
        limit_bytes: how much it may hold.

    Raises `StoreUnavailable` when what an earlier life left cannot be read.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder, self._limit_bytes = folder, limit_bytes
        self._segments: deque[_Segment] = deque()
        self._messages = 0
        self._given = self._given_to = 0
        with _named_faults(folder):
            for path in sorted(folder.glob("*.spool")):
                self._recover(path)

    def __len__(self) -> int:
        """Messages inside."""
        return self._messages

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(segment.size for segment in self._segments)

    def append(self, messages: Messages) -> None:
        """Add messages; they are on disk when it returns.

        Raises `StoreUnavailable` when there is no room; nothing is added then.
        """
        body = _encode(tuple(messages.columns()))
        frame = _HEAD.pack(len(body), crc32(body), len(messages)) + body
        if self.size + len(frame) > self._limit_bytes:
            raise StoreUnavailable(
                f"the spool is full: it holds {self._messages} messages in {self.size} bytes",
                where=str(self._folder),
                hint="mend the store, or raise ingest.spool_mb",
            )
        try:
            self._write(frame)
        except OSError as error:
            raise StoreUnavailable(
                f"the spool cannot grow: {error.strerror}",
                where=str(self._folder),
                hint="free disk space; what was not acknowledged is sent again",
            ) from error
        self._messages += len(messages)
        self._segments[-1].messages += len(messages)

    def first(self, size: int = 1) -> Messages | None:
        """The oldest messages, `size` of one file or a few more; None when nothing is inside.

        Those that came together stay so.
        """
        while self._segments:
            segment = self._segments[0]
            parts, given = list[Messages](), 0
            self._given_to = segment.read
            while given < size and (frame := _frame_at(segment.path, self._given_to, segment.size)):
                parts.append(Messages(*frame[0]))
                given += len(parts[-1])
                self._given_to += frame[1]
            if parts:
                self._given = given
                return Messages.joined(parts)
            if segment.read < segment.size:
                _put_aside(segment.path, segment.read)
            self._drop_segment()
        return None

    def drop_first(self) -> None:
        """Forget what `first` gave."""
        segment = self._segments[0]
        segment.read = self._given_to
        segment.messages -= self._given
        self._messages -= self._given
        if segment.read >= segment.size:
            self._drop_segment()

    def _write(self, frame: bytes) -> None:
        last = self._segments[-1] if self._segments else None
        if last is None or last.size >= SEGMENT_BYTES or not last.path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            number = int(last.path.stem) + 1 if last else 1
            self._segments.append(_Segment(self._folder / f"{number:012d}.spool"))
        segment = self._segments[-1]
        with segment.path.open("ab") as file:
            file.truncate(segment.size)  # a full disk may have left half a frame
            file.write(frame)
            file.flush()
            os.fsync(file.fileno())
        segment.size += len(frame)

    def _drop_segment(self) -> None:
        segment = self._segments.popleft()
        self._messages -= segment.messages
        segment.path.unlink(missing_ok=True)

    def _recover(self, path: Path) -> None:
        """Take in a file of an earlier life; what a crash left half written was never promised."""
        segment, end = _Segment(path), path.stat().st_size
        while (frame := _frame_at(path, segment.size, end)) is not None:
            segment.size += frame[1]
            segment.messages += len(frame[0][0])
        if _has_whole(path, segment.size):  # and yet not sound
            _put_aside(path, segment.size)
        elif segment.size < end:
            log.warning(
                "half a message at the end of the spool is left out", size=end - segment.size
            )
        os.truncate(path, segment.size)
        self._segments.append(segment)
        self._messages += segment.messages


def adopt(folder: Path, owned: Sequence[Path]) -> None:
    """Move spool files below `folder` that lie in none of the `owned` folders into the first.

    So what a worker left is stored, though there are fewer workers now. What is damaged is said
    once more. No spool may be open. Raises `StoreUnavailable` when a file cannot be moved.
    """
    heir = owned[0]
    orphans = sorted(f for f in folder.rglob("*.spool") if f.parent not in owned)
    last = max((int(file.stem) for file in heir.glob("*.spool")), default=0)
    with _named_faults(folder):
        for number, file in enumerate(orphans, last + 1):
            heir.mkdir(parents=True, exist_ok=True)
            file.rename(heir / f"{number:012d}.spool")
            log.info("taken over from a spool that nobody empties", file=str(file))
    for file in damaged(folder):
        log.error(
            "messages that nobody can read are in a damaged file of the spool",
            file=str(file),
            hint="see to the disk; move the file away when nothing more is to be had from it",
        )


@contextmanager
def _named_faults(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(
            f"what is in the spool cannot be read: {error}",
            where=str(folder),
            hint="let this user read and write the folder and all in it",
        ) from error


def damaged(folder: Path) -> list[Path]:
    """Files below `folder` with what was put aside because it cannot be read."""
    return sorted(folder.rglob("*.damaged"))


def _put_aside(path: Path, offset: int) -> None:
    """Keep what follows in a file, of which the disk has lost something."""
    damaged = path.with_suffix(".damaged")
    rest = path.read_bytes()[offset:] if path.exists() else b""
    with damaged.open("ab") as file:
        file.write(rest)
    log.error("the spool is damaged; what cannot be read is kept", file=str(damaged))


def _has_whole(path: Path, offset: int) -> bool:
    """Whether all of a frame, sound or not, begins at `offset`."""
    rest = path.read_bytes()[offset:]
    return len(rest) >= _HEAD.size and len(rest) >= _HEAD.size + _HEAD.unpack_from(rest)[0]


def _frame_at(path: Path, offset: int, end: int) -> tuple[_Lists, int] | None:
    """The lists of the frame at `offset` and its length; None where there is no sound one."""
    if offset >= end or not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(offset)
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        length, checksum, _ = _HEAD.unpack(head)
        body = file.read(length)
    if not body or len(body) < length or crc32(body) != checksum:  # zeros have a fit checksum
        return None
    return _decode(body), _HEAD.size + length

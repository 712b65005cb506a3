"""The file of a backup: a tar of members, and at its end a manifest that says what is in it."""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from domain.errors import InvalidInput, StoreUnavailable

FORMAT = 1
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
SETTINGS = "openhours.toml"
READINGS, BINS, LEDGER = "readings", "bins", "ledger"
OWNER_ONLY = 0o600


class LedgerPart(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of its ledger."""

    revision: str
    columns: Mapping[str, list[str]]
    """By table, those that others refer to first."""
    digests: Mapping[str, str]
    """By table with rows, what the rows are told by."""
    rows: int


class SeriesPart(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of its readings and bins."""

    readings: int
    readings_digest: str
    bins: int
    bins_digest: str
    settled_us: int | None
    """Bins before this instant are of these readings; None: all are."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a backup."""

    made_at: datetime
    program: str
    ledger: LedgerPart
    series: SeriesPart
    members: Mapping[str, str]
    """By name in the order of the file, the SHA-256 of what it holds."""
    format: int = FORMAT


class Writer:
    """Writes members into a file that only its owner may read; it appears whole or not at all.

    Raises `StoreUnavailable` where the disk takes no more.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._draft = file, file.with_name(f".{file.name}.part")
        self.members: dict[str, str] = {}
        with _named_faults(file):
            descriptor = os.open(self._draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
            self._out = os.fdopen(descriptor, "w+b")
            self._tar = tarfile.TarFile(fileobj=self._out, mode="w")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # a full disk has been told
            self._out.close()
        self._draft.unlink(missing_ok=True)

    def add(self, name: str, content: bytes) -> None:
        """One member."""
        with _named_faults(self._file):
            about = tarfile.TarInfo(name)
            about.size, about.mode = len(content), OWNER_ONLY
            self._tar.addfile(about, io.BytesIO(content))
        self.members[name] = hashlib.sha256(content).hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """The manifest, on the disk; read all again; the file is there."""
        self.add(MANIFEST, msgspec.json.encode(manifest))
        self.add(SEAL, self.members[MANIFEST].encode())
        with _named_faults(self._file):
            self._tar.close()
            self._out.flush()
            os.fsync(self._out.fileno())
            self._out.close()
            Reader(self._draft).verify()
            self._draft.replace(self._file)
            folder = os.open(self._file.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)


class Reader:
    """Reads the file of a backup. Raises `InvalidInput` where it is none, or is damaged."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._opened() as tar:
            found, seal = _content(tar, MANIFEST), _content(tar, SEAL)
        if hashlib.sha256(found).hexdigest().encode() != seal:
            raise self._damaged("its manifest is not what was written")
        try:
            self.manifest = msgspec.json.decode(found, type=Manifest)
        except msgspec.DecodeError as error:
            raise self._damaged(f"its manifest cannot be read: {error}") from error
        if self.manifest.format != FORMAT:
            raise InvalidInput(
                f"is of format {self.manifest.format}, and this openhours reads {FORMAT}",
                where=str(file),
                hint="restore it with the openhours that made it, then upgrade",
            )

    def verify(self) -> None:
        """Read everything, and compare it with the manifest."""
        for _ in self.members(""):
            pass

    def members(self, folder: str) -> Iterator[tuple[str, bytes]]:
        """Names and contents of the members below a folder, in order; "" is all of them."""
        with self._opened() as tar:
            for name, wanted in self.manifest.members.items():
                if not name.startswith(folder):
                    continue
                content = _content(tar, name)
                if hashlib.sha256(content).hexdigest() != wanted:
                    raise self._damaged(f"{name} is not what was written")
                yield name, content

    @contextmanager
    def _opened(self) -> Iterator[tarfile.TarFile]:
        try:
            with tarfile.open(self._file, "r:") as tar:
                yield tar
        except (tarfile.TarError, KeyError, EOFError) as error:
            raise self._damaged(f"it is no whole backup: {error}") from error
        except OSError as error:
            raise InvalidInput(f"cannot be read: {error}", where=str(self._file)) from error

    def _damaged(self, what: str) -> InvalidInput:
        return InvalidInput(what, where=str(self._file), hint="use another backup")


def _content(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.extractfile(name)
    if member is None:
        raise KeyError(f"{name} is no file")
    return member.read()


@contextmanager
def _named_faults(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(
            f"the backup cannot be written: {error.strerror}",
            where=str(file),
            hint="name a folder with room that the service's user may write in",
        ) from error

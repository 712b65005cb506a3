"""CSV files that are dropped into a folder: read by a mapping, stored, and put away."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple
from zoneinfo import ZoneInfo

import structlog

from domain.calendars import epoch_us
from domain.clock import Clock
from domain.errors import InvalidInput, InvalidSettings, Problem, Unavailable
from domain.readings import CountKind, CountReading, Mark
from ingest.codecs.clock import is_sane
from ingest.codecs.codec import UNEXPECTED, fault_of
from ingest.codecs.faults import Fault
from ingest.codecs.generic import Mapping, Reader, columns_of, reader
from ingest.codecs.said import readings_of
from ingest.csv_file import open_csv
from ingest.message import Message
from ingest.wall_clock import WallClock

log = structlog.get_logger(__name__)

BATCH_ROWS = 5_000
FAULTS_TOLD = 1_000
"""Lines of a file whose fault is told one by one."""
_ENDINGS = (".csv", ".csv.gz")


class FileBatch(NamedTuple):
    """What some rows of a file say."""

    readings: Sequence[CountReading]
    faults: Sequence[Problem]


class PutAway(NamedTuple):
    """What became of a file."""

    file: Path
    """Where it lies now."""
    readings: int
    faults: int


def readings_in_file(
    path: Path, mapping: Mapping, received_us: int, zone: ZoneInfo | None = None
) -> Iterator[FileBatch]:
    """Read a file in batches of at most `BATCH_ROWS` rows; a bad row is a fault, not the end.

    The readings are marked as history, and the same file gives the same ones at any time.

    Args:
        path: a file of CSV with a header, plain or gzipped.
        mapping: which column is what.
        received_us: when the file was found; no row may be of later.
        zone: of times without an offset.

    Raises:
        InvalidInput: the file cannot be read, or lacks a column.
        InvalidSettings: the mapping cannot be.
    """
    rows = _Rows(reader(mapping), path, received_us, zone)
    readings: list[CountReading] = []
    faults: list[Problem] = []
    with open_csv(path) as file:
        file.require(columns_of(mapping))
        for number, row in enumerate(file.rows, start=1):
            try:
                readings += rows.readings(row.cells)
            except UNEXPECTED as error:
                faults.append(Problem(f"line {row.line}", str(fault_of(error))))
            if number % BATCH_ROWS == 0:
                yield FileBatch(readings, faults)
                readings, faults = [], []
    yield FileBatch(readings, faults)


class CsvFolder:
    """Looks into a folder again and again, and ingests each file once it stands still.

    What is stored is put into `done/`; a file with faults into `failed/`, beside a text that names
    them. A file is put away only after `ingest` has returned: after a crash it is read again, which
    changes nothing.

    Args:
        folder: where files appear; it is made where it is missing.
        mapping: which column is what.
        ingest: stores readings, and returns when they are safe.
        clock: tells when a file was found.
        zone: of times without an offset.

    Raises `InvalidSettings` when the mapping or the folder cannot be.
    """

    def __init__(
        self,
        folder: Path,
        mapping: Mapping,
        ingest: Callable[[Sequence[CountReading]], object],
        clock: Clock,
        zone: ZoneInfo | None = None,
    ) -> None:
        reader(mapping, "ingest.csv_folder")
        self._folder, self._mapping, self._zone = folder, mapping, zone
        self._ingest, self._clock = ingest, clock
        self._done, self._failed = folder / "done", folder / "failed"
        self._seen: dict[Path, tuple[int, int]] = {}
        try:
            for each in (self._done, self._failed):
                each.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidSettings(
                f"{folder} cannot be used: {error.strerror}",
                where="ingest.csv_folder",
                hint="name a folder in which this user may move files",
            ) from error

    def poll(self) -> list[PutAway]:
        """Take the files that have not changed since the last look.

        Raises `Unavailable` where files cannot be listed or moved, and what `ingest` raises, as
        where a store is away; the file then stays where it is.
        """
        found = {path: stamp for path in self._files() if (stamp := _stamp(path))}
        still = sorted(path for path, stamp in found.items() if self._seen.get(path) == stamp)
        self._seen = found
        taken = [self._take(path, found[path]) for path in still]
        return [each for each in taken if each is not None]

    def _files(self) -> list[Path]:
        with _at_hand(self._folder):
            return [
                path
                for path in self._folder.iterdir()
                if path.name.lower().endswith(_ENDINGS) and not path.name.startswith(".")
            ]

    def _take(self, path: Path, stamp: tuple[int, int]) -> PutAway | None:
        """Read and put away a file; None where it changed meanwhile, or is gone."""
        now_us, told = epoch_us(self._clock.now()), list[Problem]()
        readings = faults = 0
        try:
            for batch in readings_in_file(path, self._mapping, now_us, self._zone):
                if batch.readings:
                    self._ingest(batch.readings)
                readings += len(batch.readings)
                faults += len(batch.faults)
                told += batch.faults[: FAULTS_TOLD - len(told)]
        except InvalidInput as error:
            faults += len(error.problems)
            told += error.problems
        if _stamp(path) != stamp:
            return None
        with _at_hand(self._folder):
            target = _free(self._failed if faults else self._done, path.name)
            if faults:
                reason = target.with_name(f"{target.name}.reason.txt")
                reason.write_text(_reason(readings, faults, told), encoding="utf-8")
            path.replace(target)
        say = log.warning if faults else log.info
        say("file put away", file=str(target), readings=readings, faults=faults)
        return PutAway(target, readings, faults)


class _Rows:
    """The rows of one file, one after the other."""

    def __init__(self, by: Reader, path: Path, received_us: int, zone: ZoneInfo | None) -> None:
        self._by, self._clock = by, WallClock(zone)
        self._message = Message(path.name, b"", received_us)
        self._levels = (path.name.partition(".")[0],)
        self._last: dict[str, tuple[int, int]] = {}

    def readings(self, cells: dict[str, str]) -> list[CountReading]:
        """The readings of a row. Raises `Fault`, or whatever a strange row leads to."""
        said = [
            each._replace(marks=Mark.HISTORY)
            for each in self._by.said(cells, self._levels, self._clock.instant_us)
        ]
        for each in said:
            if not is_sane(each.time_us or 0, self._message.received_us):
                raise Fault(
                    "time out of range",
                    f"{each.time_us} µs since 1970 is before 2001, or ahead",
                    "mend the row's time, or the zone of the folder",
                )
        return [self._apart(each) for each in readings_of(self._message, said)]

    def _apart(self, reading: CountReading) -> CountReading:
        """Changes of one instant that follow one another each count; their order numbers them."""
        if reading.kind is not CountKind.CHANGE or reading.seq:
            return reading
        time_us, number = self._last.get(reading.sensor, (0, 0))
        number = number + 1 if time_us == reading.time_us else 0
        self._last[reading.sensor] = reading.time_us, number
        return reading._replace(seq=number)


@contextmanager
def _at_hand(folder: Path) -> Iterator[None]:
    """Say in words what is wrong with a folder."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"files there cannot be listed or moved: {error.strerror}",
            where=str(folder),
            hint="bring the folder back, and let this user move files in it",
        ) from error


def _stamp(path: Path) -> tuple[int, int] | None:
    """Size and time of change; None for what is no file, or gone."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return (stat.st_size, stat.st_mtime_ns) if S_ISREG(stat.st_mode) else None


def _free(folder: Path, name: str) -> Path:
    """A path in the folder at which there is nothing yet."""
    stem, dot, ending = name.partition(".")
    number, path = 1, folder / name
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}{dot}{ending}"
    return path


def _reason(readings: int, faults: int, told: Sequence[Problem]) -> str:
    more = f"and {faults - len(told):,} more\n" if faults > len(told) else ""
    head = f"{readings:,} readings of this file are stored. {faults:,} things are wrong with it:\n"
    return head + "".join(f"{problem}\n" for problem in told) + more

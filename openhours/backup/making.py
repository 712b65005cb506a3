"""Makes a backup of both stores, while readings come in."""

import tempfile
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import structlog

from openhours.backup.archive import LEDGER, SETTINGS, LedgerPart, Manifest, Writer
from openhours.backup.series import SeriesWriter
from openhours.settings.model import Settings
from openhours.settings.text import settings_text
from openhours.storing.copy import StoreCopy
from openhours.storing.timeseries import History
from store.ledger.dump import Digest, Rows, dumped
from store.ledger.migrations import revision_of

log = structlog.get_logger(__name__)

SUFFIX = ".openhours.tar"
_LINES_AT_ONCE = 20_000
_EVER = -(2**62)


def file_in(target: Path, now: datetime) -> Path:
    """The file that `target` names: itself, or one named by the instant where it is a folder."""
    if not target.is_dir():
        return target.absolute()
    return target.absolute() / f"{now:%Y%m%dT%H%M%SZ}{SUFFIX}"


def make(
    settings: Settings,
    series: History,
    bins_at_rest: AbstractContextManager[None],
    file: Path,
    now: datetime,
) -> Manifest:
    """Write both stores and the settings to `file`; all in it has been read again when it returns.

    Every reading that is stored when it begins is in it; some of those that come meanwhile are too.

    Args:
        settings: name the ledger, and go along without their secrets.
        series: the readings and bins.
        bins_at_rest: while entered, bins are up to date and nobody makes any.
        file: appears whole or not at all.
        now: the instant that it says it was made at.

    Raises `StoreUnavailable` where a store or the disk fails.
    """
    with Writer(file) as writer:
        writer.add(SETTINGS, settings_text(settings).encode())
        with bins_at_rest:
            ledger = _ledger(settings.ledger_url, writer)
            kept = SeriesWriter(writer.add)
            copy(series, kept)
            settled_us = min(series.stale().first_us, default=None)
        manifest = Manifest(
            made_at=now,
            program=version("openhours"),
            ledger=ledger,
            series=kept.part(settled_us),
            members=dict(writer.members),
        )
        writer.finish(manifest)
    log.info(
        "backup made",
        file=str(file),
        readings=manifest.series.readings,
        bins=manifest.series.bins,
        ledger_rows=manifest.ledger.rows,
    )
    return manifest


def copy(series: History, kept: SeriesWriter) -> None:
    """Hand all readings and bins of a store to `kept`."""
    with tempfile.TemporaryDirectory() as folder:
        for _ in StoreCopy(series, kept, Path(folder) / "progress.json", _EVER).run():
            pass


def _ledger(url: str, writer: Writer) -> LedgerPart:
    columns, digests, number = {}, {}, 0
    with dumped(url) as tables:
        for rows in tables:
            columns[rows.table] = list(rows.columns)
            if told := _table(rows, writer):
                digests[rows.table] = told.text()
                number += told.lines
    return LedgerPart(
        revision=revision_of(url) or "", columns=columns, digests=digests, rows=number
    )


def _table(rows: Rows, writer: Writer) -> Digest | None:
    """One table into members of many lines each; None where it has none."""
    digest, portion = Digest(), list[bytes]()
    for line in rows.lines:
        digest.take(line)
        portion.append(line)
        if len(portion) == _LINES_AT_ONCE:
            _add(rows.table, digest, portion, writer)
    if portion:
        _add(rows.table, digest, portion, writer)
    return digest if digest.lines else None


def _add(table: str, digest: Digest, portion: list[bytes], writer: Writer) -> None:
    writer.add(f"{LEDGER}/{table}/{digest.lines:012d}.jsonl", b"\n".join(portion))
    portion.clear()


def lines_of(contents: Iterable[bytes]) -> Iterable[bytes]:
    """The lines of a table's members."""
    return (line for content in contents for line in content.split(b"\n"))

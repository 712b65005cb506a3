"""Backups that the settings ask for: when the next is due, and which old ones go."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from openhours.backup.making import SUFFIX
from openhours.settings.sections import Backup

_NAME = f"%Y%m%dT%H%M%SZ{SUFFIX}"


def made_at(file: Path) -> datetime | None:
    """When a backup of the schedule was made, by its name; None for any other file."""
    try:
        return datetime.strptime(file.name, _NAME).replace(tzinfo=UTC)
    except ValueError:
        return None


def backups_in(folder: Path) -> list[Path]:
    """The backups of the schedule, the oldest first."""
    return sorted(file for file in folder.glob(f"*{SUFFIX}") if made_at(file))


def is_due(settings: Backup, now: datetime) -> bool:
    """Whether the newest is as old as the settings let it be."""
    if settings.folder is None:
        return False
    last = max(filter(None, map(made_at, backups_in(settings.folder))), default=None)
    return last is None or now - last >= timedelta(hours=settings.every_hours)


def drop_old(settings: Backup) -> list[Path]:
    """Delete all but the newest so many; return which went."""
    if settings.folder is None:
        return []
    old = backups_in(settings.folder)[: -settings.keep]
    for file in old:
        file.unlink()
    return old

"""Real footfall and real messages for tests: kept beside the repository, and never in it."""

from pathlib import Path

import pytest

_SHARED = Path(__file__).parents[2] / "shared"
FOLDER = _SHARED / "data"
PAYLOADS = _SHARED / "payloads"


def real_data(name: str) -> Path:
    """A file of real footfall; skips the test where it is absent."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"real footfall is not here: {path}")
    return path

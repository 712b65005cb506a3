"""Real footfall for tests: kept beside the repository, and never in it."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "shared" / "data"


def real_data(name: str) -> Path:
    """A file of real footfall; skips the test where it is absent."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"real footfall is not here: {path}")
    return path

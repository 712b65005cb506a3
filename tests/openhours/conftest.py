from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def _own_logs() -> Iterator[None]:
    """A command sets up logs to the error stream that it was run with, which ends with it."""
    yield
    structlog.reset_defaults()

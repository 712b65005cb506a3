"""Two services on one data folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import Conflict
from openhours.running.alone import alone_in

HOLDS = """
import sys
from pathlib import Path
from openhours.running.alone import alone_in
with alone_in(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_folder_has_one_service_and_is_free_when_that_was_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        with (
            pytest.raises(Conflict, match=r"another openhours runs in it.*a data_dir of its own"),
            alone_in(tmp_path),
        ):
            raise AssertionError("both have it")
        first.kill()
    with alone_in(tmp_path):
        pass

"""What the logs say of the libraries that we use."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SPEAKING = """\
import logging, sys
from openhours.running import logs
from openhours.settings.sections import Logging
logs.configure(Logging(format=sys.argv[1], level=sys.argv[2]))
library = logging.getLogger("apscheduler.executors")
library.info("not worth saying")
library.warning("missed by %d s", 4)
try:
    1 / 0
except ZeroDivisionError:
    library.exception("job failed")
library.log(35, "between the levels")
"""


def said(form: str, level: str) -> list[str]:
    """Lines on standard error of a process whose library speaks."""
    command = [sys.executable, "-c", SPEAKING, form, level]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout == ""
    return ended.stderr.splitlines()


def test_what_a_library_warns_of_is_one_line_of_json_each() -> None:
    missed, failed, between = map(json.loads, said("json", "info"))
    assert (missed["level"], missed["event"]) == ("warning", "missed by 4 s")
    assert missed["logger"] == "apscheduler.executors"
    assert "ZeroDivisionError" in failed["exception"]
    assert (between["level"], between["event"]) == ("warning", "between the levels")
    assert missed["timestamp"]


def test_the_level_that_is_set_holds_for_libraries_too() -> None:
    (failed,) = map(json.loads, said("json", "error"))
    assert failed["event"] == "job failed"


def test_text_for_a_terminal_has_them_too_with_the_name_of_the_library() -> None:
    (missed,) = [line for line in said("text", "info") if "missed by 4 s" in line]
    assert "apscheduler.executors" in missed


def test_a_full_disk_under_the_log_ends_nobody_who_logs() -> None:
    command = [sys.executable, "-c", f"{SPEAKING}print('still here')", "json", "info"]
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=full, check=False)
    assert ended.stdout == b"still here\n"

"""The page of real messages says what the tests hold, and leaves out no message."""

from pathlib import Path

import pytest

from tests.ingest.payloads.table import every_case, page
from tests.real_data import PAYLOADS

PAGE = Path(__file__).parents[2] / "docs" / "vendors.md"
NO_MESSAGES = {
    "README.md",
    "SOURCE.txt",
    "peopleCounter32.yaml",
    "CSM-300ZB_people_counter_exposes.md",
}


def test_the_page_is_as_the_cases_are() -> None:
    assert PAGE.read_text() == page(), "python -m tests.ingest.payloads.table > docs/vendors.md"


def test_every_file_of_real_messages_has_a_case() -> None:
    if not PAYLOADS.is_dir():
        pytest.skip("the real messages are not on this machine")
    files = {p for p in PAYLOADS.rglob("*") if p.is_file() and p.name not in NO_MESSAGES}
    empty = {p for p in files if p.read_text().strip() == "[]"}
    known = {PAYLOADS / case.file for case in every_case()}
    assert sorted(str(p.relative_to(PAYLOADS)) for p in files - empty - known) == []

"""What the docs say to type works, and prints what they show."""

from pathlib import Path

import pytest

from tests.docs.commands import ROOT, run_page, steps_of

PAGES = ("docs/operations.md",)


@pytest.mark.server
@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_can_be_typed_from_top_to_bottom(page: str, tmp_path: Path) -> None:
    assert run_page(ROOT / page, tmp_path) == []


def test_a_command_that_fails_or_prints_something_else_is_told(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo one\nt…o\n$ echo two\nt…o\n$ false\n$ echo never\n```\n")
    (tmp_path / "run").mkdir()
    faults = run_page(page, tmp_path / "run")
    assert [fault.splitlines()[0] for fault in faults] == ["$ echo one", "$ false"]


def test_blocks_called_otherwise_are_not_typed() -> None:
    text = "```sh\n$ rm -r /\n```\n```console\n$ a\n> b\nshown\n```\n"
    (step,) = steps_of(text)
    assert (step.command, step.shown) == ("a\nb", ["shown"])

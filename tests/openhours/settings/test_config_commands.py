from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from domain.errors import InvalidSettings
from openhours.cli import app


def _config(command: str, *flags: str, **environment: str) -> Result:
    words = [word for flag in flags for word in ("--set", flag)]
    return CliRunner().invoke(
        app, [*words, "config", command], catch_exceptions=False, env=environment
    )


def test_check_says_where_everything_is_kept(tmp_path: Path) -> None:
    result = _config("check", f"data_dir={tmp_path / 'data'}")
    assert result.exit_code == 0
    assert f"can work. Everything is kept in {tmp_path / 'data'}" in result.stdout


def test_check_tells_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidSettings, match="data_dir: nothing can be kept in"):
        _config("check", f"data_dir={tmp_path / 'file' / 'data'}")


@pytest.mark.parametrize(
    "url",
    ["sqlite://ana:hunter2@host/ledger", "sqlite://ana@host/ledger?password=hunter2"],
)
def test_show_hides_the_password_of_the_ledger(url: str) -> None:
    result = _config("show", OPENHOURS_STORE__LEDGER=url, COLUMNS="300")
    assert "@host/ledger" in result.stdout
    assert "hunter2" not in result.stdout

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("install-servers")
POLICY = Path("/usr/sbin/policy-rc.d")
SUDO = """#!/bin/sh
echo "$@" >>"$LOG"
case "$*" in *{failing}*) exit 100 ;; esac
"""


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A PATH of a user without servers, whose sudo does nothing but write down what was asked."""
    path = tmp_path / "bin"
    path.mkdir()
    for name, text in {"id": "echo 1000", "apt-get": "exit 99"}.items():
        (path / name).write_text(f"#!/bin/sh\n{text}\n")
    (path / "sudo").write_text(SUDO)
    for file in path.iterdir():
        file.chmod(0o755)
    (path / "grep").symlink_to(str(shutil.which("grep")))
    return path


def _installed(bare: Path, failing: str) -> tuple[str, list[str]]:
    log = bare.parent / "log"
    (bare / "sudo").write_text(SUDO.format(failing=failing))
    done = subprocess.run(
        ["/bin/sh", SCRIPT],
        env={"PATH": str(bare), "LOG": str(log)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout, log.read_text().splitlines()


@pytest.mark.parametrize("failing", ["update", "install", "tee"])
def test_tests_go_on_where_nothing_can_be_installed(bare: Path, failing: str) -> None:
    if failing == "tee" and POLICY.exists():
        pytest.skip(f"{POLICY} is there and is left alone")
    said, _ = _installed(bare, failing)
    assert "could not install" in said
    assert "will skip" in said


def test_services_are_forbidden_while_packages_are_installed_and_no_question_is_asked(
    bare: Path,
) -> None:
    said, asked = _installed(bare, failing="nothing")
    assert "could not" not in said
    install = next(n for n, line in enumerate(asked) if " install " in line)
    assert asked[install].startswith("env DEBIAN_FRONTEND=noninteractive apt-get")
    touched = [n for n, line in enumerate(asked) if str(POLICY) in line]
    if POLICY.exists():
        assert touched == []
    else:
        assert touched[0] < install < touched[-1]
        assert asked[touched[-1]].startswith("rm -f")

"""`pip install .`: everything is in the wheel, and it runs from there."""

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from benchmarks.mosquitto import free_port

ROOT = Path(__file__).parents[2]
WITHIN_S = 120.0
NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of the wheel, as pip lays it in site-packages."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, folder], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site-packages")
    return folder / "site-packages"


def test_every_file_of_every_package_is_in_the_wheel(unpacked: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    ours = {
        path.relative_to(ROOT)
        for package in packages
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = {path.relative_to(unpacked) for path in unpacked.rglob("*") if path.is_file()}
    assert ours - packed == set()
    assert {path.suffix for path in ours} >= {".html", ".css", ".js", ".svg", ".po"}
    extra = {path.parts[0] for path in packed - ours}
    assert {name for name in extra if not name.endswith(".dist-info")} == set()


def test_the_program_runs_from_the_wheel_and_shows_its_pages_in_both_languages(
    unpacked: Path, tmp_path: Path
) -> None:
    (entry_points,) = unpacked.glob("*.dist-info/entry_points.txt")
    assert "openhours = openhours.cli:main" in entry_points.read_text()
    with _program(unpacked, tmp_path) as address:
        assert "Sensors" in _answer(f"{address}/sensors")
        assert "传感器" in _answer(f"{address}/sensors", "zh-CN")
        assert "<svg" in _answer(f"{address}/static/icon.svg")
        assert json.loads(_answer(f"{address}/health"))["stores_answer"] is True


def test_the_simulated_neighbourhood_is_in_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", "import simulator.neighbourhood as n; print(n.__file__)"],
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert found.stdout.startswith(str(unpacked))


@contextmanager
def _program(unpacked: Path, folder: Path) -> Iterator[str]:
    """`openhours run` from the wheel; the address of its pages."""
    port = free_port()
    settings = {"data_dir": folder / "data", "broker.port": free_port(), "console.port": port}
    flags = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
    with subprocess.Popen(
        [sys.executable, "-m", "openhours", *flags, "run"],
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as program:
        try:
            address, deadline_s = f"http://127.0.0.1:{port}", time.monotonic() + WITHIN_S
            while time.monotonic() < deadline_s and program.poll() is None:
                with suppress(OSError):
                    _answer(f"{address}/health")
                    break
            yield address
        finally:
            program.send_signal(signal.SIGINT)
            assert program.wait(WITHIN_S) == 0


def _answer(url: str, language: str = "en") -> str:
    request = urllib.request.Request(url, headers={"Accept-Language": language})  # noqa: S310
    with NO_PROXY.open(request, timeout=WITHIN_S) as answer:
        return str(answer.read().decode())

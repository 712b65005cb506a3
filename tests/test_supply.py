"""What is shipped: the wheel is the same whoever builds it, and its licences go with ours."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("domain", "store", "ingest", "policies", "simulator", "console", "openhours")
FITTING = re.compile(
    r"Apache|BSD|MIT|ISC|Python Software Foundation|PSF|MPL|Mozilla Public|Unlicense|Zlib|0BSD",
    re.IGNORECASE,
)
"""Licences of what an Apache-2.0 program may be shipped with: permissive, or of single files."""


def wheel(source: Path, target: Path) -> tuple[str, str]:
    """Name and SHA-256 of the wheel that is built from a folder."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", target],
        cwd=source,
        env=os.environ | {"SOURCE_DATE_EPOCH": "1767225600"},
        check=True,
        capture_output=True,
    )
    (built,) = target.glob("*.whl")
    return built.name, hashlib.sha256(built.read_bytes()).hexdigest()


def test_the_wheel_is_the_same_wherever_and_whenever_it_is_built(tmp_path: Path) -> None:
    copies = [tmp_path / "one", tmp_path / "elsewhere" / "two"]
    for number, copy in enumerate(copies):
        copy.mkdir(parents=True)
        for name in PACKAGES:
            shutil.copytree(
                ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
            )
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, copy)
        for file in copy.rglob("*"):
            os.utime(file, (1_600_000_000 + number, 1_600_000_000 + number))
    built = [wheel(copy, tmp_path / f"out-{n}") for n, copy in enumerate(copies)]
    assert built[0] == built[1]


def shipped() -> list[str]:
    """Names of what `pip install openhours` brings along, as they are locked."""
    lines = (ROOT / "locks" / "run.txt").read_text().splitlines()
    return sorted({m[1] for line in lines if (m := re.match(r"([A-Za-z0-9_.-]+)==", line))})


def licence_of(package: Distribution) -> str:
    """What a package says its own licence is; texts of libraries in its wheel follow below that."""
    about = package.metadata.json
    classifiers = [c for c in about.get("classifier", []) if c.startswith("License ::")]
    said = [
        str(about.get(name, "")).partition("\n")[0] for name in ("license_expression", "license")
    ]
    return "; ".join([*said, *classifiers])


AS_A_LIBRARY = {"psycopg", "psycopg-binary"}
"""Under the LGPL, which lets anybody use them unmodified, as a library that can be replaced."""


@pytest.mark.parametrize("name", shipped())
def test_what_is_shipped_with_us_has_a_licence_that_fits(name: str) -> None:
    try:
        licence = licence_of(distribution(name))
    except PackageNotFoundError:
        pytest.skip("not of this platform")
    assert FITTING.search(licence) or name in AS_A_LIBRARY, licence[:200]
    assert not re.search(r"\b(A?GPL|GNU (Affero )?General)", licence), licence[:200]


def test_every_package_is_locked_with_the_hashes_of_its_files() -> None:
    text = (ROOT / "locks" / "run.txt").read_text()
    requirements = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert len(requirements) > 30
    assert all("--hash=sha256:" in requirement for requirement in requirements)

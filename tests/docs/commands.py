"""Runs what a page of the docs says to type, and compares what comes with what it shows.

Fenced blocks called `console` are run from top to bottom in one shell, in a folder with a copy of
`deploy/`. A line with `$ ` is typed, `> ` goes on with it; the others are what it prints, in that
order, where `…` stands for anything and lines may come between. Other blocks are not run.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.mosquitto import free_port

ROOT = Path(__file__).parents[2]
PAGES_PORT, BROKER_PORT = "8800", "1883"
"""As the docs write them; each run has free ones in their place."""
ENDS_WITHIN_S = 580.0
_MARK = "=== command {} left with "


@dataclass(slots=True)
class Step:
    """One thing to type."""

    command: str
    shown: list[str] = field(default_factory=list)


def steps_of(page: str) -> list[Step]:
    """All of a page, in order."""
    steps: list[Step] = []
    for block in re.findall(r"^```console\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                steps.append(Step(line[2:]))
            elif line.startswith("> "):
                steps[-1].command += "\n" + line[2:]
            elif line:
                steps[-1].shown.append(line)
    return steps


def run_page(page: Path, folder: Path) -> list[str]:
    """Type everything; return what is not as the page says, which is nothing if all is well."""
    steps = steps_of(page.read_text(encoding="utf-8"))
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    printed = _typed(steps, folder)
    faults: list[str] = []
    for number, step in enumerate(steps):
        output, mark, rest = printed.partition(_MARK.format(number))
        code, _, printed = rest.partition("\n")
        if not mark or code != "0":
            return [*faults, f"$ {step.command}\nleft with {code or 'nothing'}:\n{output}"]
        if not _appears(step.shown, output):
            faults.append(f"$ {step.command}\nprinted\n{output}\nand not\n" + "\n".join(step.shown))
    return faults


def _typed(steps: list[Step], folder: Path) -> str:
    ports = {PAGES_PORT: str(free_port()), BROKER_PORT: str(free_port())}
    lines = ["set -m", "trap 'kill $(jobs -p) 2>/dev/null' EXIT"]
    for number, step in enumerate(steps):
        lines += [step.command, f"code=$?; echo; echo '{_MARK.format(number)}'$code"]
    script = "\n".join(lines)
    for usual, free in ports.items():
        script = re.sub(rf"\b{usual}\b", free, script)
    tool = folder / "bin" / "openhours"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m openhours "$@"\n')
    tool.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{tool.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
        "OPENHOURS_CONSOLE__PORT": ports[PAGES_PORT],
        "OPENHOURS_BROKER__PORT": ports[BROKER_PORT],
    }
    with subprocess.Popen(
        ["bash", "-c", script],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as shell:
        try:
            text, _ = shell.communicate(timeout=ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            shell.terminate()  # what it has started ends with it
            text, _ = shell.communicate()
    for usual, free in ports.items():
        text = text.replace(free, usual)
    return text


def _appears(shown: list[str], output: str) -> bool:
    """Whether the lines come in this order."""
    patterns = (".*".join(map(re.escape, re.split("…", line.strip()))) for line in shown)
    return re.search(r"[\s\S]*?".join(patterns), output) is not None

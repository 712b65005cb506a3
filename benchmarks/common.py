"""What every benchmark shares: its flags, and how it ends."""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

Figure = str | int | float | bool | None | Sequence["Figure"] | Mapping[str, "Figure"]


def parser(name: str, description: str) -> argparse.ArgumentParser:
    """A parser with the common flags; a benchmark may add its own."""
    made = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=description)
    made.add_argument("--quick", action="store_true", help="end within 50 s")
    made.add_argument("--json", action="store_true", help="print the figures as the last line")
    made.add_argument("--seed", type=int, default=20, help="of all random numbers")
    return made


def report(figures: Mapping[str, Figure], *, as_json: bool) -> None:
    """Print the figures, as the last line where JSON is asked for."""
    for name, figure in figures.items():
        print(f"{name:40} {_shown(figure)}")
    if as_json:
        print(json.dumps(figures))


def peak_mb(process: int | str = "self") -> float:
    """Largest resident size of a running process so far, MB (VmHWM of proc(5)).

    Unlike getrusage's, it does not begin at what the parent had.
    """
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _shown(figure: Figure) -> str:
    return f"{figure:,.4g}" if isinstance(figure, float) else str(figure)

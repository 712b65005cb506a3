"""A page that shows some days of a room: who was there, what the sensor says, what we say."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.occupancy_worlds import DAY, World
from policies.occupancy import LEARNT_DAYS, Occupancy

Floats = NDArray[np.float64]

SHOWN_DAYS = 3
WIDTH, HEIGHT, LEFT, BELOW = 960.0, 240.0, 44.0, 22.0
"""Of a drawing, its margins included, in SVG units."""
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; color: #222; }
svg { width: 100%; height: auto; } text { font: 12px system-ui, sans-serif; fill: #666; }
.truth { stroke: #222; } .raw { stroke: #c2410c; stroke-dasharray: 5 4; }
.estimate { stroke: #0f766e; stroke-width: 2.5; } path { fill: none; stroke-width: 1.5; }
path.band { fill: #0f766e; fill-opacity: .18; stroke: none; } .axis { stroke: #ccc; }
b.truth, b.raw, b.estimate, b.band { padding-bottom: 1px; border-bottom: 3px solid; }
b.truth { border-color: #222; } b.raw { border-color: #c2410c; border-style: dashed; }
b.estimate { border-color: #0f766e; } b.band { background: #cfe5e3; border: 0; }
"""


def write_page(folder: Path, rooms: Sequence[tuple[str, World, Occupancy, Occupancy]]) -> Path:
    """Write the page of some rooms into `folder`; its path.

    Args:
        folder: made where it is not there.
        rooms: what each is called, its world, and its live and nightly estimate.
    """
    sections = []
    for name, seen, told, later in rooms:
        days = slice(LEARNT_DAYS, LEARNT_DAYS + SHOWN_DAYS)
        raw = np.cumsum(seen.entered - seen.left, axis=1)[days]
        sections.append(f"<h2>{name}</h2>")
        for title, band in (("As it was known at the time", told), ("The morning after", later)):
            drawing = _drawing(seen.present[days], raw, band.of(lambda a: a[:SHOWN_DAYS]))
            sections.append(f"<h3>{title}</h3>{drawing}")
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "occupancy.html"
    page.write_text(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Occupancy</title>"
        f"<style>{STYLE}</style><h1>How many people are in the room?</h1>"
        "<p><b class=truth>Who was really there</b>, what the counters add up to "
        "<b class=raw>as they count</b>, our <b class=estimate>estimate</b> and the "
        "<b class=band>band</b> in which the truth should lie four times of five. "
        f"{SHOWN_DAYS} days, from 06:00 to midnight each.</p>{''.join(sections)}</html>",
        encoding="utf-8",
    )
    return page


def _drawing(truth: Floats, raw: Floats, band: Occupancy) -> str:
    """Lines of days side by side; all arrays (days, 96)."""
    hours = np.s_[:, DAY // 4 :]
    lines = [a[hours] for a in (truth, raw, band.present, band.low, band.high)]
    least, most = min(a.min() for a in lines), max(a.max() for a in lines)
    x = LEFT + np.arange(lines[0].size) * (WIDTH - LEFT) / lines[0].size
    ys = [(HEIGHT - BELOW) * (1 - (a.ravel() - least) / (most - least)) + 4 for a in lines]

    def path(across: Floats, down: Floats) -> str:
        return "M" + " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(across, down, strict=True))

    area = path(np.concatenate([x, x[::-1]]), np.concatenate([ys[3], ys[4][::-1]]))
    zero = (HEIGHT - BELOW) * (1 + least / (most - least)) + 4
    named = zip(("raw", "truth", "estimate"), (ys[1], ys[0], ys[2]), strict=True)
    drawn = "".join(f'<path class="{name}" d="{path(x, y)}"/>' for name, y in named)
    labels = "".join(
        f'<text x="{x[k]:.0f}" y="{HEIGHT - 4}">{(6 + k % 72 // 4) % 24:02d}:00</text>'
        for k in range(0, len(x), 24)
    )
    return (
        f'<svg viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img">'
        f'<line class="axis" x1="{LEFT}" x2="{WIDTH}" y1="{zero:.1f}" y2="{zero:.1f}"/>'
        f'<text x="0" y="{zero + 4:.1f}">0</text><text x="0" y="14">{most:.0f}</text>'
        f'<path class="band" d="{area}"/>{drawn}{labels}</svg>'
    )

"""InfluxQL: the few queries that are asked, and their conditions.

Written as its reference says ("Strings", "Identifiers"), for InfluxDB 1 and 2 alike.
"""

from collections.abc import Iterable, Sequence

EARLIEST_NS, LATEST_NS = -(2**63) + 2, 2**63 - 2
"""What InfluxDB takes for a time."""
_TAGS = {"sensor", "kind", "lane", "writer"}


def select(what: str, policy: str, measurement: str, *more: str) -> str:
    """A query; `more` are its further clauses."""
    return " ".join(["SELECT", what, "FROM", f'"{policy}"."{measurement}"', *more])


def during(start_ns: int, end_ns: int) -> str:
    """The clause that a time lies in [start, end)."""
    return f"WHERE time >= {_within(start_ns)} AND time < {_within(end_ns)}"


def columns(names: Iterable[str]) -> str:
    """What to select: these tags and fields; `time` comes by itself."""
    return ", ".join(
        f'"{name}"::{"tag" if name in _TAGS else "field"}' for name in names if name != "time"
    )


def of_sensors(names: Sequence[str]) -> str:
    """The further condition that it is one of these sensors."""
    either = " OR ".join(f"sensor = {quoted(name)}" for name in names)
    return f"AND ({either or 'false'})"


def quoted(text: str) -> str:
    """A text as InfluxQL writes it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


def named(name: str) -> str:
    """A name, of a database say, as InfluxQL writes it."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _within(time_ns: int) -> int:
    return min(max(time_ns, EARLIEST_NS), LATEST_NS)

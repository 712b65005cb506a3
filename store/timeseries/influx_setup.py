"""Makes the database of an InfluxDB and says how long what is kept there."""

from collections.abc import Mapping

from store.timeseries.influx_query import named
from store.timeseries.influx_server import InfluxServer

_DAY_S = 86_400


def set_up(server: InfluxServer, keep_days: Mapping[str, int | None]) -> list[str]:
    """Make what is missing and change what is otherwise; return what was done, in words.

    `keep_days`: by retention policy the days that it keeps, None for ever. InfluxDB 1 is told by
    InfluxQL; InfluxDB 2, where a bucket stands for each policy, by its own API. Raises
    `StoreUnavailable`.
    """
    if server.has_buckets():
        changed = [
            p for p, days in keep_days.items() if server.keep_bucket(p, (days or 0) * _DAY_S)
        ]
        return [_kept(policy, keep_days[policy]) for policy in changed]
    done = []
    database = named(server.database)
    if server.database not in {row["name"] for row in server.command("SHOW DATABASES")}:
        server.command(f"CREATE DATABASE {database}")
        done.append(f"database {server.database} made")
    policies = server.command(f"SHOW RETENTION POLICIES ON {database}")
    durations = {row["name"]: row["duration"] for row in policies}
    for policy, days in keep_days.items():
        if durations.get(policy) != _shown(days):
            verb = "ALTER" if policy in durations else "CREATE"
            server.command(
                f"{verb} RETENTION POLICY {named(policy)} ON {database} "
                f"DURATION {'INF' if days is None else f'{days}d'} REPLICATION 1"
            )
            done.append(_kept(policy, days))
    return done


def _kept(policy: str, days: int | None) -> str:
    return f"{policy} are kept {'for ever' if days is None else f'for {days} days'}"


def _shown(days: int | None) -> str:
    """How SHOW RETENTION POLICIES writes a duration."""
    return "0s" if days is None else f"{days * 24}h0m0s"

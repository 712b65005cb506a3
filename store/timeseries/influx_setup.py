"""Makes the database of an InfluxDB and says how long what is kept there."""

from store.timeseries.influx_query import named
from store.timeseries.influx_server import InfluxServer


def set_up(server: InfluxServer, keep_days: dict[str, int | None]) -> list[str]:
    """Make the database and its retention policies, or change them; return what was done, in words.

    `keep_days`: by retention policy the days that it keeps, None for ever. Does by InfluxQL what
    InfluxDB 1 has for it. Raises `StoreUnavailable`.
    """
    done = []
    database = named(server.database)
    if server.database not in {row["name"] for row in server.command("SHOW DATABASES")}:
        server.command(f"CREATE DATABASE {database}")
        done.append(f"database {server.database} made")
    policies = server.command(f"SHOW RETENTION POLICIES ON {database}")
    durations = {row["name"]: row["duration"] for row in policies}
    for policy, days in keep_days.items():
        if durations.get(policy) == _shown(days):
            continue
        verb = "ALTER" if policy in durations else "CREATE"
        server.command(
            f"{verb} RETENTION POLICY {named(policy)} ON {database} "
            f"DURATION {'INF' if days is None else f'{days}d'} REPLICATION 1"
        )
        kept = "for ever" if days is None else f"for {days} days"
        done.append(f"{policy} are kept {kept}")
    return done


def _shown(days: int | None) -> str:
    """How SHOW RETENTION POLICIES writes a duration."""
    return "0s" if days is None else f"{days * 24}h0m0s"

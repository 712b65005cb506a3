"""A real PostgreSQL of our own, for benchmarks and tests."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

import sqlalchemy as sa

from benchmarks.mosquitto import free_port

_INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_WHERE = ":".join([*map(str, reversed(_INSTALLED)), os.environ.get("PATH", "")])
INITDB, POSTGRES = (shutil.which(name, path=_WHERE) for name in ("initdb", "postgres"))
READY_WITHIN_S = 60.0
POLL_S = 0.05


class Postgres:
    """PostgreSQL on a free port of loopback, with the user and superuser `openhours`.

    `password`: whoever does not bring it is refused; without one everybody is let in.
    `durable`: what it has committed survives a crash of the machine, at the price of time.
    """

    host = "127.0.0.1"

    def __init__(self, *, password: str = "", durable: bool = False) -> None:
        if INITDB is None or POSTGRES is None:
            raise FileNotFoundError("PostgreSQL is not installed")
        self.port, self._password, self._durable = free_port(), password, durable
        # It refuses to run as root, and whoever it runs as must reach its folder.
        self._user = "nobody" if os.geteuid() == 0 else None

    @property
    def address(self) -> str:
        """An SQLAlchemy URL, less the database."""
        secret = f":{self._password}" if self._password else ""
        return f"postgresql+psycopg://openhours{secret}@{self.host}:{self.port}"

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="openhours-postgres-")
        folder = Path(self._folder.name)
        secret = folder / "password"
        secret.write_text(self._password or "-")
        if self._user:
            for path in (folder, secret):
                shutil.chown(path, self._user)
        method = "scram-sha-256" if self._password else "trust"
        words = ["-D", str(folder / "data"), "-U", "openhours", "-A", method, "-E", "UTF8"]
        subprocess.run(
            [str(INITDB), *words, "--pwfile", str(secret), "--no-sync"],
            user=self._user,
            cwd=folder,
            check=True,
            capture_output=True,
        )
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._folder.cleanup()

    def start(self) -> None:
        """Return once it answers."""
        folder = self._folder.name
        options = ["-p", str(self.port), "-c", f"listen_addresses={self.host}", "-k", folder]
        self._process = subprocess.Popen(
            [str(POSTGRES), "-D", f"{folder}/data", *options, *([] if self._durable else ["-F"])],
            user=self._user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._await()

    def stop(self) -> None:
        """End it, and every connection, at once but in good order."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it as a crash does."""
        self._end(signal.SIGQUIT)

    def new_database(self, name: str) -> str:
        """Make an empty database; return its SQLAlchemy URL."""
        engine = self._engine()
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return f"{self.address}/{name}"

    def _engine(self) -> sa.Engine:
        return sa.create_engine(f"{self.address}/postgres", isolation_level="AUTOCOMMIT")

    def _await(self) -> None:
        engine, deadline = self._engine(), time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline:
            with suppress(sa.exc.OperationalError):
                engine.connect().close()
                engine.dispose()
                return
            time.sleep(POLL_S)
        raise TimeoutError("PostgreSQL does not come up")

    def _end(self, how: signal.Signals) -> None:
        self._process.send_signal(how)
        self._process.wait()

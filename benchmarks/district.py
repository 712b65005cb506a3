"""The district of `deploy/compose`, started natively: the same programs, settings and roles.

The configuration files are those that are shipped; only addresses and paths, which are those of
containers, are put in the place of others. InfluxDB is one that can be installed here.
"""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
import yaml

from benchmarks.influx import NGINX, Influx
from benchmarks.mosquitto import BINARY, free_port
from benchmarks.postgres import INITDB, Postgres
from ingest.broker import BrokerSettings
from openhours.settings.model import Settings, load

SHIPPED = Path(__file__).parents[1] / "deploy" / "compose"
PLANNERS, RECEIVERS, CONSOLES = (
    [f"{role}-{n}" for n in range(2)] for role in ("planner", "ingest", "console")
)
READY_WITHIN_S, ENDED_WITHIN_S, ANSWERS_WITHIN_S = 120.0, 60.0, 30.0
POLL_S = 0.1


def missing() -> list[str]:
    """What must be installed and is not."""
    found = {"mosquitto": BINARY, "nginx": NGINX, "postgresql": INITDB}
    found |= {name: shutil.which(name) for name in ("influxd", "openssl", "mosquitto_passwd")}
    return [name for name, where in found.items() if where is None]


class Program:
    """A process that can be ended and started again; what it says goes to a file."""

    def __init__(self, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        self._command, self._log, self._environment = command, log, environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin a life."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, env={**os.environ, **self._environment}
            )

    def send(self, what: signal.Signals) -> None:
        """Send it a signal, where it runs."""
        if self._process is not None:
            self._process.send_signal(what)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, and wait until it has ended."""
        self.send(how)
        self.wait()

    def wait(self) -> None:
        """Return once it has ended."""
        if self._process is not None:
            self._process.wait(ENDED_WITHIN_S)
            self._process = None

    @property
    def pid(self) -> int:
        """Of this life; 0 between two."""
        return self._process.pid if self._process is not None else 0

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None


class District:
    """Everything of the compose file on loopback, with its data in `folder`.

    Args:
        folder: empty.
        sensors: who may publish.
    """

    def __init__(self, folder: Path, sensors: Sequence[str]) -> None:
        self.folder, self._compose = folder, folder / "compose"
        shutil.copytree(SHIPPED, self._compose, ignore=shutil.ignore_patterns("secrets"))
        subprocess.run(
            [self._compose / "prepare", "localhost", *sensors], check=True, capture_output=True
        )
        self._secrets = self._compose / "secrets"
        self.broker_port, self.web_port = free_port(), free_port()
        self._console_ports = {name: free_port() for name in CONSOLES}
        self.influx = Influx(folder / "influx", token=self.secret("influx_token"))
        self.postgres = Postgres(password=self.secret("ledger_password"))
        self.settings_file = self._fitted_settings()
        self.broker = Program(
            [str(BINARY), "-c", str(self._fitted_broker())], folder / "mosquitto.log", {}
        )
        self.nginx = Program(
            [str(NGINX), "-c", str(self._fitted_nginx()), "-g", "daemon off;"],
            folder / "nginx.log",
            {},
        )
        services = yaml.safe_load((SHIPPED / "compose.yaml").read_text())["services"]
        self.processes = {
            name: self._role(name, services[name]) for name in (*RECEIVERS, *PLANNERS, *CONSOLES)
        }

    def __enter__(self) -> Self:
        """Start the servers, and set up the stores; the roles are started by the caller."""
        with ExitStack() as stack:
            stack.enter_context(self.postgres)
            self.postgres.new_database("openhours")
            stack.enter_context(self.influx)
            stack.callback(self._end_all)
            self.start_broker()
            self.nginx.start()
            own = f"data_dir={self.folder / 'own'}"
            settings = ["--config", str(self.settings_file), "--set", own]
            subprocess.run(
                [sys.executable, "-m", "openhours", *settings, "store", "setup"],
                check=True,
                capture_output=True,
            )
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _end_all(self) -> None:
        programs = (*self.processes.values(), self.nginx, self.broker)
        for program in programs:
            program.send(signal.SIGTERM)
        for program in programs:
            program.wait()

    def start_broker(self) -> None:
        """Return once it takes connections."""
        self.broker.start()
        deadline = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.broker_port)).close()
                return
            time.sleep(POLL_S)
        raise TimeoutError(f"mosquitto does not come up: {self.folder / 'mosquitto.log'}")

    def secret(self, name: str) -> str:
        """What is in one of the files that `prepare` made."""
        return (self._secrets / name).read_text()

    def sensor(self, name: str, *, speaks_as: str = "") -> BrokerSettings:
        """How the sensor `name` reaches the broker; or with the name of another."""
        lines = (self._secrets / "sensors.txt").read_text().splitlines()
        passwords = dict(line.split(":") for line in lines)
        return self._reached(speaks_as or name, passwords[name])

    def display(self) -> BrokerSettings:
        """How a door display reaches it."""
        return self._reached("display", self.secret("display_password"))

    def settings(self) -> Settings:
        """Those of all processes, with a folder of the caller's own."""
        return load(self.settings_file, [f"data_dir={self.folder / 'own'}"])

    def leader(self) -> str:
        """Which planner leads; "" for none."""
        asked = (
            "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE locktype = 'advisory' AND granted AND application_name LIKE 'openhours lead%'"
        )
        engine = sa.create_engine(self.settings().ledger_url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            words = str(connection.scalar(sa.text(asked)) or "").split()
        pids = {str(self.processes[name].pid): name for name in PLANNERS}
        return next((pids[word] for word in words if word in pids), "")

    def page(self, path: str) -> tuple[int, str]:
        """What nginx answers over TLS: the status and the text; status 0 where it does not."""
        trusted = ssl.create_default_context(cafile=str(self._secrets / "ca.pem"))
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted)
        )
        try:
            with opener.open(
                f"https://localhost:{self.web_port}{path}", timeout=ANSWERS_WITHIN_S
            ) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def health(self) -> dict[str, Any]:
        """What `/health` says; nothing where it does not answer."""
        status, text = self.page("/health")
        return dict(json.loads(text)) if status in {200, 503} and text.startswith("{") else {}

    def _reached(self, username: str, password: str) -> BrokerSettings:
        return BrokerSettings(
            host="localhost",
            port=self.broker_port,
            username=username,
            password=password,
            tls_ca=self._secrets / "ca.pem",
        )

    def _role(self, name: str, service: Mapping[str, Any]) -> Program:
        environment = dict(service["environment"])
        if name in CONSOLES:
            environment |= {
                "OPENHOURS_CONSOLE__HOST": "127.0.0.1",
                "OPENHOURS_CONSOLE__PORT": str(self._console_ports[name]),
                "OPENHOURS_CONSOLE__URL": f"https://localhost:{self.web_port}",
                "OPENHOURS_CONSOLE__TRUSTED_PROXIES": '["127.0.0.1"]',
            }
        environment["OPENHOURS_DATA_DIR"] = str(self.folder / name)
        command = [str(self.settings_file) if "/" in w else w for w in service["command"]]
        program = [sys.executable, "-m", "openhours", *command]
        return Program(program, self.folder / f"{name}.log", environment)

    def _fitted_settings(self) -> Path:
        return self._fitted(
            "openhours.toml",
            {
                'host = "mosquitto"': 'host = "localhost"',
                "port = 8883": f"port = {self.broker_port}",
                "/etc/openhours/ca.pem": f"{self._secrets}/ca.pem",
                "/run/secrets": str(self._secrets),
                "influxdb:8086": f"{self.influx.host}:{self.influx.port}",
                "@postgres/": f"@{self.postgres.host}:{self.postgres.port}/",
                # an environment variable names the folder of each process
                'data_dir = "/var/lib/openhours"\n': "",
            },
        )

    def _fitted_broker(self) -> Path:
        memory = self.folder / "mosquitto"
        memory.mkdir()
        file = self._fitted(
            "mosquitto/mosquitto.conf",
            {
                "listener 8883": f"listener {self.broker_port} 127.0.0.1",
                "/mosquitto/tls": str(self._secrets),
                "/mosquitto/config/passwords": f"{self._secrets}/passwords",
                "/mosquitto/config/access": f"{self._compose}/mosquitto/access",
                "/mosquitto/data": str(memory),
            },
        )
        with file.open("a") as more:
            more.write("user root\n")  # else it would not reach the folder of a test run by root
        return file

    def _fitted_nginx(self) -> Path:
        folder = self.folder / "nginx"
        folder.mkdir()
        consoles = {f"{n}:8800": f"127.0.0.1:{port}" for n, port in self._console_ports.items()}
        return self._fitted(
            "nginx/nginx.conf",
            {
                "/tmp": str(folder),  # noqa: S108 - of the container
                "listen 8080": f"listen 127.0.0.1:{free_port()}",
                "listen 8443": f"listen 127.0.0.1:{self.web_port}",
                "/etc/nginx/tls": str(self._secrets),
                **consoles,
            },
        )

    def _fitted(self, name: str, other: Mapping[str, str]) -> Path:
        """The shipped file with other addresses. Raises `ValueError` where it has not those."""
        file = self._compose / name
        text = file.read_text()
        for shipped, ours in other.items():
            if shipped not in text:
                raise ValueError(f"{name} has no “{shipped}”")
            text = text.replace(shipped, ours)
        file.write_text(text)
        return file

"""A real InfluxDB of our own, for benchmarks and tests.

Debian's InfluxDB 1.6 has the storage engine and InfluxQL; nginx before it gives it the paths of the
v2 API that clients write to.
"""

import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Self

from benchmarks.mosquitto import free_port

_WHERE = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"
INFLUXD = shutil.which("influxd", path=_WHERE)
NGINX = shutil.which("nginx", path=_WHERE)
READY_WITHIN_S = 20.0
POLL_S = 0.01

_INFLUXD = """\
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:{http}"
  log-enabled = false
[monitor]
  store-enabled = false
[logging]
  level = "error"
"""
_NGINX = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_max_body_size 64m;
  client_body_buffer_size 64m;
  proxy_buffering off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  proxy_read_timeout 300s;
  map_hash_bucket_size 128;
  map $arg_bucket $db {{ default $arg_bucket; "~^(?<d>.+?)(%2F|/)" $d; }}
  map $arg_bucket $rp {{ default ""; "~(%2F|/)(?<r>.+)$" $r; }}
  map $arg_precision $unit {{ default n; us u; ms ms; s s; }}
  map $http_authorization $known {{ default {anybody}; "Token {token}" 1; }}
  server {{
    listen 127.0.0.1:{port};
    if ($known = 0) {{ return 401 '{{"code":"unauthorized","message":"unauthorized access"}}'; }}
    proxy_set_header Authorization "";
    location = /api/v2/write {{
      proxy_pass http://127.0.0.1:{http}/write?db=$db&rp=$rp&precision=$unit;
    }}
    location = /api/v2/ping {{ proxy_pass http://127.0.0.1:{http}/ping; }}
    location = /health {{ return 200 '{{"status":"pass"}}'; }}
    location = /query {{ proxy_pass http://127.0.0.1:{http}/query; }}
  }}
}}
"""


class Influx:
    """InfluxDB on a free port of loopback, with its data in `folder`.

    `token`: whoever does not bring it is refused; without one everybody is let in.
    """

    host = "127.0.0.1"

    def __init__(self, folder: Path, *, token: str = "") -> None:
        if INFLUXD is None or NGINX is None:
            raise FileNotFoundError("influxd and nginx are not both installed")
        folder.mkdir(parents=True, exist_ok=True)
        self.port, self._http = free_port(), free_port()
        self._influxd, self._nginx = folder / "influxdb.conf", folder / "nginx.conf"
        self._influxd.write_text(
            _INFLUXD.format(folder=folder, rpc=free_port(), http=self._http), encoding="utf-8"
        )
        self._nginx.write_text(
            _NGINX.format(
                folder=folder,
                port=self.port,
                http=self._http,
                token=token,
                anybody=0 if token else 1,
            ),
            encoding="utf-8",
        )

    @property
    def http_port(self) -> int:
        """Of influxd itself, which speaks the first version of the API."""
        return self._http

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Return once both answer."""
        commands = (
            [str(INFLUXD), "-config", str(self._influxd)],
            [str(NGINX), "-c", str(self._nginx)],
        )
        self._processes = [
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for command in commands
        ]
        deadline = time.monotonic() + READY_WITHIN_S
        while not (self._database_answers() and self._proxy_listens()):
            if time.monotonic() > deadline:
                self.kill()
                raise TimeoutError(f"influxd or nginx does not come up with {self._influxd.parent}")
            time.sleep(POLL_S)

    def stop(self) -> None:
        """End both in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End both at once."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        for process in reversed(self._processes):
            # nginx's own child would outlive a kill of its parent
            process.send_signal(how if process is self._processes[0] else signal.SIGTERM)
        for process in self._processes:
            process.wait()

    def _database_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.host}:{self._http}/ping", timeout=1):
                return True
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False

    def _proxy_listens(self) -> bool:
        try:
            socket.create_connection((self.host, self.port)).close()
        except OSError:
            return False
        return True

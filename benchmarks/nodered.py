"""A real Node-RED of our own that writes counts to InfluxDB, as many buildings have it today."""

import json
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Self

from benchmarks.mosquitto import free_port

PACKAGES = ("node-red", "node-red-contrib-influxdb")
READY_WITHIN_S = 90.0

_POINT = """\
const p = msg.payload;
msg.payload = [{
  measurement: "counts", tags: { sensor: msg.topic.split("/")[2] },
  fields: { entered: p.entered, left: p.left }, timestamp: p.time
}];
return msg;
"""


def install(folder: Path) -> None:
    """Install Node-RED and its InfluxDB nodes there. Raises `CalledProcessError`."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", *PACKAGES]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


class NodeRed:
    """Node-RED on loopback: a session that the broker keeps, QoS 1, one point a message.

    Args:
        program: where it is installed.
        folder: keeps its flow; the same folder is the same Node-RED.
        broker_port: of the MQTT broker.
        influx_port: of an InfluxDB 1, with a database `nodered`.
    """

    def __init__(self, program: Path, folder: Path, broker_port: int, influx_port: int) -> None:
        self._program, self._folder, self._port = program, folder, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "flows.json").write_text(json.dumps(_flow(broker_port, influx_port)))
        (folder / "settings.js").write_text(
            f'module.exports = {{uiHost: "127.0.0.1", uiPort: {self._port}, flowFile: "flows.json",'
            f'nodesDir: ["{program}/node_modules/node-red-contrib-influxdb"],'
            'logging: {console: {level: "error"}}}'
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Return once its editor answers; its flow starts with it."""
        script = self._program / "node_modules/node-red/red.js"
        command = ["node", str(script), "-u", str(self._folder)]
        self._process = subprocess.Popen(
            [*command, "-s", str(self._folder / "settings.js")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline_s = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline_s:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/", timeout=2):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise TimeoutError("Node-RED does not come up")

    def stop(self) -> None:
        """End it in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        self._process.send_signal(how)
        self._process.wait()


def _flow(broker_port: int, influx_port: int) -> list[dict[str, object]]:
    return [
        {"id": "tab", "type": "tab", "label": "counts"},
        {
            "id": "broker",
            "type": "mqtt-broker",
            "broker": "127.0.0.1",
            "port": str(broker_port),
            "clientid": "node-red",
            "autoConnect": True,
            "usetls": False,
            "protocolVersion": "4",
            "keepalive": "60",
            "cleansession": False,
        },
        {
            "id": "in",
            "type": "mqtt in",
            "z": "tab",
            "topic": "openhours/v1/+/counts",
            "qos": "1",
            "datatype": "json",
            "broker": "broker",
            "inputs": 0,
            "wires": [["point"]],
        },
        {
            "id": "point",
            "type": "function",
            "z": "tab",
            "func": _POINT,
            "outputs": 1,
            "wires": [["out"]],
        },
        {
            "id": "out",
            "type": "influxdb batch",
            "z": "tab",
            "influxdb": "database",
            "precision": "ms",
            "retentionPolicy": "",
            "wires": [],
        },
        {
            "id": "database",
            "type": "influxdb",
            "hostname": "127.0.0.1",
            "port": str(influx_port),
            "protocol": "http",
            "database": "nodered",
            "usetls": False,
            "influxdbVersion": "1.x",
        },
    ]

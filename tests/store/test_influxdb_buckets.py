"""Setting up InfluxDB 2, whose answers are played here as its API reference gives them."""

import json
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from store.timeseries.influx_address import InfluxAddress
from store.timeseries.influxdb import InfluxDBStore

DAY_S = 86_400
ORG = {"id": "0a0a", "name": "city"}


class Buckets(BaseHTTPRequestHandler):
    """Keeps buckets by name."""

    kept: ClassVar[dict[str, dict[str, Any]]] = {}

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        if self.path.startswith("/api/v2/orgs"):
            self._answer(200, {"orgs": [ORG]})
        else:
            found = self.kept.get(asked["name"][0])
            self._answer(200, {"buckets": [found] if found else []})

    def do_POST(self) -> None:
        said = self._said()
        assert said["orgID"] == ORG["id"]
        self.kept[said["name"]] = {**said, "id": said["name"].replace("/", "-")}
        self._answer(201, self.kept[said["name"]])

    def do_PATCH(self) -> None:
        said = self._said()
        self.kept[said["name"]] |= said
        self._answer(200, self.kept[said["name"]])

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _said(self) -> dict[str, Any]:
        assert self.headers["Authorization"] == "Token secret"
        said: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return said

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@pytest.fixture
def address() -> Iterator[InfluxAddress]:
    Buckets.kept.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Buckets) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        yield InfluxAddress(url=url, database="town", org="city", token="secret")
        server.shutdown()


def rules() -> dict[str, list[int]]:
    return {
        name: [rule["everySeconds"] for rule in bucket["retentionRules"]]
        for name, bucket in Buckets.kept.items()
    }


def test_a_bucket_is_made_for_each_policy_and_changed_when_its_days_are(
    address: InfluxAddress,
) -> None:
    with closing(InfluxDBStore(address)) as store:
        assert store.set_up() == ["readings are kept for ever", "bins are kept for ever"]
        assert store.set_up() == []
    assert rules() == {"town/readings": [], "town/bins": []}
    with closing(InfluxDBStore(address, keep_raw_days=56)) as store:
        assert store.set_up() == ["readings are kept for 56 days"]
        assert store.set_up() == []
    assert rules() == {"town/readings": [56 * DAY_S], "town/bins": []}

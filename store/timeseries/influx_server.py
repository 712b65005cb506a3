"""Talks to one InfluxDB: lines in by the v2 API, rows out by InfluxQL, clear errors.

Writes go to `/api/v2/write`, which InfluxDB 1.8 and 2 have; reads go to `/query`, which they have
too, and which `influxdb-client` reaches through its `api_client` alone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped] # has no stubs
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.domain.bucket_retention_rules import BucketRetentionRules
from influxdb_client.rest import ApiException
from pyarrow import csv
from urllib3.exceptions import HTTPError

from domain.errors import StoreUnavailable
from store.timeseries.influx_address import InfluxAddress

_END = b"name,tags,name\ndatabases,"
_LINES_A_REQUEST = 20_000
"""About 2 MB, of the 25 MB that InfluxDB takes by default."""
_WRITE_WITHIN_MS, _READ_WITHIN_MS = 10_000, 300_000

_FAULTS_OF_THE_DATA = (400, 413, 422)
_NO_SUCH = 404
_AWAY = "see that it runs and can be reached; what was not acknowledged is sent again"
_NOT_ALLOWED = "give a token that may read and write the database: store.token_file"
_NOT_SET_UP = "make it with `openhours store setup`"
_MISSING = ("database not found", "retention policy not found", "bucket", "could not find")


class InfluxServer:
    """One database on an InfluxDB server; any number of threads may call it.

    Raises `StoreUnavailable` when it does not answer, lets us not in or has no such database, and
    `ValueError` for lines that it does not take.
    """

    def __init__(self, address: InfluxAddress) -> None:
        self.database = address.database
        self._where = f"{address.url}/{address.database}"
        self._client = InfluxDBClient(
            address.url, address.token, org=address.org, timeout=_WRITE_WITHIN_MS
        )
        self._writer = self._client.write_api(write_options=SYNCHRONOUS)

    def write(self, policy: str, lines: Sequence[str]) -> None:
        """Write lines with times in nanoseconds; they are durable when this returns."""
        for start in range(0, len(lines), _LINES_A_REQUEST):
            record = "\n".join(lines[start : start + _LINES_A_REQUEST]).encode()
            with self._named_faults(is_write=True):
                self._writer.write(f"{self.database}/{policy}", record=record)

    def rows(self, query: str, columns: Mapping[str, pa.DataType]) -> pa.Table:
        """The rows that a query without GROUP BY finds; null where a point has no such field."""
        # As CSV an error is an empty answer: only what is found after it tells that there was none.
        said, end, _ = self._query(f"{query}; SHOW DATABASES", "application/csv").rpartition(_END)
        if not end:
            for _ in self.series(query):
                pass
            raise self._refused("its answer has no end")
        if not said.strip():
            return pa.schema(columns).empty_table()
        return csv.read_csv(
            pa.BufferReader(said),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=columns,
                include_columns=[*columns],
                null_values=[""],
                quoted_strings_can_be_null=False,
            ),
        )

    def series(self, query: str) -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
        """Tags and values of every row that a query with GROUP BY finds."""
        for result in json.loads(self._query(query, "application/json"))["results"]:
            if "error" in result:
                raise self._refused(result["error"])
            for found in result.get("series", ()):
                for values in found.get("values", ()):
                    yield (
                        found.get("tags", {}),
                        dict(zip(found["columns"], values, strict=True)),
                    )

    def command(self, statement: str) -> list[dict[str, Any]]:
        """Have a statement carried out, such as CREATE DATABASE; the rows that it answers."""
        return [values for _, values in self.series(statement)]

    def has_buckets(self) -> bool:
        """Whether databases are buckets here, as in InfluxDB 2, which takes no CREATE DATABASE."""
        try:
            with self._named_faults(is_write=False):
                self._client.buckets_api().find_bucket_by_name(self.database)  # type: ignore[no-untyped-call]
        except StoreUnavailable as error:
            if isinstance(error.__cause__, ApiException) and error.__cause__.status == _NO_SUCH:
                return False
            raise
        return True

    def keep_bucket(self, policy: str, seconds: int) -> bool:
        """Have a bucket that keeps its points so long, 0 for ever; whether that is news.

        InfluxDB 2 lets InfluxQL find a bucket named DATABASE/POLICY under these two (its manual,
        "Database and retention policy mapping").
        """
        with self._named_faults(is_write=False):
            buckets = self._client.buckets_api()
            name = f"{self.database}/{policy}"
            rule = BucketRetentionRules(type="expire", every_seconds=seconds)  # type: ignore[no-untyped-call]
            rules = [rule] if seconds else []
            found = buckets.find_bucket_by_name(name)  # type: ignore[no-untyped-call]
            if found is None:
                buckets.create_bucket(bucket_name=name, retention_rules=rules)
                return True
            if sum(rule.every_seconds for rule in found.retention_rules) == seconds:
                return False
            found.retention_rules = rules
            buckets.update_bucket(found)
            return True

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()  # type: ignore[no-untyped-call]

    def _query(self, query: str, accept: str) -> bytes:
        with self._named_faults(is_write=False):
            answer = self._client.api_client.call_api(  # type: ignore[no-untyped-call]
                "/query",
                "POST",
                query_params=[("db", self.database), ("epoch", "ns")],
                post_params=[("q", query)],
                header_params={
                    "Accept": accept,
                    "Content-Type": "application/x-www-form-urlencoded",
                },
                _preload_content=False,
                _return_http_data_only=True,
                _request_timeout=_READ_WITHIN_MS,
            )
            return bytes(answer.data)

    @contextmanager
    def _named_faults(self, *, is_write: bool) -> Iterator[None]:
        try:
            yield
        except ApiException as error:
            said = _said(error)
            if is_write and error.status in _FAULTS_OF_THE_DATA:
                raise ValueError(f"the time-series store cannot hold that: {said}") from error
            raise self._refused(said, error.status) from error
        except HTTPError as error:
            raise self._refused(f"it does not answer: {error}") from error

    def _refused(self, said: str, status: int | None = None) -> StoreUnavailable:
        if status in {401, 403}:
            hint = _NOT_ALLOWED
        elif any(part in said for part in _MISSING):
            hint = _NOT_SET_UP
        else:
            hint = _AWAY
        return StoreUnavailable(
            f"the time-series store does not work: {said}", where=self._where, hint=hint
        )


def _said(error: ApiException) -> str:
    """What the server said, in one line."""
    body = error.body.decode(errors="replace") if isinstance(error.body, bytes) else error.body
    try:
        answer = json.loads(body or "{}")
        said = answer.get("message") or answer.get("error") or ""
    except (ValueError, AttributeError):
        said = ""
    return said or f"{error.status} {error.reason}".strip()

"""What the checks look at, each part fetched when it is first asked for."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from console.sensors.report import SensorReport
from domain.errors import Conflict, StoreUnavailable
from domain.ports import Ledger
from openhours.receiving.sensors_report import sensors_report
from openhours.running.alone import alone_in
from openhours.running.serving import report_of_the_service
from openhours.settings.model import Settings
from openhours.storing.timeseries import History, open_timeseries
from store.ledger import SqlLedger
from store.ledger.migrations import revision_of, revisions

ANSWER_WITHIN_S = 10.0


@dataclass(frozen=True)
class Patient:
    """An installation: its settings, its folder, and the service where it runs."""

    settings: Settings
    now: datetime

    @cached_property
    def is_running(self) -> bool:
        """Whether a service has the data folder."""
        folder = self.settings.data_dir
        if not (folder / "running.lock").exists():
            return False
        try:
            with alone_in(folder):
                return False
        except Conflict:
            return True

    @cached_property
    def health(self) -> Mapping[str, Any] | None:
        """What the running service says of itself; None where no pages answer."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.settings.here}/health", timeout=ANSWER_WITHIN_S) as said:
                answer = said.read()
        except urllib.error.HTTPError as error:  # 503 says what is wrong, too
            answer = error.read()
        except OSError:
            return None
        try:
            found: dict[str, Any] = json.loads(answer)
        except ValueError:
            return None
        return found

    @cached_property
    def ledger(self) -> Ledger | None:
        """The ledger as it stands; None where the check `ledger` has something to say of it."""
        try:
            found = revision_of(self.settings.ledger_url) if self.ledger_is_there else None
        except StoreUnavailable:
            return None
        return SqlLedger(self.settings.ledger_url) if found == revisions()[-1] else None

    def open_series(self) -> History | None:
        """The readings; None where the running service has them. Raises `StoreUnavailable`."""
        place = self.settings.timeseries
        if isinstance(place, Path) and (self.is_running or not place.exists()):
            return None
        store = open_timeseries(self.settings)
        try:
            store.last_seen()  # a server is not asked before
        except BaseException:
            store.close()
            raise
        return store

    @contextmanager
    def series(self) -> Iterator[History | None]:
        """The readings; None also where the check `readings` has something to say of them."""
        with ExitStack() as stack:
            try:
                store = self.open_series()
            except StoreUnavailable:
                store = None
            if store is not None:
                stack.callback(store.close)
            yield store

    @cached_property
    def sensors(self) -> SensorReport | None:
        """How all sensors are; None where nothing can be said.

        Raises `StoreUnavailable` where the running service says nothing of them.
        """
        if self.ledger is None:
            return None
        with self.series() as series:
            if series is not None:
                return sensors_report(self.ledger, series, self.now)
        if not self.is_running:
            return None
        nobody = StoreUnavailable(
            "the running service shows no sensors", hint="see what `service` says"
        )
        return report_of_the_service(self.settings, nobody)

    def close(self) -> None:
        """Let go of the ledger."""
        if opened := self.__dict__.get("ledger"):
            opened.close()

    @property
    def ledger_is_there(self) -> bool:
        """Whether there is one to look at: an SQLite file would be made by looking at it."""
        beside = self.settings.data_dir / "ledger.sqlite"
        return bool(self.settings.store.ledger) or beside.exists()

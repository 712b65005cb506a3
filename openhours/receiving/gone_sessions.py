"""Sessions that this host had at the broker and has no more: emptied into the stores, and ended.

A broker goes on giving a session its share, or everything, and keeps it for who never comes. So the
ledger remembers which sessions there are, and who starts with others ends those.
"""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import structlog
from numpy.random import Generator

from domain.errors import Unavailable
from domain.ports import Ledger
from ingest.backoff import Backoff
from ingest.broker import BrokerSettings
from ingest.leaving import leave
from ingest.message import Messages, Receipts
from openhours.receiving.workers import Receiver

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
STOPPED_WITHIN_S = 10.0
"""A store that is away may keep it for longer; what it has in hand then comes again."""


class GoneSessions:
    """The sessions of earlier days, from when it is made.

    Args:
        ledger: remembers sessions, by the name that the settings give.
        name: that name, from which those of workers are made.
        present: how the sessions of today are reached.
    """

    def __init__(self, ledger: Ledger, name: str, present: Sequence[BrokerSettings]) -> None:
        self._ledger, self._key = ledger, f"sessions at the broker: {name}"
        self._present = {each.client_id: each.shared_group for each in present}
        known: dict[str, str] = json.loads(ledger.state(self._key) or "{}")
        gone = {n: group for n, group in known.items() if n not in self._present}
        self.left = [
            replace(present[0], client_id=n, shared_group=group) for n, group in gone.items()
        ]
        self._remember()

    def forget(self, session: BrokerSettings) -> None:
        """It has been ended."""
        self.left.remove(session)
        self._remember()

    def _remember(self) -> None:
        gone = {each.client_id: each.shared_group for each in self.left}
        self._ledger.set_state(self._key, json.dumps(gone | self._present))


@contextmanager
def ended(
    gone: GoneSessions,
    receiver: Receiver,
    filters: Sequence[str],
    write: Callable[[Messages], object],
    receipts: Receipts,
    rng: Generator,
) -> Iterator[None]:
    """End what is gone, in the background and for as long as it takes, until the block ends.

    Not before `receiver` is subscribed: what came in between would be in no session.
    """
    stopping = threading.Event()

    def end_first() -> bool:
        session = gone.left[0]
        try:
            taken = leave(session, filters, write, receipts, stopping.is_set)
        except (OSError, Unavailable) as error:
            log.warning("a session is not ended yet", session=session.client_id, reason=str(error))
            return False
        except Exception:  # it must be tried again whatever came
            log.exception("fault while a session is emptied", session=session.client_id)
            return False
        if taken is not None:
            log.info("a session is ended", session=session.client_id, messages=taken)
            gone.forget(session)
        return True

    def work() -> None:
        delays = Backoff().delays(rng)
        while gone.left and not stopping.is_set():
            if receiver.wait_until(lambda s: s.subscribed, LOOK_EVERY_S) and not end_first():
                stopping.wait(next(delays))

    thread = threading.Thread(target=work, name="gone-sessions", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(STOPPED_WITHIN_S)

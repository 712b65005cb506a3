"""A message of Frigate: one that follows an object, and so is no count."""

from tests.ingest.payloads.case import Case

CASES: list[Case] = [
    Case(
        vendor="Frigate",
        file="frigate/events_update.json",
        where="payload",
        topic="frigate/events",
        codec="frigate",
        expected=("rejected: not a count of people",),
    )
]

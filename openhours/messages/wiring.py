"""The run of messages, as the settings have it."""

from collections.abc import Callable
from datetime import timedelta

from console.live.making import BoardMaker
from domain.clock import Clock
from domain.ports import Ledger, TimeSeriesStore
from ingest.state import IngestState
from openhours.messages.causes import Limits
from openhours.messages.news import Escalation
from openhours.messages.run import MessagesRun, Reported
from openhours.sensors_report import SensorReporter
from openhours.settings import Settings


def messages_run(
    settings: Settings,
    ledger: Ledger,
    timeseries: TimeSeriesStore,
    clock: Clock,
    ingest: Callable[[], IngestState],
) -> MessagesRun:
    """Joined with the parts that it looks at. Raises `InvalidSettings` for its channels."""
    said = settings.messages
    return MessagesRun(
        ledger=ledger,
        timeseries=timeseries,
        clock=clock,
        channels=settings.channels,
        reported=Reported(
            ingest=ingest,
            sensors=SensorReporter(ledger, timeseries, clock).report,
            board=BoardMaker(ledger, timeseries).board,
        ),
        limits=Limits(settings.data_dir, said.disk_free_gb),
        escalation=Escalation(
            late=timedelta(days=said.late_after_days),
            very_late=timedelta(days=said.very_late_after_days),
        ),
        language=said.language,
        url=settings.url,
    )

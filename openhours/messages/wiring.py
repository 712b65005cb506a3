"""The runs of messages and of reports, as the settings have them."""

from collections.abc import Callable
from datetime import timedelta

from console.live.making import BoardMaker
from domain.clock import Clock
from domain.ports import Ledger, TimeSeriesStore
from ingest.state import IngestState
from openhours.measuring.reports import Reporter
from openhours.measuring.reports_run import ReportsRun
from openhours.messages.causes import Limits
from openhours.messages.news import Escalation
from openhours.messages.run import MessagesRun, Reported
from openhours.receiving.sensors_report import SensorReporter
from openhours.settings.model import Settings


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


def reports_run(
    settings: Settings, ledger: Ledger, timeseries: TimeSeriesStore, clock: Clock
) -> ReportsRun:
    """Likewise. Raises `InvalidSettings` for the channels."""
    return ReportsRun(
        ledger=ledger,
        clock=clock,
        channels=settings.channels,
        report=Reporter(ledger, timeseries, clock).report,
        language=settings.messages.language,
        url=settings.url,
    )

"""What the pages are given in tests: the real parts, over stores of the test's own."""

from typing import Any

from console.access.entrance import Entrance
from console.web.services import Services, ServiceStatus
from domain.clock import Clock
from domain.ports import Ledger
from openhours.entering.estates import EstateDesk
from openhours.measuring.reports import Reporter
from openhours.measuring.uplift import UpliftDesk
from openhours.planning.forecasts import Forecasts
from openhours.planning.run import PlanningRun
from openhours.planning.what_if import WhatIfDesk
from openhours.receiving.binning import Binning
from openhours.receiving.sensors_report import SensorReporter
from openhours.storing.timeseries import History


def services_over(ledger: Ledger, timeseries: History, clock: Clock, **other: Any) -> Services:
    """All of them; `other` take the place of some. Everybody who comes may read."""
    planning = PlanningRun(ledger, timeseries, Binning(ledger, timeseries), history_weeks=8)
    given: dict[str, Any] = {
        "status": lambda: ServiceStatus(broker_connected=True),
        "sensors": SensorReporter(ledger, timeseries, clock).report,
        "forecast": Forecasts(ledger).of,
        "what_if": WhatIfDesk(planning, clock),
        "estates": EstateDesk(ledger, clock),
        "uplift": UpliftDesk(ledger, timeseries, clock),
        "report": Reporter(ledger, timeseries, clock).report,
        "entrance": Entrance(open_reading=True),
    }
    return Services(ledger=ledger, timeseries=timeseries, clock=clock, **(given | other))

"""Sends the reports on periods that are over to those who asked for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from console.messages.channels import Channels
from console.reports.mail import report_message
from console.reports.report import MakeReport, Report
from console.reports.subscriptions import MAY_SUBSCRIBE, Subscription, subscriptions
from domain.clock import Clock
from domain.errors import NotFound
from domain.messages import Delivery, Message
from domain.periods import SPAN_OF, Period, period_of
from domain.ports import Ledger
from openhours.measuring.reports import venues_in
from openhours.messages.readers import Reader, Readers
from openhours.messages.telling import tell
from openhours.planning.history import business_day

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsRun:
    """What it takes. Without channels nobody can be sent anything."""

    ledger: Ledger
    clock: Clock
    channels: Channels
    report: MakeReport
    language: str
    """For those who have chosen none."""
    url: str
    """Of the console, without a stroke at the end."""

    def send_due(self, grace: timedelta) -> int:
        """Put the reports into the outbox that are due; return how many.

        A period's is due `grace` after its last day has ended everywhere in the area. Of several
        that are, as after a long stop, the latest alone is sent.

        Raises `StoreUnavailable`.
        """
        wanted = [*subscriptions(self.ledger)] if self.channels else []
        if not wanted:
            return 0
        readers = Readers.of(self.ledger, self.ledger.estate(), self.channels, self.language)
        now, sent = self.clock.now(), 0
        for each in wanted:
            reader = readers.by_id.get(each.person)
            may = {g.role for g in readers.grants if g.person == each.person} & MAY_SUBSCRIBE
            try:
                period = self._due(each.area, now - grace)
                if period.first <= each.after.first or not reader or not may:
                    continue
                sent += self._send(reader, self.report(each.area, period), now)
            except NotFound as error:
                log.warning("a report cannot be made", area=each.area, reason=str(error))
                continue
            self._note(each, period)
        return sent

    def _due(self, area_id: str, at: datetime) -> Period:
        """The latest period of an area that is over. Raises `NotFound`."""
        estate = self.ledger.estate()
        span = SPAN_OF[estate.area(area_id).kind]
        today = min((business_day(v, at) for v in venues_in(estate, area_id)), default=at.date())
        return period_of(span, today).before

    def _send(self, reader: Reader, report: Report, now: datetime) -> bool:
        """One message; none to whom wants none, and no second one after a crash."""
        if not reader.addresses or reader.preferences.delivery is Delivery.OFF:
            return False
        said = report_message(reader.language, report, self.url)
        person = reader.person.id
        message = Message(
            key=f"{person}:report:{report.area.id}:{report.period.name}",
            person=person,
            at=now,
            subject=said.subject,
            notices=(),
            is_digest=False,
        )
        return tell(self.ledger, reader, said, message)

    def _note(self, sent: Subscription, period: Period) -> None:
        """Unless they want no more since, or asked anew."""
        if self.ledger.state(sent.key) == sent.after.name:
            self.ledger.set_state(sent.key, period.name)

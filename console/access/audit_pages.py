"""The audit log: who did what, when; as a page and as a table to take away."""

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from console.access.visitors import needs
from console.outputs.spreadsheets import inert
from console.web.rendering import Pages
from domain.audit import AuditFilter
from domain.people import Permission
from domain.planning import AuditLine
from domain.ports import Ledger

PAGE_LENGTH = 100
CSV_PORTION = 2_000
COLUMNS = ("at", "actor", "action", "subject", "detail")

Part = Annotated[str, Query(max_length=120)]
Day = Annotated[str, Query(pattern=r"^(\d{4}-\d\d-\d\d)?$")]


def router(pages: Pages) -> APIRouter:
    """`/audit` and `/audit.csv`."""
    routes = APIRouter(dependencies=[needs(Permission.AUDIT)])
    ledger = pages.services.ledger

    @routes.get("/audit")
    def show_audit(
        request: Request,
        who: Part = "",
        what: Part = "",
        which: Part = "",
        since: Day = "",
        until: Day = "",
        before: int | None = None,
    ) -> HTMLResponse:
        asked = {"who": who, "what": what, "which": which, "since": since, "until": until}
        wanted = _wanted(**asked)
        found = ledger.find_audit(wanted, before=before, limit=PAGE_LENGTH + 1)
        shown, more = found[:PAGE_LENGTH], len(found) > PAGE_LENGTH
        query = {name: value for name, value in asked.items() if value}
        return pages.page(
            request,
            "access/audit.html",
            lines=[numbered.line for numbered in shown],
            asked=asked,
            is_first=before is None,
            older=urlencode(query | {"before": shown[-1].number}) if more else "",
            query=urlencode(query),
            utc=ZoneInfo("UTC"),
        )

    @routes.get("/audit.csv")
    def take_audit(
        who: Part = "", what: Part = "", which: Part = "", since: Day = "", until: Day = ""
    ) -> StreamingResponse:
        wanted = _wanted(who=who, what=what, which=which, since=since, until=until)
        return StreamingResponse(
            _csv(_all(ledger, wanted)),
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": 'attachment; filename="audit.csv"'},
        )

    return routes


def _wanted(*, who: str, what: str, which: str, since: str, until: str) -> AuditFilter:
    """Days are UTC's, and `until` is the last one wanted."""
    last = _midnight(until)
    return AuditFilter(
        actor=who.strip(),
        action=what.strip(),
        subject=which.strip(),
        since=_midnight(since),
        until=last + timedelta(days=1) if last else None,
    )


def _midnight(day: str) -> datetime | None:
    """The beginning of a day; None for none, and for one that no calendar has."""
    try:
        return datetime.fromisoformat(day).replace(tzinfo=UTC)
    except ValueError:
        return None


def _all(ledger: Ledger, wanted: AuditFilter) -> Iterator[AuditLine]:
    """Every line that matches, newest first, a portion at a time."""
    before: int | None = None
    while found := ledger.find_audit(wanted, before=before, limit=CSV_PORTION):
        yield from (numbered.line for numbered in found)
        before = found[-1].number


def _csv(lines: Iterator[AuditLine]) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in lines:
        values = asdict(line) | {"at": line.at.isoformat()}
        writer.writerow([inert(str(values[name])) for name in COLUMNS])
        if out.tell() > 65_536:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()

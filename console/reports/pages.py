"""The reports: which there are, and each as a page, PDF, CSV or XLSX."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from console.access.visitors import Visitor, needs, require, visitor_of
from console.reports.columns import COLUMNS, named_rows
from console.reports.files import report_csv, report_xlsx
from console.reports.paper import report_pdf
from console.reports.report import Report
from console.reports.subscriptions import (
    MAY_SUBSCRIBE,
    Subscription,
    is_subscribed,
    subscribe,
    unsubscribe,
)
from console.web.rendering import Pages
from console.web.services import Services
from console.words.i18n import Language, mark
from domain.errors import Forbidden, NotFound
from domain.people import Permission
from domain.periods import SPAN_OF, Period, period_of

PERIODS_SHOWN = 6

Written = Callable[[Language, Report], bytes]
FORMS: Mapping[str, tuple[Written, str]] = {
    "pdf": (report_pdf, "application/pdf"),
    "csv": (report_csv, "text/csv; charset=utf-8"),
    "xlsx": (report_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def router(pages: Pages) -> APIRouter:
    """`/reports`, `/reports/{area}/{period}` and the same with `.pdf`, `.csv` or `.xlsx`."""
    routes = APIRouter(dependencies=[needs(Permission.READ)])
    services = pages.services

    @routes.get("/reports")
    def list_reports(request: Request) -> HTMLResponse:
        estate, today = services.ledger.estate(), _today(services)
        return pages.page(
            request,
            "reports/reports.html",
            areas=[(area, latest(period_of(SPAN_OF[area.kind], today))) for area in estate.areas],
            around={a.id: a for a in estate.areas},
        )

    @routes.get("/reports/{area_id}/{period}.{form}")
    def take_report(request: Request, area_id: str, period: str, form: str) -> Response:
        if form not in FORMS:
            raise NotFound(f"there is no report as “{form}”", hint="take pdf, csv or xlsx")
        made, (written, media_type) = services.report(area_id, Period.parse(period)), FORMS[form]
        name = f"{area_id.replace(':', '-')}-{period}.{form}"
        return Response(
            written(pages.language(request), made),
            media_type=media_type,
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )

    @routes.get("/reports/{area_id}/{period}")
    def show_report(request: Request, area_id: str, period: str) -> HTMLResponse:
        made = services.report(area_id, Period.parse(period))
        return pages.page(
            request,
            "reports/report.html",
            report=made,
            columns=COLUMNS,
            rows=named_rows(pages.language(request), made),
            zone=_zone(made),
            forms=FORMS,
            span=SPAN_OF[made.area.kind],
            may_subscribe=_may_subscribe(visitor_of(request)),
            is_subscribed=is_subscribed(services.ledger, visitor_of(request).name, area_id),
        )

    return routes


def own_router(pages: Pages) -> APIRouter:
    """`/reports/{area}/subscription`: what comes to oneself by message."""
    routes = APIRouter(dependencies=[needs(Permission.OWN)])
    services = pages.services

    @routes.post("/reports/{area_id}/subscription")
    def change_subscription(
        request: Request, area_id: str, wanted: Annotated[bool, Form()]
    ) -> RedirectResponse:
        visitor = require(request, Permission.OWN)
        if not _may_subscribe(visitor):
            raise Forbidden(mark("Your account may not do this here."))
        area = services.ledger.estate().area(area_id)
        over = period_of(SPAN_OF[area.kind], _today(services)).before
        own = Subscription(person=visitor.name, area=area_id, after=over)
        change = subscribe if wanted else unsubscribe
        change(services.ledger, own, services.clock.now())
        return RedirectResponse(f"/reports/{area_id}/{over.name}", 303)

    return routes


def _may_subscribe(visitor: Visitor) -> bool:
    own = {g.role for g in visitor.grants} & MAY_SUBSCRIBE
    return visitor.may(Permission.OWN) and bool(own)


def _today(services: Services) -> date:
    """The date where it is latest among the venues."""
    estate, now = services.ledger.estate(), services.clock.now()
    return max((now.astimezone(v.tz).date() for v in estate.venues), default=now.date())


def latest(running: Period) -> list[Period]:
    """The period that runs and those before it, newest first."""
    found = [running]
    while len(found) < PERIODS_SHOWN:
        found.append(found[-1].before)
    return found


def _zone(made: Report) -> ZoneInfo:
    return made.rows[0][0].tz if made.rows else ZoneInfo("UTC")

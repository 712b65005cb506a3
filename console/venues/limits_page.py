"""`/venues/{id}/limits`: what a plan may never break, what other limits would cost, and saving."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from console.access.visitors import needs, require
from console.linkage.questions import Answer, Supposed
from console.venues.limits import FIELDS, Edited, edited, enter, texts
from console.web.rendering import Pages
from domain.errors import InvalidInput, Problem
from domain.people import Permission


def router(pages: Pages) -> APIRouter:
    """The form, its preview and its saving."""
    routes = APIRouter(prefix="/venues/{venue_id}/limits")
    services = pages.services

    @routes.get("", dependencies=[needs(Permission.READ)])
    def show(request: Request, venue_id: str) -> HTMLResponse:
        return _page(pages, request, venue_id, {})

    @routes.post("", dependencies=[needs(Permission.CONFIGURE)])
    async def change(request: Request, venue_id: str) -> Response:
        actor = require(request, Permission.CONFIGURE, venue_id).name
        form = {name: str(value) for name, value in (await request.form()).items()}

        def answer() -> Response:
            try:
                new = edited(services.ledger.estate().venue(venue_id), form)
            except InvalidInput as error:
                return _page(pages, request, venue_id, form, problems=error.problems)
            if form.get("do") != "save":
                return _page(pages, request, venue_id, form, new=new)
            before = {name: form.get(f"before-{name}", "") for name in FIELDS}
            at = services.clock.now()
            enter(services.ledger, venue_id, new.limits, before, actor=actor, at=at)
            return RedirectResponse(f"/venues/{venue_id}/limits", 303)

        return await run_in_threadpool(answer)

    return routes


def _page(
    pages: Pages,
    request: Request,
    venue_id: str,
    form: Mapping[str, str],
    *,
    new: Edited | None = None,
    problems: tuple[Problem, ...] = (),
) -> HTMLResponse:
    """The form; with `new`, what these limits would cost."""
    venue = pages.services.ledger.estate().venue(venue_id)
    before = texts(venue.limits)
    answer: Answer | None = None
    if new and new.changed:
        limit = [f"{venue_id}.{name}={text}" for name, text in new.changed.items()]
        try:
            answer = pages.services.what_if(Supposed(limit=limit))
        except InvalidInput as error:
            problems = error.problems or (error.problem,)
    return pages.page(
        request,
        "venues/limits.html",
        400 if problems else 200,
        venue=venue,
        before=before,
        given={name: form.get(name, before[name]) for name in FIELDS},
        faults={p.where: p for p in problems},
        problems=problems,
        new=new,
        answer=answer,
        may=require(request, Permission.READ).may(Permission.CONFIGURE, venue_id),
    )

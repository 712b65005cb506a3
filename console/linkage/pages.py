"""Linked venues: each group with its walks, coverage and what-if; unmet demand; duplicates."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from console.access.visitors import needs
from console.linkage import drawing
from console.linkage.coverage import coverage
from console.linkage.losses import losses
from console.linkage.questions import Answer, Supposed
from console.rooms.unmet import unmet_report
from console.web.rendering import Pages
from console.words.rooms import room_names
from domain.errors import InvalidInput, NotFound
from domain.estate import Estate, LinkGroup
from domain.hours import WeeklyHours
from domain.people import Permission
from domain.ports import Ledger
from domain.schedules import latest

UNMET_LENGTH = 100
"""Venues and causes in the list of unmet demand, at most; the largest come first."""

Close = Annotated[list[str], Query(max_length=20)]


def router(pages: Pages) -> APIRouter:
    """`/linkage`, `/linkage/{group}` and `/unmet`."""
    routes = APIRouter(dependencies=[needs(Permission.READ)])
    services = pages.services

    @routes.get("/linkage")
    def list_groups(request: Request) -> HTMLResponse:
        estate, language = services.ledger.estate(), pages.language(request)
        hours = hours_of(services.ledger, estate)
        return pages.page(
            request,
            "linkage/linkage.html",
            groups=[(group, coverage(estate, group, hours)) for group in estate.link_groups],
            report=unmet_report(services.ledger),
            rooms=room_names(language, estate),
        )

    @routes.get("/linkage/{group_id}")
    def show_group(
        request: Request,
        group_id: str,
        close: Close = [],  # noqa: B006 - copied
        budget: Annotated[str, Query(max_length=10)] = "",
    ) -> HTMLResponse:
        estate = services.ledger.estate()
        group = _group(estate, group_id)
        covered = coverage(estate, group, hours_of(services.ledger, estate))
        answer, refused = _asked(pages, group, close, budget.strip())
        members = {v.id for v in covered.venues}
        found = unmet_report(services.ledger)
        return pages.page(
            request,
            "linkage/link_group.html",
            422 if refused else 200,
            group=group,
            covered=covered,
            places=drawing.places(group, covered.venues),
            drawing=drawing,
            names={v.id: v.name_in(pages.language(request).code) for v in covered.venues},
            unmet=losses(u for u in found.unmet if u.venue in members),
            rooms=room_names(pages.language(request), estate),
            answer=answer,
            refused=refused,
            close=close,
            budget=budget,
        )

    @routes.get("/unmet")
    def show_unmet(request: Request) -> HTMLResponse:
        estate, language = services.ledger.estate(), pages.language(request)
        report = unmet_report(services.ledger)
        found = losses(report.unmet)
        return pages.page(
            request,
            "linkage/unmet.html",
            report=report,
            unmet=found[:UNMET_LENGTH],
            is_all=len(found) <= UNMET_LENGTH,
            names={v.id: v.name_in(language.code) for v in estate.venues},
            rooms=room_names(language, estate),
        )

    return routes


def hours_of(ledger: Ledger, estate: Estate) -> Mapping[str, WeeklyHours]:
    """By venue, the hours that will hold if nothing more is decided."""
    schedules = ledger.schedules()
    return {
        v.id: latest(schedules[v.id]).hours if schedules.get(v.id) else v.hours
        for v in estate.venues
    }


def _group(estate: Estate, group_id: str) -> LinkGroup:
    found = next((g for g in estate.link_groups if g.id == group_id), None)
    if found is None:
        raise NotFound(f"there is no link group “{group_id}”")
    return found


def _asked(
    pages: Pages, group: LinkGroup, close: list[str], budget: str
) -> tuple[Answer | None, str]:
    """The answer to what was asked, if anything was; or why there is none."""
    if not close and not budget:
        return None, ""
    supposed = Supposed(close=close, budget=[f"{group.id}={budget}"] if budget else [])
    try:
        return pages.services.what_if(supposed), ""
    except (InvalidInput, NotFound) as error:
        return None, str(error)

"""A venue's hours in the formats of others, each at an address of its own."""

from collections.abc import Collection, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from console.access.visitors import needs
from console.outputs.feeds import Scheduled, joint_calendar
from console.outputs.google import business_profile
from console.outputs.hours_csv import hours_csv
from console.outputs.hsds import location
from console.outputs.osm import opening_hours
from console.outputs.paging import NOT_FOUND
from console.outputs.schema_org import schema_org
from console.web.services import Services
from console.words.i18n import LANGUAGES
from domain.errors import NotFound
from domain.estate import Estate, Named
from domain.people import Permission

CSV_DAYS = 92
"""How far ahead the CSV goes: a quarter of a year."""


class JsonLd(JSONResponse):
    """JSON-LD, as `application/ld+json`."""

    media_type = "application/ld+json"


class Ics(Response):
    """A calendar."""

    media_type = "text/calendar"


class Csv(Response):
    """Lines of values."""

    media_type = "text/csv"


class Text(Response):
    """One line of text."""

    media_type = "text/plain"


def router(services: Services) -> APIRouter:
    """`/venues/{id}/schedule.…`; calendars of areas and departments."""
    routes = APIRouter(tags=["formats"], dependencies=[needs(Permission.OPEN)])
    ledger, clock = services.ledger, services.clock

    def found(venue_id: str) -> Scheduled:
        venue = ledger.estate().venue(venue_id)
        return venue, ledger.schedules(venue_id).get(venue_id, ())

    @routes.get("/venues/{venue_id}/schedule.jsonld", responses=NOT_FOUND, response_class=JsonLd)
    def as_schema_org(request: Request, venue_id: str) -> JsonLd:
        """Hours in the words of schema.org, with special days."""
        page = str(request.base_url) + f"venues/{venue_id}"
        return JsonLd(schema_org(*found(venue_id), clock.now(), page))

    @routes.get("/venues/{venue_id}/schedule.osm", responses=NOT_FOUND, response_class=Text)
    def as_openstreetmap(venue_id: str) -> Text:
        """The value of an OpenStreetMap `opening_hours` tag."""
        return Text(opening_hours(*found(venue_id), clock.now()))

    @routes.get("/venues/{venue_id}/schedule.google.json", responses=NOT_FOUND)
    def as_google(venue_id: str) -> dict[str, Any]:
        """`regularHours` and `specialHours` of a Google Business Profile, in force today."""
        return business_profile(*found(venue_id), clock.now())

    @routes.get("/venues/{venue_id}/schedule.hsds.json", responses=NOT_FOUND)
    def as_hsds(request: Request, venue_id: str) -> dict[str, Any]:
        """An Open Referral (HSDS 3) location with the schedules of the year ahead."""
        page = str(request.base_url) + f"venues/{venue_id}"
        return location(*found(venue_id), clock.now(), page)

    @routes.get("/venues/{venue_id}/schedule.csv", responses=NOT_FOUND, response_class=Csv)
    def as_csv(venue_id: str) -> Csv:
        """Each opening of the next quarter of a year as a line."""
        return Csv(hours_csv([found(venue_id)], clock.now(), CSV_DAYS))

    @routes.get("/areas/{area_id}/schedule.ics", responses=NOT_FOUND, response_class=Ics)
    def of_area(area_id: str, lang: str = "en") -> Ics:
        """Calendar of all venues in an area and the areas within."""
        estate = ledger.estate()
        within = _within(estate, area_id)
        return joint(estate, _named(estate.areas, area_id, "area"), within, (), lang)

    @routes.get(
        "/departments/{department_id}/schedule.ics", responses=NOT_FOUND, response_class=Ics
    )
    def of_department(department_id: str, lang: str = "en") -> Ics:
        """Calendar of all venues of a department."""
        estate = ledger.estate()
        department = _named(estate.departments, department_id, "department")
        return joint(estate, department, (), {department_id}, lang)

    def joint(
        estate: Estate,
        named: Named,
        areas: Collection[str],
        departments: Collection[str],
        lang: str,
    ) -> Ics:
        versions, language = ledger.schedules(), LANGUAGES.get(lang, LANGUAGES["en"])
        venues = [
            (venue, versions.get(venue.id, ()))
            for venue in estate.venues
            if venue.area in areas or venue.department in departments
        ]
        return Ics(joint_calendar(named.name_in(language.code), venues, language, clock.now()))

    return routes


def _named(things: Sequence[Named], name: str, kind: str) -> Named:
    for thing in things:
        if thing.id == name:
            return thing
    raise NotFound(f"there is no {kind} “{name}”")


def _within(estate: Estate, area_id: str) -> set[str]:
    """An area and all areas that lie in it."""
    within = {area_id}
    while more := {a.id for a in estate.areas if a.part_of in within} - within:
        within |= more
    return within

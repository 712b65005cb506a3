"""A venue's page, its calendar feed, and taking back its latest hours."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from anyio import from_thread
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.access.visitors import needs, require
from console.live.board import VenueNow
from console.live.present import day_began
from console.live.stream import LiveBoard
from console.outputs.feeds import calendar
from console.proposals.effects import effects
from console.trials import decisions as trials
from console.venues import history
from console.venues.weeks import WEEKS, Years
from console.web import picture
from console.web.rendering import Pages
from console.words import trials as trial_words
from console.words.i18n import Language, mark
from domain.calendars import hours_on
from domain.decisions import roll_back
from domain.errors import Conflict
from domain.estate import Venue
from domain.hand_checks import hand_checks
from domain.people import Permission
from domain.planning import ScheduleVersion, Status
from domain.schedules import in_force, rolled_back, timeline

LOG_LENGTH = 20
"""Proposals on a venue's page, at most."""


def router(pages: Pages, live: LiveBoard) -> APIRouter:
    """`/venues/{id}` and what lies below it."""
    routes = APIRouter(prefix="/venues/{venue_id}")
    services, years = pages.services, Years()

    @routes.get("", dependencies=[needs(Permission.READ)])
    def show_venue(request: Request, venue_id: str) -> HTMLResponse:
        board, _ = from_thread.run(live.board)
        state = board.venue(venue_id)
        return pages.page(request, "venues/venue.html", **_shown(pages, request, state))

    @routes.get("/weeks", dependencies=[needs(Permission.READ)])
    def weeks(venue_id: str) -> Response:
        now, estate = services.clock.now(), services.ledger.estate()
        venue = estate.venue(venue_id)
        since = now - day_began(venue, now)
        day = day_began(venue, now).astimezone(venue.tz).date()

        def year() -> history.Past:
            versions = services.ledger.schedules(venue_id).get(venue_id, ())
            hand = hand_checks(services.ledger, services.timeseries, estate, now)
            return history.past(
                services.timeseries, estate, venue, versions, now, hand, weeks=WEEKS
            )

        body = years.get(venue, day, since // timedelta(hours=1), year)
        return Response(body, media_type="application/json")

    @routes.get("/schedule.ics", dependencies=[needs(Permission.OPEN)])
    def feed(request: Request, venue_id: str) -> Response:
        venue = services.ledger.estate().venue(venue_id)
        versions = services.ledger.schedules(venue_id).get(venue_id, ())
        body = calendar(venue, versions, pages.language(request), services.clock.now())
        return Response(body, media_type="text/calendar; charset=utf-8")

    @routes.post("/rollback", dependencies=[needs(Permission.DECIDE)])
    def take_back(
        request: Request, venue_id: str, latest: Annotated[int, Form()]
    ) -> RedirectResponse:
        actor = require(request, Permission.DECIDE, venue_id).name
        versions = services.ledger.schedules(venue_id).get(venue_id, ())
        if latest != max((v.number for v in versions), default=0):
            raise Conflict(f"version {latest} of {venue_id} is no longer the latest")
        roll_back(services.ledger, venue_id, actor=actor, at=services.clock.now())
        return RedirectResponse(f"/venues/{venue_id}", 303)

    return routes


def _shown(pages: Pages, request: Request, state: VenueNow) -> dict[str, Any]:
    """All that the template of a venue's page shows."""
    services, now, venue = pages.services, pages.services.clock.now(), state.venue
    versions = services.ledger.schedules(venue.id).get(venue.id, ())
    proposals = services.ledger.proposals(venue=venue.id, limit=LOG_LENGTH)
    waiting = next((p for p in proposals if p.status is Status.OPEN), None)
    estate = services.ledger.estate()
    hand = hand_checks(services.ledger, services.timeseries, estate, now)
    seen = history.past(services.timeseries, estate, venue, versions, now, hand)
    today = seen.days[-1]
    held = timeline(versions, today)
    current = in_force(versions, today) if held and held[0].effective_from <= today else None
    hours = current.hours if current else venue.hours
    ahead = services.forecast(venue.id, today)
    curve = history.curve(
        seen,
        hours_on(today, hours, venue.special_days),
        _capacity(state),
        ahead.whole if ahead else None,
    )
    return {
        "venue": venue,
        "state": state,
        "open_proposal": waiting,
        "curve": curve,
        "curve_json": _curve_json(pages.language(request), curve),
        "heat": history.heat(seen, hours),
        "proposals": proposals,
        "decisions": services.ledger.decisions(p.id for p in proposals),
        "effects": effects(services.ledger, venue.id),
        "strip": picture.week_strip(hours, waiting.proposed if waiting else None),
        "in_force": current.number if current else 0,
        "coming": [v for v in held if v.effective_from > today],
        "versions": sorted(versions, key=lambda v: -v.number),
        "trials": trials.shown(services.ledger, venue.id),
        "trial_told": trial_words.told,
        "special_days": [s for s in venue.special_days if s.day >= today],
        "rollback_from": _rollback_from(venue, versions, pages),
    }


def _capacity(state: VenueNow) -> int | None:
    """People the venue holds, where every room says so."""
    rooms = [r.room.capacity for r in state.rooms]
    return sum(c for c in rooms if c) if rooms and all(rooms) else None


def _rollback_from(venue: Venue, versions: Sequence[ScheduleVersion], pages: Pages) -> date | None:
    try:
        return rolled_back(venue, versions, pages.services.clock.now(), "").effective_from
    except Conflict:
        return None


def _curve_json(language: Language, curve: history.Curve) -> str:
    """The curve for the page's script; safe inside HTML."""
    words = {
        "today": mark("Today"),
        "yesterday": mark("Yesterday"),
        "usual": mark("Usual"),
        "expected": mark("Expected"),
        "unknown": mark("unknown"),
        "capacity": mark("capacity"),
    }
    data = {
        "times": curve.times,
        "series": {"today": curve.today, "yesterday": curve.yesterday, "usual": curve.usual}
        | {"expected": curve.expected},
        "low": curve.low,
        "high": curve.high,
        "open": curve.open,
        "unknown": curve.unknown,
        "capacity": curve.capacity,
        "words": {key: language.text(word) for key, word in words.items()},
    }
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")

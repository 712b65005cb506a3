"""Addresses that need no login: a venue's public page, and the notice for its door."""

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from console.access.visitors import needs
from console.live.present import day_began
from console.live.stream import LiveBoard
from console.public.kept import FRESH_S, KeptPages
from console.public.notice import notice
from console.public.seen import seen
from console.public.settings import PublicSettings
from console.venues import history
from console.web.headers import framed_by
from console.web.rendering import Pages
from console.words.i18n import LANGUAGES, Language, choose
from domain.hand_checks import hand_checks
from domain.people import Permission


def router(pages: Pages, live: LiveBoard, settings: PublicSettings) -> APIRouter:
    """`/public/{venue}` and what lies below it."""
    routes = APIRouter(prefix="/public", dependencies=[needs(Permission.OPEN)])
    public = _Public(pages, live, settings)

    @routes.get("/{venue_id}")
    async def show(
        request: Request, venue_id: str, *, embed: Annotated[bool, Query()] = False
    ) -> Response:
        language = _language(request)

        async def make() -> str:
            return await public.page(venue_id, language, is_embedded=embed)

        kept = await public.kept.get((venue_id, language.code, embed), make)
        headers = {
            "etag": kept.tag,
            "cache-control": f"public, max-age={FRESH_S:.0f}",
            "vary": "Accept-Language",
        }
        if embed:
            headers |= framed_by(settings.embed_origins)
        if request.headers.get("if-none-match") == kept.tag:
            return Response(status_code=304, headers=headers)
        return Response(kept.body, media_type="text/html; charset=utf-8", headers=headers)

    @routes.get("/{venue_id}/notice")
    def show_notice(request: Request, venue_id: str) -> HTMLResponse:
        services = pages.services
        venue = services.ledger.estate().venue(venue_id)
        versions = services.ledger.schedules(venue_id).get(venue_id, ())
        today = day_began(venue, services.clock.now()).astimezone(venue.tz).date()
        here = services.entrance.url.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}"
        sheet = notice(venue, versions, today, f"{here}/public/{venue_id}")
        language = _language(request)
        environment = pages.environments[language.code]
        html = environment.get_template("public/notice.html").render(
            sheet=sheet, languages=LANGUAGES.values()
        )
        return HTMLResponse(html)

    return routes


class _Public:
    """Makes public pages, and remembers each venue's usual day while that day lasts."""

    def __init__(self, pages: Pages, live: LiveBoard, settings: PublicSettings) -> None:
        self._pages, self._live, self._settings = pages, live, settings
        self._past: dict[str, history.Past] = {}
        self.kept = KeptPages()

    async def page(self, venue_id: str, language: Language, *, is_embedded: bool) -> str:
        """Raises `NotFound` and `StoreUnavailable`."""
        board, _ = await self._live.board()
        now = board.venue(venue_id)

        def make() -> str:
            services = self._pages.services
            versions = services.ledger.schedules(venue_id).get(venue_id, ())
            shown = seen(board, now, self._usual(venue_id), versions, self._settings)
            template = self._pages.environments[language.code].get_template("public/venue.html")
            return template.render(
                seen=shown, venue=now.venue, is_embedded=is_embedded, service=services.status(),
                blur_below=self._settings.blur_below,
                others=[other for other in LANGUAGES.values() if other is not language],
            )  # fmt: skip

        return await anyio.to_thread.run_sync(make)

    def _usual(self, venue_id: str) -> history.Past:
        services = self._pages.services
        now, estate = services.clock.now(), services.ledger.estate()
        venue = estate.venue(venue_id)
        today = day_began(venue, now).astimezone(venue.tz).date()
        past = self._past.get(venue_id)
        if past is None or past.days[-1] != today:
            versions = services.ledger.schedules(venue_id).get(venue_id, ())
            hand = hand_checks(services.ledger, services.timeseries, estate, now)
            past = history.past(services.timeseries, estate, venue, versions, now, hand)
            self._past[venue_id] = past
        return past


def _language(request: Request) -> Language:
    """By the address or the browser: a public page sets no cookie and reads none."""
    return choose(request.query_params.get("lang"), None, request.headers.get("accept-language"))

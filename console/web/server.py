"""The web server: ready before the first visitor comes, and not held up by watchers at the end."""

import asyncio
import socket
from collections.abc import Sequence

import structlog
import uvicorn
from fastapi import FastAPI

from domain.errors import Unavailable

log = structlog.get_logger(__name__)


class Server(uvicorn.Server):
    """uvicorn for the console; a stop ends the live streams first, for they never end themselves.

    Args:
        app: as `console.web.app.create_app` made it.
        host: address to listen on.
        port: port to listen on.
        proxies: addresses whose word is taken for where a visitor is, and whether over TLS.
    """

    def __init__(self, app: FastAPI, host: str, port: int, proxies: Sequence[str] = ()) -> None:
        # no access log: it would hold the keys of one-time links
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_level="warning",
                access_log=False,
                proxy_headers=bool(proxies),
                forwarded_allow_ips=list(proxies),
                server_header=False,
            )
        )
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._first = asyncio.create_task(self._first_board())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.live.close()
        self._app.state.ahead.shutdown(wait=False, cancel_futures=True)
        await super().shutdown(sockets)

    async def _first_board(self) -> None:
        """It learns the habits of all rooms, for which no visitor should wait."""
        try:
            await self._app.state.live.board()
        except Unavailable as error:
            log.warning("no live board", reason=str(error))

"""The web server, which does not let watchers hold up a stop."""

import socket
from collections.abc import Sequence

import uvicorn
from fastapi import FastAPI


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

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.live.close()
        await super().shutdown(sockets)

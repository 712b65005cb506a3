"""The web server, which does not let watchers hold up a stop."""

import socket

import uvicorn
from fastapi import FastAPI


class Server(uvicorn.Server):
    """uvicorn for the console; a stop ends the live streams first, for they never end themselves.

    Args:
        app: as `console.web.app.create_app` made it.
        host: address to listen on.
        port: port to listen on.
    """

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        # no access log: it would hold the key of the manager's link
        super().__init__(
            uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False)
        )
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.live.close()
        await super().shutdown(sockets)

"""How somebody becomes the manager, and stops being it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from console.web.rendering import Pages


def router(pages: Pages) -> APIRouter:
    """`/enter`, `/leave` and `/manager`."""
    routes = APIRouter()

    @routes.get("/enter")
    def enter(key: str = "") -> RedirectResponse:
        response = RedirectResponse("/manager", 303)
        pages.managers.enter(key, response)
        return response

    @routes.post("/leave")
    def leave(request: Request, token: Annotated[str, Form()] = "") -> RedirectResponse:
        pages.managers.require(request, token)
        response = RedirectResponse("/manager", 303)
        pages.managers.leave(response)
        return response

    @routes.get("/manager")
    def show_manager(request: Request) -> HTMLResponse:
        return manager_page(pages, request)

    return routes


def manager_page(
    pages: Pages, request: Request, status: int = 200, refused: str = ""
) -> HTMLResponse:
    """What the role is and how one gets it; `refused` says why something was not done."""
    example = f"{request.url.scheme}://{request.url.netloc}/enter?key=…"
    return pages.page(request, "manager.html", status, refused=refused, example=example)

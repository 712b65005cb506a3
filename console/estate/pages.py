"""The estate's page: what is in it, a file's changes before they apply, and the file to take."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from console.access.visitors import needs, require
from console.estate.finding import found_in
from console.estate.handed import fingerprint, packed, text_of, unpacked
from console.web.rendering import Pages
from domain.errors import Conflict, InvalidEstate, InvalidInput
from domain.estate_diff import diff
from domain.people import Permission

SHOWN = 200
"""Items of a list; who looks for others searches."""
PASTED = "estate.yaml"


def router(pages: Pages) -> APIRouter:
    """`/estate` and what lies below it."""
    routes = APIRouter(prefix="/estate", dependencies=[needs(Permission.READ)])
    services = pages.services

    @routes.get("")
    def show_estate(
        request: Request,
        q: Annotated[str, Query(max_length=120)] = "",
        applied: Annotated[str, Query(max_length=8)] = "",
    ) -> HTMLResponse:
        estate = services.ledger.estate()
        return pages.page(
            request,
            "estate/estate.html",
            estate=estate,
            asked=q,
            found=found_in(estate, q),
            applied=applied,
            areas={a.id: a for a in estate.areas},
            departments={d.id: d for d in estate.departments},
            most=SHOWN,
        )

    _import_routes(routes, pages)
    return routes


def _import_routes(routes: APIRouter, pages: Pages) -> None:
    services, desk = pages.services, pages.services.estates
    configure = [needs(Permission.CONFIGURE)]

    @routes.get("/estate.yaml", dependencies=configure)
    def take_estate() -> Response:
        return Response(
            desk.text(services.ledger.estate()),
            media_type="application/yaml; charset=utf-8",
            headers={"content-disposition": 'attachment; filename="estate.yaml"'},
        )

    @routes.get("/import", dependencies=configure)
    def ask_for_file(request: Request) -> HTMLResponse:
        return _import_page(pages, request)

    @routes.post("/import", dependencies=configure)
    def show_changes(
        request: Request,
        file: Annotated[UploadFile | None, File()] = None,
        text: Annotated[str, Form()] = "",
    ) -> HTMLResponse:
        try:
            if file is not None and file.filename:
                text, name = text_of(file.file, file.filename), file.filename
            else:
                name = PASTED
            return _import_page(pages, request, text, name)
        except InvalidInput as error:
            return _import_page(pages, request, refused=error)

    @routes.post("/apply", dependencies=configure)
    def apply(
        request: Request,
        estate: Annotated[str, Form()],
        name: Annotated[str, Form(max_length=255)],
        seen: Annotated[str, Form(max_length=64)],
    ) -> Response:
        actor, before = require(request, Permission.CONFIGURE).name, services.ledger.estate()
        text = unpacked(estate)
        if fingerprint(before) != seen:
            return _import_page(pages, request, text, name, is_late=True)
        try:
            desk.put(desk.read(text, name), before, actor=actor)
        except Conflict:
            return _import_page(pages, request, text, name, is_late=True)
        return RedirectResponse("/estate?applied=yes", 303)


def _import_page(
    pages: Pages,
    request: Request,
    text: str = "",
    name: str = PASTED,
    *,
    is_late: bool = False,
    refused: InvalidInput | None = None,
) -> HTMLResponse:
    """The form, and below it what a text would change, or its faults.

    `is_late`: something else changed the estate after the text's changes were shown.
    """
    before, after = pages.services.ledger.estate(), None
    if text.strip() and refused is None:
        try:
            after = pages.services.estates.read(text, name)
        except InvalidEstate as error:
            refused = error
    return pages.page(
        request,
        "estate/estate_import.html",
        409 if is_late else 400 if refused else 200,
        problems=refused.problems if refused else (),
        refused=refused,
        text=text if refused else "",
        before=before,
        after=after,
        changes=diff(before, after) if after else (),
        packed=packed(text) if after else "",
        name=name,
        seen=fingerprint(before),
        is_late=is_late,
        most=SHOWN,
    )

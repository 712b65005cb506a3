"""What the interface says of itself: the OpenAPI document, and a page that people read."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse

from console.access.visitors import needs
from console.outputs.examples import EXAMPLES
from console.outputs.paging import Problem, said
from console.web.rendering import Pages
from domain.people import Permission

_PROBLEMS = {
    "400": said("The request cannot be understood; `detail` says why."),
    "401": said("Reading is not open to everybody here, and nobody has logged in."),
    "503": said("A part of the service does not answer; the same request may work later."),
}
_PAGED = {
    "Link": {
        "description": "Where the pages before and after are (RFC 8288), where there are any.",
        "schema": {"type": "string"},
    }
}


def install(app: FastAPI, pages: Pages) -> None:
    """Describe the routes that `app` has by now, and serve the page `/api/v1/docs`."""
    document = _described(app)
    app.openapi = lambda: document  # type: ignore[method-assign]

    @app.get("/api/v1/docs", include_in_schema=False, dependencies=[needs(Permission.OPEN)])
    def show(request: Request) -> HTMLResponse:
        return pages.page(
            request,
            "outputs/api.html",
            operations=list(_operations(document)),
            fields={name: dict(_fields(s)) for name, s in _schemas(document).items()},
        )


def _described(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version="1",
        summary=app.summary,
        description="Venues and what is decided on them, as JSON and in the formats of others. "
        "Programs log in by `Authorization: Bearer` and a token of an account. Instants are "
        "RFC 3339 with an offset; null is unknown, which is not zero. Lists are paged by `limit` "
        "and `offset`; errors are problem details (RFC 9457).",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        routes=app.routes,
    )
    schemas = _schemas(document)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = Problem.model_json_schema()
    for path, method, operation in _each(document):
        responses = operation["responses"]
        responses.pop("422", None)
        for status, response in _PROBLEMS.items():
            responses.setdefault(status, response)
        if any(p["name"] == "offset" for p in operation.get("parameters", ())):
            responses["200"]["headers"] = _PAGED
        if path in EXAMPLES and method == "get":
            responses["200"]["content"]["application/json"]["example"] = EXAMPLES[path]
    return document


def _each(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _schemas(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What the page says of each operation."""
    for path, method, operation in _each(document):
        content = operation["responses"]["200"]["content"]
        [(kind, body)] = content.items()
        yield {
            "path": path,
            "method": method.upper(),
            "text": operation.get("description", ""),
            "parameters": [
                {"name": p["name"], "type": _type(p["schema"])} | _bounds(p["schema"])
                for p in operation.get("parameters", ())
            ],
            "kind": kind,
            "answers": _type(body.get("schema", {})),
            "example": body.get("example"),
        }


def _fields(schema: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Name, type and meaning of each field of a schema."""
    for name, field in schema.get("properties", {}).items():
        yield name, (_type(field), field.get("description", ""))


def _bounds(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"default": schema.get("default"), "text": schema.get("description", "")}


def _type(schema: Mapping[str, Any]) -> str:
    """A type in a few letters: "array of RoomOut", "string (date) or null"."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"array of {_type(schema.get('items', {}))}"
    detail = schema.get("format")
    return str(schema.get("type", "")) + (f" ({detail})" if detail else "")

"""Paging, one way everywhere: `limit` and `offset` asked for, links to the next page answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")

MOST = 10_000
FURTHEST = 1_000_000


class Answer(BaseModel):
    """What is answered; its fields' docstrings are part of the description."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class Problem(Answer):
    """What went wrong: problem details as of RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    """What is wrong, where, and what to do; may be empty."""
    instance: str
    """The path that was asked for."""


def said(status: str) -> dict[str, Any]:
    """How a response with a problem is described."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": status, "content": content}


NOT_FOUND: dict[int | str, dict[str, Any]] = {404: said("Nothing of that name is known.")}


DECIDING: dict[int | str, dict[str, Any]] = NOT_FOUND | {
    401: said("No token, or one that is unknown or has expired."),
    403: said("The token may not do this in this venue."),
    409: said("It is no longer open; nothing was changed."),
}


class Paging(BaseModel):
    """Which part of a list is asked for."""

    limit: int = Field(500, ge=1, le=MOST, description="Items of a page, at most.")
    offset: int = Field(0, ge=0, le=FURTHEST, description="Items to leave out before.")

    @property
    def reach(self) -> int:
        """Items that tell whether there is a further page."""
        return self.offset + self.limit + 1


@dataclass(frozen=True, slots=True)
class _Links:
    request: Request
    response: Response

    def page(self, items: Sequence[T], paging: Paging) -> Sequence[T]:
        """The page asked for; the response says where the one before and after are (RFC 8288)."""
        first, end = paging.offset, paging.offset + paging.limit
        beside = {}
        if end < len(items):
            beside["next"] = end
        if first:
            beside["prev"] = max(first - paging.limit, 0)
        if beside:
            url = self.request.url
            self.response.headers["Link"] = ", ".join(
                f'<{url.path}?{url.include_query_params(offset=at).query}>; rel="{rel}"'
                for rel, at in beside.items()
            )
        return items[first:end]

    @property
    def headers(self) -> dict[str, str]:
        """Those of the page, for who makes a response of his own."""
        link = self.response.headers.get("Link")
        return {"Link": link} if link else {}


Asked = Annotated[Paging, Query()]
Links = Annotated[_Links, Depends(_Links)]

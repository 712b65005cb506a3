"""The estate as rows, one for each area, venue, room…, so that a put writes what changed."""

import json
from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select

from domain.errors import Conflict
from domain.estate import Estate
from store.ledger import state_rows
from store.ledger.dialect import hold
from store.ledger.tables import estate_items

_REVISION = "estate.revision"
_ROW = estate_items.c


class Changes(NamedTuple):
    """How many items a put touched."""

    added: int
    changed: int
    removed: int
    moved: int
    """The same, at another place in the order."""

    def __str__(self) -> str:
        return ", ".join(f"{n} {what}" for what, n in self._asdict().items() if n) or "no changes"


def revision(connection: Connection) -> str | None:
    """Another value after every put that changed something; None before the first."""
    return state_rows.read(connection, _REVISION)


def read(connection: Connection) -> Estate:
    """The estate; an empty one before the first put."""
    items: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(estate_items).order_by(estate_items.c.position)):
        items[row.kind].append(row.body)
    fields = (f"{json.dumps(kind)}: [{', '.join(bodies)}]" for kind, bodies in items.items())
    return Estate.model_validate_json(f"{{{', '.join(fields)}}}")


def put(connection: Connection, estate: Estate, before: Estate | None = None) -> Changes:
    """Make the rows say what `estate` says.

    Raises `Conflict` where they do not say what `before` says, if it is given.
    """
    hold(connection, estate_items)
    held = {
        (row.kind, row.id): (row.position, row.body)
        for row in connection.execute(select(estate_items))
    }
    if before is not None and held != _rows(before):
        raise Conflict("the estate has changed meanwhile", hint="look at it anew")
    wanted = _rows(estate)
    stale = [key for key in held if held[key] != wanted.get(key)]
    news = [key for key in wanted if wanted[key] != held.get(key)]
    if stale:
        this_row = (_ROW.kind == bindparam("of_kind")) & (_ROW.id == bindparam("of_id"))
        keys = [{"of_kind": kind, "of_id": item_id} for kind, item_id in stale]
        connection.execute(delete(estate_items).where(this_row), keys)
    if news:
        values = [dict(zip(_ROW.keys(), (*key, *wanted[key]), strict=True)) for key in news]
        connection.execute(insert(estate_items), values)
    if stale or news:
        state_rows.put(connection, _REVISION, str(int(revision(connection) or 0) + 1))
    kept = [key for key in news if key in held]
    changed = sum(wanted[key][1] != held[key][1] for key in kept)
    return Changes(
        added=len(news) - len(kept),
        changed=changed,
        removed=len(stale) - len(kept),
        moved=len(kept) - changed,
    )


def _rows(estate: Estate) -> dict[tuple[str, str], tuple[int, str]]:
    """Position and body by kind and id."""
    return {
        (kind, item.id): (position, item.model_dump_json())
        for kind in Estate.model_fields
        for position, item in enumerate(getattr(estate, kind))
    }

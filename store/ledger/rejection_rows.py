"""Messages that could not be read: all are counted, the newest of each reason are kept whole."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from domain.ports import Kept, RejectionGroup
from domain.readings import Rejection
from store.ledger.dialect import insert_into, portions
from store.ledger.tables import rejection_groups, rejections

_ONE: ColumnElement[int] = literal(1)
_SIZE: ColumnElement[int] = sum(
    (func.length(rejections.c[name]) for name in ("topic", "detail", "hint")),
    start=func.length(rejections.c.payload),
)
"""Bytes of the payload and characters of the texts, which both dialects count alike."""


class Limits(NamedTuple):
    """How much is kept whole, besides the newest rejection of each reason."""

    number: int
    size_bytes: int


def keep(connection: Connection, given: Sequence[Rejection], limits: Limits) -> None:
    """Count and keep `given`, then drop old ones beyond the limits."""
    if not given:
        return
    _count(connection, given)
    connection.execute(insert(rejections), [asdict(rejection) for rejection in given])
    for weight, limit in ((_ONE, limits.number), (_SIZE, limits.size_bytes)):
        kept = connection.scalar(select(func.sum(weight)).select_from(rejections)) or 0
        if kept > limit:
            _drop_oldest(connection, weight, kept - limit + limit // 10)


def groups(connection: Connection) -> Sequence[RejectionGroup]:
    """By reason, the most frequent first, each with its newest rejection."""
    newest = select(func.max(rejections.c.id)).group_by(rejections.c.reason)
    query = (
        select(rejection_groups, rejections)
        .join(rejections)
        .where(rejections.c.id.in_(newest))
        .order_by(rejection_groups.c["count"].desc(), rejection_groups.c.reason)
    )
    return [
        RejectionGroup(
            reason=row[rejection_groups.c.reason],
            count=row[rejection_groups.c["count"]],
            first_us=row[rejection_groups.c.first_us],
            last_us=row[rejection_groups.c.last_us],
            sample=_rejection(row),
        )
        for row in connection.execute(query).mappings()
    ]


def kept(connection: Connection, reason: str | None, after: int, limit: int) -> Sequence[Kept]:
    """Those with an id beyond `after`, of a reason where one is given, in order of id."""
    query = select(rejections).where(rejections.c.id > after)
    if reason is not None:
        query = query.where(rejections.c.reason == reason)
    rows = connection.execute(query.order_by(rejections.c.id).limit(limit)).mappings()
    return [Kept(row[rejections.c.id], _rejection(row)) for row in rows]


def drop(connection: Connection, ids: Sequence[int]) -> None:
    """Forget rows, and the groups of which nothing is left."""
    for portion in portions(ids):
        which = rejections.c.id.in_(portion)
        alike = select(rejections.c.reason, func.count()).where(which).group_by(rejections.c.reason)
        for reason, number in connection.execute(alike).all():
            its_group = rejection_groups.c.reason == reason
            fewer = rejection_groups.c["count"] - number
            connection.execute(update(rejection_groups).where(its_group).values(count=fewer))
        connection.execute(delete(rejections).where(which))
    left = select(rejections.c.reason)
    connection.execute(delete(rejection_groups).where(rejection_groups.c.reason.not_in(left)))


def _rejection(row: RowMapping) -> Rejection:
    return Rejection(
        topic=row[rejections.c.topic],
        payload=row[rejections.c.payload],
        reason=row[rejections.c.reason],
        detail=row[rejections.c.detail],
        hint=row[rejections.c.hint],
        received_us=row[rejections.c.received_us],
    )


def _count(connection: Connection, given: Sequence[Rejection]) -> None:
    by_reason = attrgetter("reason")
    rows = []
    for reason, alike in groupby(sorted(given, key=by_reason), by_reason):
        times = [rejection.received_us for rejection in alike]
        rows.append(
            {"reason": reason, "count": len(times), "first_us": min(times), "last_us": max(times)}
        )
    new = insert_into(connection, rejection_groups)
    held, said = rejection_groups.c, new.excluded
    more = new.on_conflict_do_update(
        index_elements=[held.reason],
        set_={
            "count": held["count"] + said["count"],
            "first_us": case((said.first_us < held.first_us, said.first_us), else_=held.first_us),
            "last_us": case((said.last_us > held.last_us, said.last_us), else_=held.last_us),
        },
    )
    connection.execute(more, rows)


def _drop_oldest(connection: Connection, weight: ColumnElement[int], excess: int) -> None:
    """Drop rows of the weight `excess`, but the newest of no reason: it is the sample.

    The reasons that weigh most lose first, so that a flood does not wash away what is rare.
    """
    id_, reason = rejections.c.id, rejections.c.reason
    row = select(
        id_,
        weight.label("weight"),
        func.sum(weight).over(partition_by=reason, order_by=id_.desc()).label("of_reason"),
        func.row_number().over(partition_by=reason, order_by=id_.desc()).label("age"),
    ).subquery()
    dropped = func.sum(row.c.weight).over(order_by=(row.c.of_reason.desc(), row.c.id))
    oldest = (
        select(row.c.id, (dropped - row.c.weight).label("dropped_before"))
        .where(row.c.age > 1)
        .subquery()
    )
    enough = select(oldest.c.id).where(oldest.c.dropped_before < excess)
    connection.execute(delete(rejections).where(id_.in_(enough)))

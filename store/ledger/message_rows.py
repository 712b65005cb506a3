"""Notices, who was told what, and how people want it."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from domain.errors import Conflict
from domain.messages import Address, Delivery, Kind, Message, Notice, Preferences, Sending
from domain.planning import Lane
from store.ledger.dialect import insert_into
from store.ledger.message_tables import messages, notices, preferences, told
from store.ledger.tables import outbox


def all_preferences(connection: Connection) -> Mapping[str, Preferences]:
    """By person."""
    found = {}
    for row in connection.execute(select(preferences)):
        body = json.loads(row.body)
        body["addresses"] = tuple(Address(**one) for one in body["addresses"])
        body["delivery"] = Delivery(body["delivery"])
        found[row.person] = Preferences(person=row.person, **body)
    return found


def put_preferences(connection: Connection, given: Preferences) -> None:
    """In the place of the person's former ones."""
    body = asdict(given)
    person = body.pop("person")
    text = json.dumps(body, ensure_ascii=False)
    new = insert_into(connection, preferences).values(person=person, body=text)
    connection.execute(new.on_conflict_do_update(index_elements=["person"], set_={"body": text}))


def note(connection: Connection, given: Sequence[Notice]) -> int:
    """Keep those whose keys are new; return how many."""
    new = 0
    for notice in given:
        row = {**asdict(notice), "facts": json.dumps(dict(notice.facts), ensure_ascii=False)}
        unknown = (
            insert_into(connection, notices)
            .values(**row)
            .on_conflict_do_nothing(index_elements=["key"])
            .returning(notices.c.key)
        )
        new += len(connection.execute(unknown).all())
    return new


def noted(connection: Connection, since: datetime) -> Sequence[Notice]:
    """Those not before `since`, in the order in which they were noted."""
    query = select(notices).where(notices.c.at >= since).order_by(notices.c.id)
    return [
        Notice(
            key=row.key,
            kind=Kind(row.kind),
            at=row.at,
            venue=row.venue,
            subject=row.subject,
            facts=json.loads(row.facts),
            ends=row.ends,
            actor=row.actor,
        )
        for row in connection.execute(query)
    ]


def all_told(connection: Connection) -> Mapping[str, frozenset[str]]:
    """Keys of notices by person."""
    found = defaultdict[str, set[str]](set)
    for row in connection.execute(select(told.c.person, told.c.notice)):
        found[row.person].add(row.notice)
    return {person: frozenset(keys) for person, keys in found.items()}


def digested(connection: Connection) -> Mapping[str, datetime]:
    """When each person's latest digest was made."""
    query = (
        select(messages.c.person, func.max(messages.c.at).label("at"))
        .where(messages.c.is_digest)
        .group_by(messages.c.person)
    )
    return {row.person: row.at for row in connection.execute(query)}


def tell(connection: Connection, message: Message) -> None:
    """Raises `Conflict` where the key or one of the notices was told before."""
    row = {k: v for k, v in asdict(message).items() if k != "notices"}
    pairs = [
        {"notice": key, "person": message.person, "message": message.key} for key in message.notices
    ]
    try:
        connection.execute(insert(messages).values(**row))
        if pairs:
            connection.execute(insert(told), pairs)
    except IntegrityError as error:
        raise Conflict(f"{message.person} was told this before: {message.key}") from error


def sendings(connection: Connection, limit: int) -> Sequence[Sending]:
    """What became of the latest messages, newest first."""
    query = (
        select(messages, outbox)
        .join(outbox, outbox.c.key == messages.c.key)
        .where(outbox.c.lane == Lane.PEOPLE)
        .order_by(outbox.c.id.desc())
        .limit(limit)
    )
    return [
        Sending(
            key=row.key,
            person=row.person,
            at=row.at,
            subject=row.subject,
            topic=row.topic,
            attempts=row.attempts,
            error=row.error,
            sent_at=row.sent_at,
            given_up_at=row.given_up_at,
        )
        for row in connection.execute(query)
    ]


def forget(connection: Connection, before: datetime) -> None:
    """Forget what was noted and told before, but for what still waits to be sent."""
    old = select(messages.c.key).where(messages.c.at < before).scalar_subquery()
    connection.execute(delete(told).where(told.c.message.in_(old)))
    connection.execute(delete(messages).where(messages.c.at < before))
    connection.execute(delete(notices).where(notices.c.at < before))

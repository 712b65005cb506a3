"""What full venues say now, as JSON for doors and signs: by broker and by HTTP the same."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from anyio import from_thread
from fastapi import APIRouter

from console.access.visitors import needs
from console.live.stream import LiveBoard
from console.outputs.paging import Answer, Asked, Links
from console.words.i18n import LANGUAGES
from console.words.overflow import closes_at, lead, whole_minutes, whole_places
from domain.estate import Venue
from domain.people import Permission
from policies.overflow.advice import Advice, Receiver
from policies.overflow.standing import Standing


class ReceiverOut(Answer):
    """A venue with places."""

    venue: str
    name: str
    walk_minutes: int
    places: int
    """Spare ones, less the people on their way."""
    closes_at: datetime


class OverflowOut(Answer):
    """What a full venue says at its door."""

    venue: str
    name: str
    since: datetime
    """Since when it sends people on."""
    at: datetime
    """When this was found."""
    until: datetime
    """Not to be shown after that."""
    pointed: str | None
    """The receiver whose turn it is; null: there is nowhere to go."""
    text: Mapping[str, str]
    """The sentence for the door, by language."""
    receivers: list[ReceiverOut]
    """All that have places, the nearest first."""


def overflow_out(standing: Standing, venues: Mapping[str, Venue]) -> list[OverflowOut]:
    """All advice of a look.

    Args:
        standing: of the look.
        venues: at least those of its advice, by id.
    """
    return [_said(advice, standing, venues) for advice in standing.advice]


def api(live: LiveBoard) -> APIRouter:
    """`/api/v1/overflow`."""
    routes = APIRouter(prefix="/api/v1", dependencies=[needs(Permission.READ)])

    @routes.get("/overflow")
    def overflow(links: Links, paging: Asked) -> Sequence[OverflowOut]:
        """The venues that are full now, and where each sends people; none: an empty list."""
        board, _ = from_thread.run(live.board)
        return links.page(overflow_out(board.standing, board.venue_by_id), paging)

    return routes


def _said(advice: Advice, standing: Standing, venues: Mapping[str, Venue]) -> OverflowOut:
    return OverflowOut(
        venue=advice.venue,
        name=venues[advice.venue].name,
        since=_instant(advice.since_s),
        at=_instant(standing.at_s),
        until=_instant(standing.until_s),
        pointed=advice.pointed,
        text={code: lead(lang, advice, standing.at_s, venues) for code, lang in LANGUAGES.items()},
        receivers=[_receiver(r, standing.at_s, venues) for r in advice.receivers],
    )


def _receiver(receiver: Receiver, at_s: float, venues: Mapping[str, Venue]) -> ReceiverOut:
    return ReceiverOut(
        venue=receiver.venue,
        name=venues[receiver.venue].name,
        walk_minutes=whole_minutes(receiver),
        places=whole_places(receiver),
        closes_at=closes_at(receiver, at_s),
    )


def _instant(at_s: float) -> datetime:
    return datetime.fromtimestamp(round(at_s), UTC)

"""What a full venue says at its door, in English and Chinese."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from console.words.i18n import Language, mark
from domain.estate import Venue
from policies.overflow.advice import Advice, Receiver


def lead(lang: Language, advice: Advice, at_s: float, venues: Mapping[str, Venue]) -> str:
    """Where to go instead: to the receiver whose turn it is, or nowhere.

    Args:
        lang: the language to say it in.
        advice: of a look at `at_s`, seconds since 1970 UTC.
        at_s: when that was.
        venues: at least those of the advice, by id.
    """
    pointed = next((r for r in advice.receivers if r.venue == advice.pointed), None)
    if pointed is None:
        return lang.text(
            mark("Full at the moment. There is no place nearby either; please come back later.")
        )
    venue = venues[pointed.venue]
    return lang.text(
        mark(
            "Full at the moment. {venue} is {walk} away, has about {places} and is open until "
            "{closes}."
        ),
        venue=venue.name_in(lang.code),
        walk=lang.ngettext("{n} minute", "{n} minutes", whole_minutes(pointed)),
        places=lang.ngettext("{n} place", "{n} places", whole_places(pointed)),
        closes=lang.clock(closes_at(pointed, at_s), venue.tz),
    )


def whole_minutes(receiver: Receiver) -> int:
    """The walk, rounded up."""
    return max(math.ceil(receiver.walk_minutes), 1)


def whole_places(receiver: Receiver) -> int:
    """Its places, rounded down."""
    return math.floor(receiver.places)


def closes_at(receiver: Receiver, at_s: float) -> datetime:
    """When it closes, in UTC, by a look at `at_s`."""
    return datetime.fromtimestamp(round(at_s + 60 * receiver.open_minutes), UTC)

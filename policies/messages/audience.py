"""Whom a notice is for: those who answer for it, or else those above them."""

from collections.abc import Iterable, Mapping, Sequence

from domain.estate import Estate
from domain.messages import URGENT, Kind, Notice
from domain.people import EVERYTHING, Grant, Role

_R = Role
_SERVICE = ((_R.ADMINISTRATOR, _R.OPERATIONS),)
LADDERS: Mapping[Kind, Sequence[Sequence[Role]]] = {
    **dict.fromkeys(URGENT, _SERVICE),
    Kind.PROPOSAL: ((_R.MANAGER,), (_R.DISTRICT,), (_R.ADMINISTRATOR,)),
    Kind.PROPOSAL_LATE: ((_R.DISTRICT,), (_R.ADMINISTRATOR,)),
    Kind.PROPOSAL_VERY_LATE: ((_R.ADMINISTRATOR,),),
    Kind.SENSOR: ((_R.OPERATIONS,), (_R.MANAGER,), (_R.ADMINISTRATOR,)),
    Kind.FULL: ((_R.MANAGER,), (_R.DISTRICT,)),
    Kind.HOURS: ((_R.MANAGER, _R.OPERATIONS), (_R.DISTRICT,)),
    Kind.TRIAL: ((_R.MANAGER,), (_R.DISTRICT,)),
    Kind.EFFECT: ((_R.MANAGER, _R.DISTRICT), (_R.ADMINISTRATOR,)),
    Kind.ROOM: ((_R.MANAGER,), (_R.DISTRICT,)),
}
"""Roles by rungs: the lowest rung on which somebody stands is told, and no other."""


def audience(notice: Notice, grants: Iterable[Grant], estate: Estate) -> frozenset[str]:
    """Ids of the people whom a notice is for; empty where nobody answers for it.

    Args:
        notice: what is to be told. Who did it is not told.
        grants: of all people who are active.
        estate: says which venues a role covers. What concerns the whole service is for roles in
            the whole estate.
    """
    here = [g for g in grants if _holds(g, notice.venue, estate)]
    for rung in LADDERS[notice.kind]:
        if found := frozenset(g.person for g in here if g.role in rung):
            return found - {notice.actor}
    return frozenset()


def zone_of(grants: Sequence[Grant], estate: Estate) -> str:
    """The zone of the first venue that somebody with these roles answers for, else UTC."""
    for venue in estate.venues:
        if any(_holds(grant, venue.id, estate) for grant in grants):
            return venue.tz.key
    return "UTC"


def _holds(grant: Grant, venue: str, estate: Estate) -> bool:
    if grant.scope == EVERYTHING:
        return True
    return bool(venue) and grant.scope.covers(venue, estate)

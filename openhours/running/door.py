"""What is printed at a start, so that somebody can come in."""

from collections.abc import Iterator

from console.access.links import ADMINISTRATOR, first_administrator, make_link
from domain.accounts import LinkKind
from domain.clock import SystemClock
from openhours.running.service import Service
from openhours.running.serving import address


def first_link(running: Service) -> Iterator[str]:
    """A line with a link for the first administrator, until that one can log in."""
    accounts, now = running.ledger.accounts, SystemClock().now()
    person = first_administrator(accounts, actor="openhours", at=now)
    if person is not None:
        path = make_link(accounts, person.id, LinkKind.PASSWORD, actor="openhours", at=now)
        where = f"{address(running.settings)}{path}"
        yield f"log in   {where}   (once, within two days: it sets the password of {person.id})"


def demo_link(running: Service) -> str:
    """A link that lets its first user in as the administrator of what is only played."""
    accounts, now = running.ledger.accounts, SystemClock().now()
    first_administrator(accounts, actor="demo", at=now)
    path = make_link(accounts, ADMINISTRATOR, LinkKind.ENTER, actor="demo", at=now)
    return f"{address(running.settings)}{path}"

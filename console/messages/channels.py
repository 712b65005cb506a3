"""The list of channels: a line each, a name and an address that may hold secrets.

::

    mail = smtp://hours:PASSWORD@mail.example.org:587/?from=hours@example.org
    wecom = wecombot://BOTKEY
    phone = ntfys://ntfy.example.org/{to}
    signs = webhook+https://signs.example.org/hook#SECRET
"""

from collections.abc import Mapping
from typing import Protocol

from console.messages.apprised import Apprised
from console.messages.envelope import Envelope
from console.messages.mail import Mail
from console.messages.webhook import Webhook
from domain.errors import InvalidSettings, Problem
from domain.messages import Address, Preferences
from domain.people import Person

MAIL = "mail"
"""The channel that reaches people who have chosen none."""


class Channel(Protocol):
    """A way to people."""

    @property
    def needs_address(self) -> bool:
        """Whether it must be told whom to reach; else it reaches one group."""

    def send(self, envelope: Envelope) -> None:
        """Return once it was taken. Raises `ChannelUnavailable` or `Refused`."""


Channels = Mapping[str, Channel]


def parse_channels(text: str) -> Channels:
    """Channels by name; empty lines and those that begin with "#" say nothing.

    Raises `InvalidSettings` with every fault by its line, and no part of any address.
    """
    found, problems = dict[str, Channel](), list[Problem]()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, url = (part.strip() for part in line.partition("="))
        where = f"line {number}"
        if not equals or not name.replace("-", "").isalnum() or name in found:
            problems.append(Problem(where, "names no channel", "write NAME = ADDRESS, each once"))
            continue
        try:
            found[name] = _channel(url)
        except (InvalidSettings, ValueError) as error:
            fault = error.problem if isinstance(error, InvalidSettings) else None
            said = (fault.what, fault.hint) if fault else ("the address cannot be read", "")
            problems.append(Problem(f"{where}, {name}", *said))
    if problems:
        raise InvalidSettings("these channels cannot be", problems=problems)
    return found


def addresses_of(person: Person, wanted: Preferences, channels: Channels) -> tuple[Address, ...]:
    """Where somebody is reached: as they chose; else by mail, where that is possible."""
    if wanted.addresses or not person.email or MAIL not in channels:
        return wanted.addresses
    return (Address(MAIL, person.email),)


def _channel(url: str) -> Channel:
    scheme = url.partition(":")[0]
    if scheme in {"smtp", "smtps"}:
        return Mail.parse(url)
    if scheme.startswith("webhook+"):
        return Webhook.parse(url)
    return Apprised.parse(url)

"""What can go wrong, as one tree.

::

    OpenhoursError
    ├── InvalidInput            what was given is wrong; `problems` lists every fault at once
    │   ├── InvalidHours        opening hours that cannot be
    │   ├── InvalidEstate       an estate file that cannot be
    │   └── InvalidSettings     settings that cannot be
    ├── NotFound                no such venue, proposal, sensor…
    ├── Conflict                true a moment ago, no longer: decided, replaced, already running
    ├── Forbidden               the person may not do this
    │   └── LoginNeeded         nobody knows who asks
    ├── Refused                 a message will never be taken: no such address
    └── Unavailable             a part outside is away: worth trying again
        ├── StoreUnavailable
        ├── BrokerUnavailable
        └── ChannelUnavailable

Raise one of these when the caller needs to know; what reaches a person says what is wrong, where,
and what to do. Anything else that escapes is a fault of the program.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in what was given: where it is, what is wrong, what would mend it."""

    where: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} ({self.hint})" if self.hint else text


class OpenhoursError(Exception):
    """Root of all errors that openhours raises on purpose."""

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.problem = Problem(where=where, what=what, hint=hint)
        super().__init__(str(self.problem))


class InvalidInput(OpenhoursError):
    """What was given is wrong; `problems` holds every fault, not only the first."""

    def __init__(
        self, what: str, *, where: str = "", hint: str = "", problems: Iterable[Problem] = ()
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.problems: tuple[Problem, ...] = tuple(problems) or (self.problem,)

    def __str__(self) -> str:
        if self.problems == (self.problem,):
            return str(self.problem)
        return "\n  ".join([f"{self.problem}:", *map(str, self.problems)])


class InvalidHours(InvalidInput):
    """Opening hours that cannot be."""


class InvalidEstate(InvalidInput):
    """An estate that cannot be."""


class InvalidSettings(InvalidInput):
    """Settings that cannot be."""


class NotFound(OpenhoursError):
    """Nothing of that name is known."""


class Conflict(OpenhoursError):
    """The state has moved on since the caller looked."""


class Forbidden(OpenhoursError):
    """The person may not do this."""


class LoginNeeded(Forbidden):
    """Nobody knows who asks; somebody who has logged in might."""


class Refused(OpenhoursError):
    """Whoever should take a message never will."""


class Unavailable(OpenhoursError):
    """A part outside is away; the same call may work later."""


class StoreUnavailable(Unavailable):
    """A database does not answer or cannot write."""


class BrokerUnavailable(Unavailable):
    """The MQTT broker does not answer."""


class ChannelUnavailable(Unavailable):
    """A mail server, or another channel of messages to people, does not answer."""

"""Who reads an estate's file and puts an estate in place of another."""

from collections.abc import Sequence
from typing import Protocol

from domain.estate import Estate
from domain.estate_diff import Change
from domain.planning import AuditLine


class EstateDesk(Protocol):
    """Takes the estate in, and gives it out."""

    def read(self, text: str, name: str) -> Estate:
        """The estate of a YAML text. Raises `InvalidEstate` with all faults, by `name` and line."""

    def text(self, estate: Estate) -> str:
        """The estate as YAML."""

    def put(
        self, estate: Estate, seen: Estate, *, actor: str, line: AuditLine | None = None
    ) -> Sequence[Change]:
        """Put an estate in the place of the one `seen`; return what changed.

        `line` says in the audit log what was done, where that is more than an import. Raises
        `Conflict` where the estate is not the one `seen`, or hours change at the same time.
        """

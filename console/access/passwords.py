"""Passwords: argon2id, and what is no password at all.

Length is asked for and no mixture of characters, and what everybody tries first is refused: NIST SP
800-63B-4, 3.1.1.2.
"""

import re
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from console.words.i18n import mark
from domain.accounts import Accounts
from domain.errors import InvalidInput

SHORTEST, LONGEST = 12, 200
AT_ONCE = 2
"""Hashes at a time: each takes 64 MiB, and whoever knocks often shall not take all memory."""
COMMON = frozenset((Path(__file__).parent / "common_words.txt").read_text().split())
"""What people begin with who want none, with digits and signs around it."""


def check_password(password: str, person_id: str) -> None:
    """Raises `InvalidInput` for what is no password."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(mark("A password has at least 12 characters, and at most 200."))
    small = password.lower()
    inner = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", small)
    core = inner.replace("0", "o").replace("@", "a").replace("$", "s").replace("1", "i")
    if len(set(small)) < 5 or not core or {inner, core, small} & COMMON or _repeats(inner):
        raise InvalidInput(mark("This is among the first that anybody would try. Take another."))
    if len(person_id) >= 3 and person_id in small and len(small) - len(person_id) < SHORTEST:
        raise InvalidInput(mark("A password that holds the account’s name needs more beside it."))


def _repeats(text: str) -> bool:
    """Whether it is a common word over and over."""
    found = re.fullmatch(r"(.+?)\1+", text)
    return found is not None and found[1] in COMMON


class Passwords:
    """Hashes and compares; a stranger takes as long as somebody with an account."""

    def __init__(self, accounts: Accounts, hasher: PasswordHasher | None = None) -> None:
        self._accounts, self._hasher = accounts, hasher or PasswordHasher()
        self._few = BoundedSemaphore(AT_ONCE)
        self._nobodys = self._hasher.hash("nobody’s")

    def hash(self, password: str) -> str:
        """What is kept of it."""
        with self._few:
            return self._hasher.hash(password)

    def is_right(self, person_id: str, password: str) -> bool:
        """Whether it is somebody's; kept anew where the parameters have become stronger."""
        kept = self._accounts.password(person_id)
        password = password if len(password) <= LONGEST else ""
        with self._few:
            try:
                self._hasher.verify(kept or self._nobodys, password)
            except (VerificationError, InvalidHashError):
                return False
        if kept is None:
            return False
        if self._hasher.check_needs_rehash(kept):
            self._accounts.rehash_password(person_id, kept, self.hash(password))
        return True

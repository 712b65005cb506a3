"""Who may say what at Mosquitto: its files of passwords and of access, edited for one user a time.

Lines of other users stay as they are. Formats: mosquitto_passwd(1), and `acl_file` in
mosquitto.conf(5).
"""

import base64
import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.errors import InvalidInput, InvalidSettings

ITERATIONS = 101
"""As mosquitto_passwd has it. Our secrets are drawn at random, so that nobody finds one by trying,
and the broker need not work hard whenever a sensor connects."""
SALT_BYTES, SECRET_BYTES = 12, 24
NOT_IN_NAMES = frozenset(":#+/$ \t\n")
READABLE = 0o640


@dataclass(frozen=True, slots=True)
class MosquittoUsers:
    """The two files in `folder`. Raises `InvalidSettings` where they cannot be written."""

    folder: Path

    @property
    def passwords(self) -> Path:
        """For `password_file`."""
        return self.folder / "passwords"

    @property
    def access(self) -> Path:
        """For `acl_file`."""
        return self.folder / "access"

    def names(self) -> list[str]:
        """Who has a password."""
        return [line.partition(":")[0] for line in _lines(self.passwords) if ":" in line]

    def put(self, name: str, topics: Sequence[str]) -> str:
        """Let a user in with a new secret, which is returned, and to nothing but `topics`.

        Args:
            name: no other user has it; one who has is given the new secret and topics instead.
            topics: as the file of access has them, e.g. "write openhours/v1/door/counts".

        Raises `InvalidInput` for a name that the files cannot hold.
        """
        if not name or NOT_IN_NAMES & set(name):
            raise InvalidInput(
                "cannot be the name of a user",
                where=repr(name),
                hint="leave out : # + / $ and blanks",
            )
        secret = secrets.token_urlsafe(SECRET_BYTES)
        self._write(
            [*self._passwords_but(name), f"{name}:{password_hash(secret)}"],
            [*self._access_but(name), f"user {name}", *(f"topic {topic}" for topic in topics), ""],
        )
        return secret

    def drop(self, name: str) -> bool:
        """Let a user in no longer; return whether it was let in before."""
        was_there = name in self.names()
        if was_there:
            self._write(self._passwords_but(name), self._access_but(name))
        return was_there

    def _passwords_but(self, name: str) -> list[str]:
        return [line for line in _lines(self.passwords) if line.partition(":")[0] != name]

    def _access_but(self, name: str) -> list[str]:
        """All lines but those from `user name` to the next user."""
        kept, is_theirs = [], False
        for line in _lines(self.access):
            words = line.split(maxsplit=1)
            if words[:1] == ["user"]:
                is_theirs = words[1:] == [name]
            if not is_theirs:
                kept.append(line)
        return kept

    def _write(self, passwords: Iterable[str], access: Iterable[str]) -> None:
        """Access first: whoever gets in is held by it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _put(self.access, access)
            _put(self.passwords, passwords)
        except OSError as error:
            raise InvalidSettings(
                f"the broker's users cannot be written: {error.strerror}",
                where=str(self.folder),
                hint="name a folder that this user may write in: --folder",
            ) from error


def password_hash(secret: str, salt: bytes | None = None) -> str:
    """As mosquitto_passwd writes it: PBKDF2 with SHA-512, `$7$iterations$salt$hash`."""
    salt = salt or secrets.token_bytes(SALT_BYTES)
    found = hashlib.pbkdf2_hmac("sha512", secret.encode(), salt, ITERATIONS)
    return f"$7${ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(found).decode()}"


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _put(file: Path, lines: Iterable[str]) -> None:
    """Replace the file at once; it stays with the group that may read it."""
    held = file.stat() if file.exists() else file.parent.stat()
    descriptor, draft = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in lines)
        os.fchmod(descriptor, READABLE)
        if os.geteuid() == 0:
            os.fchown(descriptor, held.st_uid, held.st_gid)
        os.fsync(out.fileno())
    Path(draft).replace(file)

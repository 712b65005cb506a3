"""How people may come in, as the settings have it."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Oidc:
    """Another house that knows people, by OpenID Connect."""

    issuer: str
    """Its address; below it lies `.well-known/openid-configuration`."""
    client_id: str
    client_secret: str = field(repr=False)
    label: str = ""
    """What people call it; empty: the issuer's host name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Who may read without an account, and where the door is."""

    open_reading: bool = False
    """Whether everybody who reaches the pages may read them."""
    url: str = ""
    """Where the console is from outside; empty: where the request says."""
    oidc: Oidc | None = None

    @property
    def house(self) -> str:
        """What people call the other house; "" where there is none."""
        if self.oidc is None:
            return ""
        return self.oidc.label or urlsplit(self.oidc.issuer).netloc

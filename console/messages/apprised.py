"""All other channels, by Apprise: WeCom, DingTalk, Feishu, ntfy and some hundred more.

Apprise says only whether a message was taken, and its logs may show addresses that are secrets; so
they are not kept.
"""

import logging
from dataclasses import dataclass, field
from urllib.parse import quote

import apprise

from console.messages.envelope import Envelope
from domain.errors import ChannelUnavailable, InvalidSettings, Refused

TO, KEY = "{to}", "{key}"
"""Places in an address: who it is for, and what repeats are dropped by."""
logging.getLogger("apprise").addFilter(lambda _: False)


@dataclass(frozen=True, slots=True)
class Apprised:
    """An address as Apprise has them, in which `{to}` and `{key}` are filled."""

    url: str = field(repr=False)

    @classmethod
    def parse(cls, url: str) -> "Apprised":
        """Raises `InvalidSettings` that does not repeat the address."""
        made = cls(url)
        if made._filled("12345678901", "key") is None:
            raise InvalidSettings(
                "Apprise knows no such address", hint="its manual has those of each service"
            )
        return made

    @property
    def needs_address(self) -> bool:
        return TO in self.url

    def send(self, envelope: Envelope) -> None:
        """Return once the service has taken it. Raises `ChannelUnavailable` or `Refused`."""
        service = self._filled(envelope.to, envelope.key)
        if service is None or (self.needs_address and not envelope.to):
            raise Refused(
                f"“{envelope.to}” is nobody there", hint="mend the address in the preferences"
            )
        taken = service.notify(
            title=envelope.subject, body=envelope.text, body_format=apprise.NotifyFormat.TEXT
        )
        if not taken:
            raise ChannelUnavailable(f"{service.service_name} did not take the message")

    def _filled(self, to: str, key: str) -> apprise.NotifyBase | None:
        url = self.url.replace(TO, quote(to, safe="")).replace(KEY, quote(key, safe=""))
        return apprise.Apprise.instantiate(url, suppress_exceptions=True)

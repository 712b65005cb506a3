"""Mail by SMTP: every try of a message bears the same Message-ID, so that a repeat is known.

Beside it stands `X-Openhours-Key`. The password never appears in what is logged.
"""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from console.messages.envelope import Envelope
from domain.errors import ChannelUnavailable, InvalidSettings, Refused

WITHIN_S = 20.0
SUBMISSION, OVER_TLS = 587, 465


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail server. TLS is asked for unless it is said that there is none."""

    host: str
    port: int
    sender: str
    username: str = ""
    password: str = field(default="", repr=False)
    over_tls: bool = False
    """TLS from the first byte."""
    start_tls: bool = True
    ca: Path | None = None
    """Certificates to trust; None: those of the system."""
    needs_address: bool = True

    @classmethod
    def parse(cls, url: str) -> "Mail":
        """From smtp://USER:PASSWORD@HOST:587/?from=hours@example.org, or smtps://.

        Further: starttls=no, for a server on this machine, and ca=FILE. Raises `InvalidSettings`
        that does not repeat the address.
        """
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query))
        unknown = asked.keys() - {"from", "starttls", "ca"}
        over_tls = parts.scheme == "smtps"
        if not parts.hostname or "@" not in asked.get("from", "") or unknown:
            raise InvalidSettings(
                "the address of the mail server is not complete"
                if not unknown
                else f"a mail server has no {', '.join(sorted(unknown))}",
                hint="write smtp://USER:PASSWORD@HOST:587/?from=hours@example.org",
            )
        return cls(
            host=parts.hostname,
            port=parts.port or (OVER_TLS if over_tls else SUBMISSION),
            sender=asked["from"],
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            over_tls=over_tls,
            start_tls=not over_tls and asked.get("starttls") != "no",
            ca=Path(asked["ca"]) if "ca" in asked else None,
        )

    def send(self, envelope: Envelope) -> None:
        """Return once the server has taken it. Raises `ChannelUnavailable` or `Refused`."""
        letter = self.letter(envelope)
        try:
            with self._connected() as server:
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise _fault(f"the mail server does not take {envelope.to}", code) from None
        except smtplib.SMTPDataError as error:
            raise _fault("the mail server does not take this message", error.smtp_code) from None
        except smtplib.SMTPResponseException as error:  # of its login, say: whoever runs it mends
            raise ChannelUnavailable(
                f"the mail server answers {error.smtp_code}",
                where=f"{self.host}:{self.port}",
                hint="see whether its user, password and sender are right",
            ) from None
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelUnavailable(
                f"the mail server does not work: {type(error).__name__}",
                where=f"{self.host}:{self.port}",
            ) from None

    def letter(self, envelope: Envelope) -> EmailMessage:
        """The mail itself, in text and HTML. Raises `Refused` for what is no address."""
        letter = EmailMessage()
        _, address = parseaddr(envelope.to)
        domain = parseaddr(self.sender)[1].rpartition("@")[2]
        try:
            letter["From"], letter["To"] = self.sender, address
            letter["Subject"] = " ".join(envelope.subject.split())
        except (MessageError, ValueError, IndexError):
            address = ""
        if "@" not in address or address != envelope.to.strip():
            raise Refused(f"“{envelope.to}” is no mail address", hint="mend it in the preferences")
        letter["Date"] = format_datetime(envelope.at)
        letter["Message-ID"] = f"<{envelope.message_id}@{domain}>"
        letter["X-Openhours-Key"] = envelope.key
        letter["Auto-Submitted"] = "auto-generated"
        letter["Content-Language"] = envelope.language
        letter.set_content(envelope.text)
        letter.add_alternative(envelope.html, subtype="html")
        return letter

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context(cafile=self.ca)
        if self.over_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=WITHIN_S, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=WITHIN_S)
        try:
            if self.start_tls:
                server.starttls(context=context)
            if self.username:
                server.login(self.username, self.password)
        except BaseException:
            server.close()
            raise
        return server


def _fault(what: str, code: int) -> ChannelUnavailable | Refused:
    """By SMTP, 4xx asks to come again, and 5xx not to."""
    return Refused(f"{what} ({code})") if code >= 500 else ChannelUnavailable(f"{what} ({code})")

"""Settings of the door that would let in whom nobody wants in."""

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from domain.errors import Problem

if TYPE_CHECKING:
    from openhours.settings.model import Settings

_TLS = "put a proxy with TLS in front, and set console.url=https://… and console.trusted_proxies"


def unsafe_entrance(settings: "Settings") -> list[Problem]:
    """Every fault of how people come in."""
    console, problems = settings.console, []
    url = urlsplit(console.url)
    if console.url and not _is_origin(url):
        hint = "write it as https://hours.example.org"
        problems.append(Problem("console.url", f"“{console.url}” is no address of pages", hint))
    elif not is_loopback(console.host) and not _is_local(url):
        if url.scheme != "https":
            what = f"{console.host} is not loopback, and passwords would travel in the clear"
            problems.append(Problem("console.host", what, _TLS))
        elif not console.trusted_proxies:
            what = "nothing would know where visitors come from, nor slow down those who guess"
            problems.append(Problem("console.trusted_proxies", what, "name the proxy's address"))
    if any("*" in host for host in console.trusted_hosts):
        what = "“*” would let any name through"
        problems.append(Problem("console.trusted_hosts", what, "name the hosts"))
    if any(not _is_network(proxy) for proxy in console.trusted_proxies):
        what = "each is an address or a network, and all of them is none"
        problems.append(Problem("console.trusted_proxies", what, "as 10.0.0.2 or 10.0.0.0/24"))
    return problems + _unusable_provider(settings)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _unusable_provider(settings: "Settings") -> list[Problem]:
    login = settings.login
    if not login.oidc_issuer:
        return []
    problems, url = [], urlsplit(login.oidc_issuer)
    if url.scheme != "https" and not _is_local(url):
        problems.append(
            Problem("login.oidc_issuer", "is not https", "use the provider's https address")
        )
    has_secret = login.oidc_client_secret.get_secret_value() or login.oidc_client_secret_file
    if not (login.oidc_client_id and has_secret):
        what = "a provider needs oidc_client_id and oidc_client_secret_file"
        problems.append(Problem("login", what, "register the console with the provider"))
    return problems


def _is_origin(url: SplitResult) -> bool:
    bare = not (url.path.strip("/") or url.query or url.fragment or url.username)
    return url.scheme in {"http", "https"} and bool(url.hostname) and bare


def _is_local(url: SplitResult) -> bool:
    """A published port of a container, as http://localhost:8800, that only this machine reaches."""
    return url.scheme == "http" and is_loopback(url.hostname or "")


def _is_network(text: str) -> bool:
    try:
        return ipaddress.ip_network(text).prefixlen > 0
    except ValueError:
        return False

"""Settings of the door: nothing listens beyond loopback in the clear."""

from pathlib import Path

import pytest

from domain.errors import InvalidSettings
from openhours.running.serving import address
from openhours.settings.model import Settings, load

ANY = 'host = "0.0.0.0"'
URL = 'url = "https://hours.example.org"'
PROXY = 'trusted_proxies = ["10.0.0.2"]'
ISSUER = '[login]\noidc_issuer = "https://id.example.org/"\noidc_client_id = "openhours"'


def given(folder: Path, *lines: str) -> Settings:
    """Settings from a file that begins with the console's."""
    file = folder / "openhours.toml"
    file.write_text("\n".join(["[console]", *lines]))
    return load(file)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org", "::"])  # noqa: S104
def test_the_console_refuses_to_listen_beyond_loopback_without_tls(host: str) -> None:
    with pytest.raises(InvalidSettings, match="not loopback, and passwords would travel"):
        load(None, [f"console.host={host}"])


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([ANY, 'url = "http://hours.example.org"'], "in the clear"),
        ([ANY, URL], "console.trusted_proxies: nothing would know where visitors come from"),
        ([ANY, URL, 'trusted_proxies = ["0.0.0.0/0"]'], "all of them is none"),
        ([ANY, URL, 'trusted_proxies = ["*"]'], "each is an address or a network"),
        ([ANY, URL, PROXY, 'trusted_hosts = ["*"]'], "would let any name through"),
        (['url = "hours.example.org"'], "is no address of pages"),
        (['url = "https://x.example/below"'], "is no address of pages"),
        (["[login]", 'oidc_issuer = "http://id.example.org"'], "is not https"),
        ([ISSUER], "needs oidc_client_id and"),
    ],
)
def test_a_door_that_would_let_in_whom_nobody_wants_is_refused(
    tmp_path: Path, lines: list[str], why: str
) -> None:
    with pytest.raises(InvalidSettings, match=why):
        given(tmp_path, *lines)


def test_behind_a_proxy_with_tls_it_may_listen_and_asks_for_a_login_to_read(tmp_path: Path) -> None:
    settings = given(tmp_path, ANY, URL, PROXY)
    assert address(settings) == "https://hours.example.org"
    assert "hours.example.org" in settings.console.hosts
    assert not settings.entrance.open_reading
    assert given(tmp_path, ANY, URL, PROXY, "open_reading = true").entrance.open_reading


def test_on_loopback_reading_is_open_unless_it_is_shut() -> None:
    assert load().entrance.open_reading
    assert not load(None, ["console.open_reading=false"]).entrance.open_reading


def test_a_port_of_a_container_that_only_this_machine_reaches_needs_no_tls(
    tmp_path: Path,
) -> None:
    settings = given(tmp_path, ANY, 'url = "http://localhost:8800"')
    assert not settings.entrance.open_reading


def test_the_providers_secret_comes_from_its_file_and_never_by_a_flag(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("between us\n")
    settings = given(tmp_path, ISSUER, f"oidc_client_secret_file = '{file}'")
    oidc = settings.entrance.oidc
    assert oidc is not None
    assert (oidc.issuer, oidc.client_secret) == ("https://id.example.org", "between us")
    assert "between us" not in repr(settings.entrance)
    with pytest.raises(InvalidSettings, match="oidc_client_secret_file"):
        load(None, ["login.oidc_client_secret=shown"])

"""Mail to a real server: encrypted, logged in, tried again after an outage, once by its key."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from console.messages.channels import Channels, parse_channels
from console.messages.envelope import Envelope
from domain.clock import ManualClock
from domain.errors import ChannelUnavailable, Refused
from domain.messages import Message, Preferences
from domain.planning import Lane
from openhours.messages.outbox import FIRST_WAIT_S, GIVE_UP_AFTER, send_to_people
from policies.messages.quiet import quiet_until
from store.ledger import SqlLedger
from tests.fixtures.mail import MailServer

pytestmark = pytest.mark.server

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CHINESE = "请决定：3 项建议在等待"


def envelope(key: str = "ann:digest:2026-11-24", to: str = "ann@example.org") -> Envelope:
    return Envelope(
        key=key,
        person="ann",
        channel="mail",
        to=to,
        is_urgent=False,
        at=NOW,
        language="zh-CN",
        subject=CHINESE,
        text="您好。\n第二行。\n",
        html="<p>您好。</p>",
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    opened = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def channels(mail_server: MailServer) -> Channels:
    return parse_channels(f"mail = {mail_server.url}")


def queue(ledger: SqlLedger, *envelopes: Envelope) -> None:
    for one in envelopes:
        message = Message(
            key=one.key, person="ann", at=NOW, subject=one.subject, notices=(), is_digest=True
        )
        ledger.messages.tell(message, [one.outgoing()])


def awake(_person: str, _now: datetime) -> None:
    """Nobody has quiet hours."""


def test_a_letter_arrives_as_text_and_html_with_its_key(
    mail_server: MailServer, channels: Channels
) -> None:
    channels["mail"].send(envelope())
    (letter,) = mail_server.letters
    assert letter["Subject"] == CHINESE
    assert (letter["From"], letter["To"]) == ("hours@example.org", "ann@example.org")
    assert letter["X-Openhours-Key"] == "ann:digest:2026-11-24"
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == ["您好。", "第二行。"]
    assert "<p>您好。</p>" in html.get_content()


def test_repeats_bear_the_same_message_id_and_others_do_not(
    mail_server: MailServer, channels: Channels
) -> None:
    for one in (envelope(), envelope(), envelope(key="ann:digest:2026-11-25")):
        channels["mail"].send(one)
    first, again, other = (letter["Message-ID"] for letter in mail_server.letters)
    assert first == again != other
    assert first.endswith("@example.org>")


def test_an_outage_delays_a_letter_and_the_server_gets_it_once(
    mail_server: MailServer, channels: Channels, ledger: SqlLedger
) -> None:
    clock = ManualClock(NOW)
    queue(ledger, envelope())
    mail_server.stop()
    for attempt in range(3):
        assert send_to_people(ledger, channels, awake, clock) == 0
        clock.move_to(clock.now() + timedelta(seconds=FIRST_WAIT_S * 2**attempt - 0.5))
        assert ledger.queued(clock.now(), lane=Lane.PEOPLE) == []
        clock.move_to(clock.now() + timedelta(seconds=0.5))
    mail_server.start()
    assert send_to_people(ledger, channels, awake, clock) == 1
    assert send_to_people(ledger, channels, awake, clock) == 0
    (letter,) = mail_server.letters
    assert letter["X-Openhours-Key"] == "ann:digest:2026-11-24"
    (sending,) = ledger.messages.sendings()
    assert (sending.attempts, sending.sent_at) == (3, clock.now())


def test_a_crash_after_sending_repeats_a_letter_that_can_be_told_apart(
    mail_server: MailServer, channels: Channels, ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(ledger, envelope())
    with monkeypatch.context() as crashing:
        crashing.setattr(SqlLedger, "sent", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            send_to_people(ledger, channels, awake, ManualClock(NOW))
    assert send_to_people(ledger, channels, awake, ManualClock(NOW)) == 1
    first, again = mail_server.letters
    assert first["Message-ID"] == again["Message-ID"]
    assert len({letter["X-Openhours-Key"] for letter in mail_server.letters}) == 1


def test_a_mailbox_that_does_not_exist_is_given_up_and_holds_up_nobody(
    mail_server: MailServer, channels: Channels, ledger: SqlLedger
) -> None:
    queue(ledger, envelope("a", "nobody@example.org"), envelope("b", "no address"), envelope("c"))
    assert send_to_people(ledger, channels, awake, ManualClock(NOW)) == 1
    assert [letter["X-Openhours-Key"] for letter in mail_server.letters] == ["c"]
    given_up = {s.key: s.error for s in ledger.messages.sendings() if s.given_up_at}
    assert given_up.keys() == {"a", "b"}
    assert "550" in given_up["a"]


def test_a_server_that_asks_to_come_again_is_asked_again_and_at_last_no_more(
    mail_server: MailServer, channels: Channels, ledger: SqlLedger
) -> None:
    clock = ManualClock(NOW)
    queue(ledger, envelope(to="later@example.org"))
    for _ in range(GIVE_UP_AFTER):
        assert ledger.queued(clock.now(), lane=Lane.PEOPLE)
        send_to_people(ledger, channels, awake, clock)
        clock.move_to(clock.now() + timedelta(hours=1))
    assert ledger.queued(clock.now(), lane=Lane.PEOPLE) == []
    (sending,) = ledger.messages.sendings()
    assert sending.given_up_at is not None
    assert mail_server.letters == []


@pytest.mark.usefixtures("mail_server")
def test_a_letter_that_an_outage_delayed_into_the_night_waits_for_the_morning(
    mail_server: MailServer, channels: Channels, ledger: SqlLedger
) -> None:
    night = Preferences(person="ann", zone="Europe/Berlin")  # 21:00 to 07:00
    clock = ManualClock(datetime(2026, 10, 24, 18, 59, 59, tzinfo=UTC))  # 20:59:59, summer time
    queue(ledger, envelope())

    def quiet(_person: str, now: datetime) -> datetime | None:
        return quiet_until(night, now)

    mail_server.stop()
    send_to_people(ledger, channels, quiet, clock)
    mail_server.start()
    clock.move_to(clock.now() + timedelta(minutes=5))
    assert send_to_people(ledger, channels, quiet, clock) == 0
    morning = datetime(2026, 10, 25, 6, tzinfo=UTC)  # 07:00, winter time: the night had 11 hours
    clock.move_to(morning - timedelta(seconds=1))
    assert send_to_people(ledger, channels, quiet, clock) == 0
    clock.move_to(morning)
    assert send_to_people(ledger, channels, quiet, clock) == 1
    assert [s.attempts for s in ledger.messages.sendings()] == [1]


def test_no_secret_is_logged_or_told(
    mail_server: MailServer, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    wrong = parse_channels(f"mail = {mail_server.url.replace('s3cret', 'wr0ng')}")
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as logged:
        with pytest.raises(ChannelUnavailable, match="535") as told:
            wrong["mail"].send(envelope())
        mail_server.stop()
        with pytest.raises(ChannelUnavailable) as away:
            wrong["mail"].send(envelope())
    everything = "".join([str(told.value), str(away.value), repr(wrong), str(logged), caplog.text])
    assert "wr0ng" not in everything + "".join(capsys.readouterr())


def test_a_server_whose_certificate_is_not_trusted_gets_nothing(mail_server: MailServer) -> None:
    url = mail_server.url.partition("&ca=")[0]
    with pytest.raises(ChannelUnavailable, match="SSLCertVerificationError"):
        parse_channels(f"mail = {url}")["mail"].send(envelope())
    assert mail_server.letters == []


@pytest.mark.parametrize("to", ["", "ann", "ann@example.org\nBcc: all@example.org"])
def test_what_is_no_address_is_refused(channels: Channels, to: str) -> None:
    with pytest.raises(Refused):
        channels["mail"].send(envelope(to=to))

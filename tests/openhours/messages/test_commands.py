from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from domain.errors import InvalidInput, InvalidSettings, NotFound
from domain.people import Grant, Person, Role
from openhours.commands import messages as commands
from openhours.context import Context
from openhours.settings.model import load
from tests.contract.samples import NOON
from tests.fixtures.mail import MailServer

MakeContext = Callable[..., Context]


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeContext:
    def make(channels: str, email: str = "mei@example.org") -> Context:
        monkeypatch.setenv("OPENHOURS_MESSAGES__CHANNELS", channels)
        made = Context(load(None, [f"data_dir={tmp_path / 'data'}"]))
        mei = Person(id="mei", name="Mei", email=email, language="zh", created_at=NOON)
        made.ledger.accounts.add_person(
            mei, [Grant(person="mei", role=Role.ADMINISTRATOR)], actor="test"
        )
        return made

    return make


def run(context: Context, *words: str) -> Result:
    return CliRunner().invoke(commands.app, list(words), obj=context, catch_exceptions=False)


@pytest.mark.server
def test_a_test_reaches_a_person_in_their_language_and_a_failure_says_why(
    context: MakeContext, mail_server: MailServer
) -> None:
    made = context(f"mail = {mail_server.url}")
    found = run(made, "test", "mei")
    assert (found.exit_code, found.stdout) == (0, "mail mei@example.org: sent\n")
    (letter,) = mail_server.letters
    assert letter["Subject"] == "测试消息，无需处理"
    mail_server.stop()
    failed = run(Context(made.settings), "test", "mei")
    assert failed.exit_code == 1
    assert "the mail server does not work: ConnectionRefusedError" in failed.stderr


def test_who_cannot_be_reached_is_said_with_what_to_do(context: MakeContext) -> None:
    made = context("mail = smtp://mail.example.org/?from=hours@example.org", "")
    with pytest.raises(InvalidInput, match="/me/messages"):
        run(made, "test", "mei")
    with pytest.raises(NotFound):
        run(made, "test", "nobody")


def test_channels_stand_in_files_or_the_environment_only(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="OPENHOURS_MESSAGES__CHANNELS"):
        load(None, ["messages.channels=mail = smtp://u:t0psecret@h/?from=a@b"])
    file = tmp_path / "channels"
    file.write_text("mail = smtp://u:t0psecret@mail.example.org/?from=a@b\n")
    settings = load(None, [f"messages.channels_file={file}"])
    assert settings.channels.keys() == {"mail"}
    assert "t0psecret" not in repr(settings)
    with pytest.raises(InvalidSettings, match="there is no file"):
        load(None, [f"messages.channels_file={tmp_path / 'other'}"])


def test_what_is_only_played_sends_nothing(tmp_path: Path) -> None:
    file = tmp_path / "channels"
    file.write_text("mail = smtp://mail.example.org/?from=a@b\n")
    assert load(None, [f"messages.channels_file={file}"]).apart("demo").channels == {}

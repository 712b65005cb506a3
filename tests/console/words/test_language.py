"""English and Chinese: nothing is left untranslated, and each request gets its language."""

import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import console
from console.words.i18n import LANGUAGES, choose
from console.words.words import days

FOLDER = Path(console.__file__).parent
CATALOG = FOLDER / "locale" / "zh" / "LC_MESSAGES" / "messages.po"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "ngettext": (1, 2), "mark": None}

ENGLISH, CHINESE = LANGUAGES["en"], LANGUAGES["zh"]


def written() -> Iterator[str]:
    """Every message of the code and the templates, as Babel finds them."""
    for _, _, message, _, _ in extract_from_dir(FOLDER, METHODS, keywords=KEYWORDS):
        yield message if isinstance(message, str) else message[0]


def translated() -> dict[str, str]:
    with CATALOG.open("rb") as file:
        catalog = read_po(file)
    return {
        m.id if isinstance(m.id, str) else m.id[0]: (
            m.string if isinstance(m.string, str) else (m.string or ("",))[0]
        )
        for m in catalog
        if m.id
    }


def places(message: str) -> set[str]:
    """The named places of a message, in either notation."""
    braces = {name for _, name, _, _ in string.Formatter().parse(message) if name}
    percent = {part.split(")s")[0] for part in message.split("%(")[1:]}
    return braces | percent


def test_every_message_has_a_chinese_translation() -> None:
    have = translated()
    assert [m for m in written() if not have.get(m)] == []


def test_no_translation_is_of_a_message_that_nobody_says() -> None:
    assert set(translated()) - set(written()) == set()


def test_translations_have_the_places_of_their_messages() -> None:
    assert [m for m, t in translated().items() if places(m) != places(t)] == []


@pytest.mark.parametrize(
    ("query", "cookie", "accept", "code"),
    [
        ("zh", "en", "en", "zh"),
        (None, "zh", "en", "zh"),
        (None, None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, None, "fr, en;q=0.4, zh-TW;q=0.5", "zh"),
        (None, None, "de", "en"),
        (None, None, "zh;q=what", "zh"),
        ("xx", "yy", None, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_then_remembered_then_the_browsers(
    query: str | None, cookie: str | None, accept: str | None, code: str
) -> None:
    assert choose(query, cookie, accept).code == code


def test_numbers_and_dates_are_written_as_the_language_has_them() -> None:
    at = datetime(2026, 11, 25, 6, 40, tzinfo=UTC)
    shanghai = ZoneInfo("Asia/Shanghai")
    assert ENGLISH.moment(at, shanghai) == "25 Nov 2026, 14:40"
    assert CHINESE.moment(at, shanghai) == "2026年11月25日 14:40"
    assert ENGLISH.day(date(2026, 11, 25)) == "Wed 25 Nov 2026"
    assert CHINESE.day(date(2026, 11, 25)) == "2026年11月25日周三"
    assert ENGLISH.number(12_345.67, 1) == "12,345.7"


def test_a_change_that_rounds_to_nothing_has_no_sign() -> None:
    assert [ENGLISH.signed(v) for v in (3.4, -3.4, 0.2, -0.2)] == ["+3", "−3", "±0", "±0"]


@pytest.mark.parametrize(
    ("indices", "english", "chinese"),
    [
        ([0, 1, 2, 3, 4], "Monday to Friday", "周一至周五"),
        ([5, 6], "Saturday and Sunday", "周六和周日"),
        ([0, 2, 3, 4], "Monday, Wednesday to Friday", "周一、周三至周五"),
        ([6], "Sunday", "周日"),
        (range(7), "Every day", "每天"),
    ],
)
def test_days_are_joined_as_people_say_them(indices: list[int], english: str, chinese: str) -> None:
    assert days(ENGLISH, indices) == english
    assert days(CHINESE, indices) == chinese

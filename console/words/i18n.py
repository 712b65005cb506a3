"""English and Simplified Chinese: catalogues, the choice between them, numbers and dates."""

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

LOCALE_DIR = Path(__file__).parents[1] / "locale"


def mark(message: str) -> str:
    """Mark a message for extraction where it is written; it is translated where it is used."""
    return message


class Translations(gettext.NullTranslations):
    """Messages of a .po file, without the detour of a compiled file."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._forms: dict[str, tuple[str, ...]] = {}
        for message in catalog:
            said = message.string or ""
            forms = (said,) if isinstance(said, str) else tuple(said)
            singular = message.id if isinstance(message.id, str) else message.id[0]
            if singular and all(forms):
                self._forms[singular] = forms

    def gettext(self, message: str) -> str:
        return self._forms.get(message, (message,))[0]

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The last form: the languages translated into have one, or English is the fallback."""
        fallback = (msgid1 if n == 1 else msgid2,)
        return self._forms.get(msgid1, fallback)[-1]


@dataclass(frozen=True)
class Language:
    """One language of the pages: its messages, and how it writes numbers and dates."""

    code: str
    """As in `?lang=`."""
    tag: str
    """BCP 47, for `<html lang>`."""
    name: str
    """The language's own name."""
    locale: Locale

    @cached_property
    def translations(self) -> gettext.NullTranslations:
        """The catalogue; English is the source and needs none."""
        path = LOCALE_DIR / self.code / "LC_MESSAGES" / "messages.po"
        if not path.exists():
            return gettext.NullTranslations()
        with path.open("rb") as file:
            return Translations(read_po(file, locale=str(self.locale)))

    def text(self, message: str, **facts: object) -> str:
        """`message` in this language, its `{named}` places filled."""
        return self.translations.gettext(message).format(**facts)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """`one` or `many` in this language, as `n` has it, its place `{n}` filled."""
        return self.translations.ngettext(one, many, n).format(n=self.number(n))

    def number(self, value: float, digits: int = 0) -> str:
        """A number with its thousands apart and at most `digits` decimals."""
        shape = "#,##0" + ("." + "#" * digits if digits else "")
        return format_decimal(round(value, digits) + 0.0, shape, locale=self.locale)

    def signed(self, value: float, digits: int = 0) -> str:
        """A change: always with its sign, "±0" where it rounds to nothing."""
        rounded = round(value, digits)
        if rounded == 0:
            return "±0"
        return ("+" if rounded > 0 else "−") + self.number(abs(rounded), digits)

    def percent(self, share: float) -> str:
        """0.464 → "46%"."""
        return format_percent(share, "#,##0%", locale=self.locale)

    def weekday(self, index: int, *, short: bool = False) -> str:
        """Name of a day of the week, 0 is Monday; `short` for table heads."""
        width = "abbreviated" if short else "wide"
        return str(self.locale.days["stand-alone"][width][index]).replace("星期", "周")

    def day(self, value: date, *, year: bool = True) -> str:
        """A date with its weekday."""
        if self.code == "zh":
            shape = "y年M月d日EEE" if year else "M月d日EEE"
        else:
            shape = "EEE d MMM y" if year else "EEE d MMM"
        return format_date(value, shape, locale=self.locale)

    def clock(self, at: datetime, zone: ZoneInfo) -> str:
        """Wall-clock time of an instant, "17:05"."""
        return at.astimezone(zone).strftime("%H:%M")

    def moment(self, at: datetime, zone: ZoneInfo) -> str:
        """Date and wall-clock time of an instant."""
        shape = "y年M月d日 HH:mm" if self.code == "zh" else "d MMM y, HH:mm"
        return format_datetime(at.astimezone(zone), shape, locale=self.locale)


LANGUAGES: Mapping[str, Language] = {
    language.code: language
    for language in (
        Language("en", "en", "English", Locale("en", "GB")),
        Language("zh", "zh-CN", "简体中文", Locale("zh", "CN", "Hans")),
    )
}


def choose(query: str | None, cookie: str | None, accept: str | None) -> Language:
    """The language of a request: asked for in the address, remembered, or the browser's own."""
    for wanted in (query, cookie):
        if wanted and wanted in LANGUAGES:
            return LANGUAGES[wanted]
    ranked = []
    for part in (accept or "").split(","):
        match = re.match(r"\s*([A-Za-z]{1,8})[^;]*(?:;\s*q=(\d(?:\.\d+)?))?", part)
        if match and match[1].lower() in LANGUAGES:
            ranked.append((float(match[2] or 1), match[1].lower()))
    best = max(ranked, key=lambda pair: pair[0], default=(0.0, "en"))
    return LANGUAGES[best[1]]

"""What the public pages say, in English and Chinese."""

from console.public.crowd import Busy, Crowd
from console.public.notice import Notice
from console.public.seen import Bar
from console.words.i18n import Language, mark
from domain.hours import clock_text

NOW = {
    Crowd.QUIET: mark("Quiet now"),
    Crowd.SOME: mark("Some people now"),
    Crowd.BUSY: mark("Busy now"),
    Crowd.FULL: mark("Full or nearly full now"),
}
USUALLY = {
    Crowd.QUIET: mark("usually quiet at this time"),
    Crowd.SOME: mark("usually some people at this time"),
    Crowd.BUSY: mark("usually busy at this time"),
    Crowd.FULL: mark("usually very busy at this time"),
}
HOUR = {
    Crowd.QUIET: mark("quiet"),
    Crowd.SOME: mark("some people"),
    Crowd.BUSY: mark("busy"),
    Crowd.FULL: mark("very busy"),
}


def now(lang: Language, told: Busy, blur_below: int) -> str:
    """How busy it is now, with the number where that may be said."""
    words = lang.text(NOW[told.crowd])
    if told.people is not None:
        number = lang.ngettext("{n} person", "{n} people", told.people)
        return lang.text(mark("{words}: {number}"), words=words, number=number)
    if told.is_few:
        few = lang.text(mark("fewer than {n} people"), n=lang.number(blur_below))
        return lang.text(mark("{words}: {number}"), words=words, number=few)
    return words


def usually(lang: Language, crowd: Crowd) -> str:
    """How busy it usually is at this hour."""
    return lang.text(USUALLY[crowd])


def bar(lang: Language, value: Bar) -> str:
    """What an hour of the usual day says."""
    if not value.is_open:
        return lang.text(mark("closed"))
    return lang.text(HOUR[value.busy.crowd]) if value.busy else lang.text(mark("unknown"))


def hour(value: Bar) -> str:
    """When the hour of a bar is: "09:00–10:00"."""
    return f"{clock_text(value.minute)}–{clock_text(value.minute + 60)}"


def heading(lang: Language, sheet: Notice) -> str:
    """Over the hours of a notice."""
    if sheet.since is None:
        return lang.text(mark("Opening hours"))
    return lang.text(mark("New opening hours from {day}"), day=lang.day(sheet.since))


def invitation(lang: Language) -> str:
    """Beside the code of a notice."""
    return lang.text(mark("How busy is it now? See here before you come."))

"""Notices to one message: a subject that says what to do, text, and HTML that says the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from jinja2 import Environment

from console.messages.envelope import Composed
from console.web.rendering import environment
from console.words import messages as said
from console.words.i18n import LANGUAGES, Language, mark
from domain.messages import Kind, Notice

PREFERENCES = "/me/messages"
_PAGES: Mapping[Kind, str] = {
    Kind.SENSOR: "/sensors",
    Kind.STORE: "/sensors",
    Kind.BROKER: "/sensors",
    Kind.OUTBOX: "/",
    Kind.DISK: "/",
    Kind.FULL: "/venues/{venue}",
    Kind.HOURS: "/venues/{venue}",
    Kind.TRIAL: "/venues/{venue}",
    Kind.EFFECT: "/",
    Kind.ROOM: "/under-used",
}
_WHY = mark("You are told because you answer for this. What, when and how you are told:")
_DECIDE = mark("Open a proposal to see why, and decide there; nothing is decided by a link.")
_HELLO = mark("This is a test. Messages of openhours reach you here.")


@dataclass(frozen=True, slots=True)
class Item:
    """One notice in words, and where to act on it."""

    sentence: str
    link: str


@dataclass(frozen=True, slots=True)
class Section:
    """Notices of one heading."""

    heading: str
    items: tuple[Item, ...]


def compose(lang: Language, notices: Sequence[Notice], known: said.Known, url: str) -> Composed:
    """A message that tells these notices.

    Args:
        lang: of the reader.
        notices: at least one; those on proposals are on such as `known` has.
        known: what sentences are made from.
        url: where the console is, without a stroke at the end.
    """
    sections = tuple(_sections(lang, notices, known, url))
    lead = lang.text(_DECIDE) if any(n.subject in known.proposals for n in notices) else ""
    return rendered(lang, said.subject(lang, notices), lead, sections, url)


def hello(lang: Language, url: str) -> Composed:
    """What shows somebody that messages arrive."""
    return rendered(lang, lang.text(mark("A test, nothing to do")), lang.text(_HELLO), (), url)


def rendered(
    lang: Language, subject: str, lead: str, sections: tuple[Section, ...], url: str
) -> Composed:
    """A message of a lead, which may be empty, and sections, as text and as HTML."""
    why, preferences = lang.text(_WHY), f"{url}{PREFERENCES}"
    paragraphs = [lead] if lead else []
    for section in sections:
        lines = [f"- {item.sentence}\n  {item.link}" for item in section.items]
        paragraphs.append("\n".join([section.heading, *lines]))
    paragraphs.append(f"{why}\n{preferences}")
    html = (
        _environment(lang.code)
        .get_template("messages/mail.html")
        .render(subject=subject, lead=lead, sections=sections, why=why, preferences=preferences)
    )
    return Composed(subject, "\n\n".join(paragraphs) + "\n", html)


def _sections(
    lang: Language, notices: Sequence[Notice], known: said.Known, url: str
) -> list[Section]:
    order = {kind: rank for rank, kind in enumerate(Kind)}
    ranked = sorted(notices, key=lambda n: order[n.kind])
    return [
        Section(heading, tuple(dict.fromkeys(_item(lang, n, known, url) for n in some)))
        for heading, some in groupby(ranked, key=lambda n: said.heading(lang, n.kind))
    ]


def _item(lang: Language, notice: Notice, known: said.Known, url: str) -> Item:
    page = _PAGES.get(notice.kind, "/proposals/{subject}")
    link = url + page.format(venue=notice.venue, subject=notice.subject)
    return Item(said.sentence(lang, notice, known), link)


@cache
def _environment(code: str) -> Environment:
    return environment(LANGUAGES[code])

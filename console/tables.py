"""Tables for a terminal, in either language."""

from collections.abc import Sequence

from rich.table import Table

from console import sentences, words
from console.i18n import LANGUAGES, Language, mark
from domain.errors import InvalidInput
from domain.estate import Estate
from domain.hours import WeeklyHours
from domain.planning import Effect, Proposal, Verdict


def language(code: str) -> Language:
    """The language of a `--lang` flag. Raises `InvalidInput`."""
    if code not in LANGUAGES:
        raise InvalidInput(f"“{code}” is no language here", hint=f"use {' or '.join(LANGUAGES)}")
    return LANGUAGES[code]


HEADS = (
    mark("Week"),
    mark("Venue"),
    mark("Verdict"),
    mark("Hours now"),
    mark("Hours proposed"),
    mark("Visits a week"),
    mark("Why"),
)


def proposals_table(proposals: Sequence[Proposal], estate: Estate, lang: Language) -> Table:
    """One row a proposal: what it says of which venue, what it is expected to bring, and why."""
    table = Table(*map(lang.text, HEADS), show_lines=True)
    for proposal in proposals:
        venue = estate.venue_by_id.get(proposal.venue)
        changes = proposal.verdict is Verdict.CHANGE
        table.add_row(
            proposal.run,
            venue.name_in(lang.tag) if venue else proposal.venue,
            words.verdict(lang, proposal.verdict),
            _lines(lang, proposal.current),
            _lines(lang, proposal.proposed) if changes else "",
            _effect(lang, proposal.effect) if changes else "",
            "\n".join(sentences.reason(lang, r) for r in proposal.reasons),
        )
    return table


def _lines(lang: Language, hours: WeeklyHours) -> str:
    return "\n".join(f"{days} {blocks}" for days, blocks in words.week(lang, hours))


def _effect(lang: Language, effect: Effect) -> str:
    low, mean, high = map(lang.signed, effect.visits)
    return f"{mean}\n({low} … {high})"

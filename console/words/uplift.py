"""What a roll-out did, or why that cannot be said, in sentences and tables."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import isnan

from rich.table import Table

from console.words.i18n import Language, mark
from domain.estate import Estate
from domain.planning import Fact, Reason
from domain.rollouts import DrawnRollout
from policies.uplift.figures import Figure, Measure
from policies.uplift.reasons import Code

SENTENCES: Mapping[str, str] = {
    Code.UPLIFT: mark(
        "Visits of whole linked groups changed by {share} (95% sure: between {low} and {high};"
        " p = {p_value}), in {weeks} weeks in which some of {groups} groups had started and others"
        " had not."
    ),
    Code.UPLIFT_AT_CHANGED: mark(
        "At the venues whose hours changed: {share} (between {low} and {high}; p = {p_value})."
    ),
    Code.UPLIFT_AT_NEIGHBOURS: mark(
        "At venues linked to them whose hours did not change: {share} (between {low} and {high};"
        " p = {p_value})."
    ),
    Code.AA_CHECK: mark(
        "Check: before anything had changed, the same method finds {share} (p = {p_value}); it"
        " should find nothing."
    ),
    Code.ORDER_NOT_BY_LOT: mark(
        "The order was not drawn by lot. Whoever starts with the worst gets a better week for"
        " nothing."
    ),
    Code.ORDER_NOT_AS_DRAWN: mark("The seed that was noted draws another order."),
    Code.ORDER_FOLLOWS: mark(
        "Who came first goes with {what} from before, as hardly any lot does (p = {p_value}; below"
        " {least} nothing is claimed)."
    ),
    Code.TOO_FEW_GROUPS: mark(
        "{groups} groups allow {orders} orders; {needed} are needed, else no result would be rare."
    ),
    Code.TOO_SHORT_BEFORE: mark(
        "Weeks counted before the first wave: {weeks}. {needed} are needed."
    ),
    Code.NO_CONTROLS: mark(
        "Hardly a week had both groups that had started and groups still to come, or nobody came."
    ),
    Code.GROUPS_DRIFT_APART: mark(
        "Early and late groups parted before anything had changed (p = {p_value}; below {least}"
        " nothing is claimed)."
    ),
}
REFUSED = mark("What the new hours did cannot be said of this roll-out:")
TOO_EARLY = mark(
    "{venue} changed its hours on {day}, before its wave: the effect is of the order drawn, and"
    " rather too small."
)
SINCE = mark("By weeks since the start: {shares}.")
SPAN = mark("weeks {first}–{last}: {share}")

MEASURES: Mapping[Measure, str] = {
    Measure.VISITS: mark("visits"),
    Measure.PERSON_HOURS: mark("person-hours"),
    Measure.CAPACITY_HOURS: mark("capacity-hours"),
    Measure.STAFFED_HOURS: mark("staffed hours"),
    Measure.IDLE_HOURS: mark("open hours with nobody there"),
    Measure.REFUSED: mark("people refused at the door"),
    Measure.BREACHES: mark("guarantees broken"),
    Measure.UTILISATION: mark("utilisation"),
}
HEADS = (
    mark("Of what"),
    mark("A week"),
    mark("Before"),
    mark("Since"),
    mark("Without the change"),
    mark("Change"),
    mark("Venues"),
)
_SHARES = {"share", "low", "high"}
_CHANCES = {"p_value", "least"}


def sentence(lang: Language, value: Reason) -> str:
    """The sentence of a reason of `policies.uplift.reasons`."""
    shown = {name: _fact(lang, name, fact) for name, fact in value.facts.items()}
    return lang.text(SENTENCES[value.code], **shown)


def since(lang: Language, shares: Sequence[float], weeks: int) -> str:
    """How the effect grows with the weeks since the start, so many to a share."""
    parts = [
        lang.text(SPAN, first=n * weeks + 1, last=(n + 1) * weeks, share=change(lang, share))
        for n, share in enumerate(shares)
    ]
    return lang.text(SINCE, shares=lang.text(mark(", ")).join(parts))


def figures_table(found: Sequence[Figure], lang: Language) -> Table:
    """A row a figure of which anything is known."""
    table = Table(*map(lang.text, HEADS))
    for figure in found:
        if figure.venues:
            table.add_row(figure.subject, *cells(lang, figure))
    return table


def cells(lang: Language, figure: Figure) -> tuple[str, ...]:
    """A figure's row, below `HEADS` from the second on."""
    digits = 3 if figure.measure is Measure.UTILISATION else 1
    numbers = (figure.before, figure.after, figure.without)
    return (
        lang.text(MEASURES[figure.measure]),
        *(lang.number(n, digits) if not isnan(n) else "–" for n in numbers),
        change(lang, figure.share),
        lang.number(figure.venues),
    )


def known(found: Sequence[Figure], *, of_venues: bool) -> list[Figure]:
    """Figures of which anything is known: of single venues, or of groups and areas."""
    return [f for f in found if f.venues and f.subject.startswith("venue ") == of_venues]


def subject(lang: Language, text: str, estate: Estate) -> str:
    """What a figure is of, by name: from "venue hall-3", "group pair" or "area town"."""
    kind, _, name = text.partition(" ")
    named = {"venue": estate.venues, "area": estate.areas}.get(kind, estate.venues)
    return next((item.name_in(lang.code) for item in named if item.id == name), name)


def too_early(lang: Language, venue: str, day: date, estate: Estate) -> str:
    """That a venue changed its hours before its wave."""
    name = subject(lang, f"venue {venue}", estate)
    return lang.text(TOO_EARLY, venue=name, day=lang.day(day))


def waves_table(drawn: DrawnRollout, lang: Language) -> Table:
    """Which groups start when."""
    table = Table(lang.text(mark("From")), lang.text(mark("Groups")))
    for day, its in waves(drawn):
        table.add_row(lang.day(day), ", ".join(its))
    return table


def waves(drawn: DrawnRollout) -> list[tuple[date, list[str]]]:
    """Each wave's day and its groups, in order of name."""
    waved = list(zip(drawn.groups, drawn.wave, strict=True))
    return [(day, sorted(g for g, w in waved if w == n)) for n, day in enumerate(drawn.waves)]


def change(lang: Language, share: float) -> str:
    """A share by which something changed; a dash where it is not known."""
    return f"{lang.signed(100 * share, 1)}%" if not isnan(share) else "–"


def _fact(lang: Language, name: str, fact: Fact) -> str:
    if isinstance(fact, str):
        return lang.text(MEASURES[Measure(fact)]) if fact in set(Measure) else fact
    if name in _SHARES:
        return change(lang, fact)
    return lang.number(fact, 4 if name in _CHANCES else 0)

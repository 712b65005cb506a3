"""What a change of linked venues would bring, in words and numbers."""

from collections.abc import Iterator, Mapping, Sequence

from console.linkage.questions import Way
from console.words.i18n import Language, mark
from domain.planning import Interval


def rows(lang: Language, ways: Sequence[Way]) -> Iterator[tuple[str, ...]]:
    """A label and what each way brings, for a table: visits, staffed hours, coverage."""
    outlooks = [way.outlook for way in ways]
    told = (
        (
            mark("Visits a week, served where people wanted to go"),
            [_interval(lang, o.own) for o in outlooks],
        ),
        (
            mark("Visits a week, served by a neighbour"),
            [_interval(lang, o.neighbours) for o in outlooks],
        ),
        (mark("Staffed hours a week"), [lang.number(o.staffed_hours, 1) for o in outlooks]),
        (
            mark("People who find an open door within a walk"),
            [lang.percent(o.covered) for o in outlooks],
        ),
    )
    for label, texts in told:
        yield (lang.text(label), *texts)


def notes(
    lang: Language, names: Mapping[str, str], doubtful: Sequence[str], *, over: bool
) -> Iterator[str]:
    """What must be known beside the table: venues in doubt, a budget that cannot be kept."""
    if over:
        yield lang.text(
            mark("The limits leave no hours within this budget; the largest change may be why.")
        )
    if doubtful:
        who = lang.text(mark(", ")).join(names[v] for v in doubtful)
        said = mark("Too little is known of {venues}: what is unknown counts as nobody.")
        yield lang.text(said, venues=who)


def _interval(lang: Language, visits: Interval) -> str:
    low, mean, high = map(lang.number, visits)
    return f"{mean} ({low} … {high})"

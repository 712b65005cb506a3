"""Alerts open once for each cause, after a while, and close after a while."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.messages import Kind, Notice
from policies.messages.alerts import PATIENCE, Book, Cause, followed
from tests.policies.messages.notices import at

SILENT = Cause(id="sensor:door", kind=Kind.SENSOR, venue="hall", subject="door")
AWAY = Cause(id="broker", kind=Kind.BROKER)
ALL = frozenset(PATIENCE)


def looked(
    looks: Iterable[tuple[float, Sequence[Cause]]], looked_for: frozenset[Kind] = ALL
) -> tuple[Book, list[Notice]]:
    """The book and all that was told by looks at minutes after noon."""
    book: Book = {}
    told = list[Notice]()
    for minutes, causes in looks:
        book, new = followed(book, causes, looked_for, at(minutes))
        told += new
    return book, told


def test_a_cause_that_goes_soon_is_not_told() -> None:
    assert looked([(0, [SILENT]), (29, [SILENT]), (30, [])]) == ({}, [])


def test_a_cause_that_stands_is_told_once() -> None:
    _, told = looked((m, [SILENT]) for m in range(0, 600, 10))
    assert [(n.kind, n.venue, n.subject, n.at, n.ends) for n in told] == [
        (Kind.SENSOR, "hall", "door", at(30), "")
    ]


def test_an_alert_that_flickers_stays_the_same_one() -> None:
    stands = [(m, [SILENT]) for m in range(0, 40, 10)]
    flickers = [(40 + m, [SILENT] if m % 110 == 0 else []) for m in range(0, 1100, 10)]
    assert len(looked([*stands, *flickers])[1]) == 1


def test_an_alert_closes_once_its_cause_is_gone_for_a_while() -> None:
    looks = [(0, [AWAY]), (5, [AWAY]), (6, []), (14, []), (15, []), (99, [])]
    book, (opened, closed) = looked(looks)
    assert (closed.ends, closed.at, closed.kind) == (opened.key, at(15), Kind.BROKER)
    assert book == {}


def test_the_same_cause_later_is_another_alert() -> None:
    once = [(0, [AWAY]), (5, [AWAY]), (15, [])]
    _, told = looked([*once, *((60 + m, causes) for m, causes in once)])
    assert len({n.key for n in told}) == 4


def test_what_cannot_be_looked_for_stays_as_it_is() -> None:
    book, _ = looked([(0, [SILENT]), (30, [SILENT])])
    after, told = followed(book, [], {Kind.STORE}, at(900))
    assert (told, after["sensor:door"].is_open) == ([], True)
    after, told = followed(after, [], ALL, at(901))
    assert (told, after["sensor:door"].is_open) == ([], True)


def test_a_look_that_died_before_its_book_was_kept_says_the_same_again() -> None:
    book, _ = looked([(0, [AWAY])])
    first, again = (followed(book, [AWAY], ALL, at(m))[1] for m in (5, 6))
    assert [n.key for n in first] == [n.key for n in again]


@given(
    steps=st.lists(
        st.tuples(st.integers(1, 90), st.sets(st.sampled_from([SILENT.id, AWAY.id]))), max_size=60
    )
)
def test_alerts_of_a_cause_take_turns_and_keep_their_distance(
    steps: list[tuple[int, set[str]]],
) -> None:
    minute, looks = 0, []
    for step, present in steps:
        minute += step
        looks.append((minute, [c for c in (SILENT, AWAY) if c.id in present]))
    _, told = looked(looks)
    for cause in (SILENT, AWAY):
        of_it = [n for n in told if n.kind is cause.kind]
        assert [bool(n.ends) for n in of_it] == [k % 2 == 1 for k in range(len(of_it))]
        for one, other in pairwise(of_it):
            patience = PATIENCE[cause.kind]
            least = patience.closes_after if other.ends else patience.opens_after
            assert other.at - one.at >= least
        for n in of_it[::2]:
            since = n.at - PATIENCE[cause.kind].opens_after
            assert all(cause in c for m, c in looks if since <= at(m) <= n.at)

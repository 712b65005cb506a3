"""A topic that floods is bounded and named; others are not touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.floods import HOUR_US, Floods
from ingest.message import Messages

T0 = 1_795_397_400_000_000


def messages(topics: str, at_us: int = T0) -> Messages:
    """A message of one letter's topic each."""
    number = len(topics)
    return Messages(
        [letter.encode() for letter in topics],
        [b"%d" % n for n in range(number)],
        [*range(1, number + 1)],
        [0] * number,
        [at_us + n for n in range(number)],
    )


def topics(found: Messages) -> str:
    return b"".join(found.topics).decode()


def test_what_is_too_much_of_one_topic_is_left_out_and_the_first_are_kept() -> None:
    floods = Floods(3)
    assert topics(floods.within(messages("abaabaa"))) == "abaab"
    assert (floods.left_out, floods.topics) == (2, ("a",))
    assert topics(floods.within(messages("aabc"))) == "bc"
    assert (floods.left_out, floods.topics) == (4, ("a",))


def test_after_an_hour_it_may_speak_again() -> None:
    floods = Floods(2)
    floods.within(messages("aaaa"))
    assert topics(floods.within(messages("a", T0 + HOUR_US - 1))) == ""
    assert topics(floods.within(messages("aaa", T0 + HOUR_US))) == "aa"
    assert floods.left_out == 4
    assert floods.within(messages("bb", T0 + 3 * HOUR_US)).topics == [b"b", b"b"]
    assert floods.topics == ()


def test_without_a_bound_all_are_let_through() -> None:
    floods = Floods(0)
    assert topics(floods.within(messages("a" * 50))) == "a" * 50


def test_names_without_end_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.floods.REMEMBERED_TOPICS", 3)
    floods = Floods(1)
    assert topics(floods.within(messages("abcd"))) == "abcd"
    assert topics(floods.within(messages("aefgh"))) == "aefgh"
    assert topics(floods.within(messages("ab"))) == "ab"


@given(batches=st.lists(st.text("abc", max_size=12), max_size=8), an_hour=st.integers(1, 6))
def test_of_every_topic_the_first_so_many_go_on_in_order(batches: list[str], an_hour: int) -> None:
    floods, seen = Floods(an_hour), ""
    for batch in batches:
        wanted = [n for n, t in enumerate(batch) if (seen + batch[:n]).count(t) < an_hour]
        found = floods.within(messages(batch))
        assert found.payloads == [b"%d" % n for n in wanted]
        seen += batch

"""What every `Ledger` does with messages to be sent, and with those that could not be read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.ports import Ledger
from domain.readings import Rejection
from tests.contract.conftest import REJECTION_BYTES_KEPT, OpenLedger
from tests.contract.samples import NOON, after, keys_due, message, rejection, version


class TestOutbox:
    @pytest.fixture
    def queue(self, ledger: Ledger) -> Callable[[str, str], int]:
        numbers = count(1)

        def put(key: str, topic: str) -> int:
            ledger.add_schedule(version("annex", next(numbers)), [message(key, topic)])
            return ledger.queued(after(9_999))[-1].id

        return put

    def test_holds_messages_as_they_were_oldest_first(self, ledger: Ledger) -> None:
        given_ = [message("b"), replace(message("a"), retain=True), message("c")]
        ledger.add_schedule(version("annex", 1), given_)
        assert [row.message for row in ledger.queued(NOON)] == given_
        assert [row.attempts for row in ledger.queued(NOON)] == [0, 0, 0]
        assert len(ledger.queued(NOON, limit=2)) == 2

    def test_lets_go_of_what_was_sent_and_says_so(
        self, ledger: Ledger, queue: Callable[[str, str], int]
    ) -> None:
        first, second = queue("a", "doors/a"), queue("b", "doors/b")
        ledger.sent([first, second], after(5))
        ledger.sent([first], after(6))
        assert keys_due(ledger, 9) == []
        sent = [line for line in ledger.audit() if line.action == "message.sent"]
        assert sorted((line.subject, line.at) for line in sent) == [
            ("a", after(5)),
            ("b", after(5)),
        ]

    def test_holds_back_what_was_postponed_until_it_is_due(
        self, ledger: Ledger, queue: Callable[[str, str], int]
    ) -> None:
        row = queue("a", "doors/a")
        queue("b", "doors/b")
        ledger.postpone(row, after(5), "the broker is away")
        assert keys_due(ledger, 4) == ["b"]
        assert keys_due(ledger, 5) == ["a", "b"]
        assert [row.attempts for row in ledger.queued(after(5))] == [1, 0]

    def test_lets_no_message_overtake_an_older_one_of_its_topic(
        self, ledger: Ledger, queue: Callable[[str, str], int]
    ) -> None:
        row = queue("hours 1", "doors/annex")
        queue("hours 2", "doors/annex")
        queue("other", "doors/hall")
        ledger.postpone(row, after(5), "the broker is away")
        assert keys_due(ledger, 4) == ["other"]
        ledger.sent([row], after(4))
        assert keys_due(ledger, 4) == ["hours 2", "other"]


class TestRejections:
    def test_are_none_at_first(self, ledger: Ledger) -> None:
        assert ledger.rejections() == []

    def test_are_grouped_by_reason_the_largest_group_first(self, ledger: Ledger) -> None:
        ledger.keep_rejections([rejection("not JSON", 30), rejection("no time", 10)])
        ledger.keep_rejections([])
        ledger.keep_rejections([rejection("no time", 5), rejection("no time", 20, b"\x00newest")])
        largest, other = ledger.rejections()
        assert (largest.reason, largest.count) == ("no time", 3)
        assert (largest.first_us, largest.last_us) == (5, 20)
        assert largest.sample == rejection("no time", 20, b"\x00newest")
        assert (other.reason, other.count, other.sample) == (
            "not JSON",
            1,
            rejection("not JSON", 30),
        )

    @pytest.mark.parametrize("size", [REJECTION_BYTES_KEPT // 5, 2 * REJECTION_BYTES_KEPT])
    def test_beyond_the_bytes_kept_are_counted_and_the_newest_of_each_reason_stays_whole(
        self, ledger: Ledger, size: int
    ) -> None:
        rare, newest = rejection("no time", 1), rejection("not JSON", 20, b"[" * size)
        ledger.keep_rejections([rare])
        for n in range(20):
            ledger.keep_rejections([rejection("not JSON", n, b"{" * size)])
        ledger.keep_rejections([newest])
        assert [(group.count, group.sample) for group in ledger.rejections()] == [
            (21, newest),
            (1, rare),
        ]

    def test_that_are_kept_come_in_order_page_by_page(self, ledger: Ledger) -> None:
        given = [rejection("not JSON" if n % 2 else "no time", n) for n in range(5)]
        ledger.keep_rejections(given)
        first = ledger.kept_rejections(limit=3)
        rest = ledger.kept_rejections(after=first[-1].id, limit=3)
        assert [kept.rejection for kept in (*first, *rest)] == given
        odd = ledger.kept_rejections("not JSON")
        assert [kept.rejection for kept in odd] == [given[1], given[3]]

    def test_that_are_dropped_count_no_more(self, ledger: Ledger) -> None:
        ledger.keep_rejections([rejection("not JSON", 1), rejection("not JSON", 2)])
        ledger.keep_rejections([rejection("no time", 3)])
        first, _, other = ledger.kept_rejections()
        ledger.drop_rejections([first.id, other.id])
        (group,) = ledger.rejections()
        assert (group.reason, group.count, group.sample.received_us) == ("not JSON", 1, 2)
        ledger.drop_rejections([kept.id for kept in ledger.kept_rejections()])
        assert ledger.rejections() == []

    def test_are_no_decisions(self, ledger: Ledger) -> None:
        ledger.keep_rejections([rejection("not JSON", 30)])
        assert ledger.audit() == []

    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        calls=st.lists(
            st.lists(st.builds(rejection, st.sampled_from("abc"), st.integers(0, 99)), max_size=8),
            max_size=6,
        )
    )
    def test_are_all_counted_however_they_come(
        self,
        open_ledger: OpenLedger,
        names: Iterator[str],
        calls: Sequence[Sequence[Rejection]],
    ) -> None:
        ledger = open_ledger(next(names))
        for call in calls:
            ledger.keep_rejections(call)
        times: dict[str, list[int]] = {}
        for one in (one for call in calls for one in call):
            times.setdefault(one.reason, []).append(one.received_us)
        assert {g.reason: (g.count, g.first_us, g.last_us) for g in ledger.rejections()} == {
            reason: (len(t), min(t), max(t)) for reason, t in times.items()
        }
        ledger.close()

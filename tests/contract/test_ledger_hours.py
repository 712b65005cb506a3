"""What every `Ledger` does with the estate, schedule versions, and what it keeps beside them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.errors import Conflict
from domain.estate import Area, Estate
from domain.planning import AuditLine, Origin
from domain.ports import Ledger
from tests.contract.conftest import OpenLedger
from tests.contract.samples import LATER, NOON, after, estate, keys_due, message, venue, version


class TestEstate:
    def test_is_empty_before_the_first_put(self, ledger: Ledger) -> None:
        assert ledger.estate() == Estate()

    def test_comes_back_as_it_was_put(self, ledger: Ledger) -> None:
        ledger.put_estate(estate(), [], [], actor="ana", at=NOON)
        assert ledger.estate() == estate()

    def test_comes_back_after_opening_again(self, open_ledger: OpenLedger) -> None:
        first = open_ledger("kept")
        first.put_estate(estate(), [], [], actor="ana", at=NOON)
        first.close()
        assert open_ledger("kept").estate() == estate()

    def test_replaces_the_one_before(self, ledger: Ledger) -> None:
        ledger.put_estate(estate(), [], [], actor="ana", at=NOON)
        smaller = Estate(areas=estate().areas[::-1], venues=(venue("annex", name="Annexe"),))
        ledger.put_estate(smaller, [], [], actor="ana", at=NOON)
        assert ledger.estate() == smaller

    def test_lets_go_of_what_was_removed_though_it_was_read_before(self, ledger: Ledger) -> None:
        ledger.put_estate(estate(), [], [], actor="ana", at=NOON)
        assert ledger.estate().sensors
        ledger.put_estate(estate().model_copy(update={"sensors": ()}), [], [], actor="ana", at=NOON)
        assert not ledger.estate().sensors

    def test_put_by_many_at_once_is_the_whole_one_of_the_last(
        self, open_ledger: OpenLedger
    ) -> None:
        ledger, other = open_ledger("shared"), open_ledger("shared")
        estates = [
            Estate(areas=tuple(Area(id=f"area-{n}", name=f"of {put}") for n in range(put, put + 9)))
            for put in range(12)
        ]

        def put(number: int) -> None:
            holder = (ledger, other)[number % 2]
            holder.put_estate(estates[number], [], [], actor=str(number), at=NOON)

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(put, range(12)))
        lines = ledger.audit()
        assert sorted(int(line.actor) for line in lines) == list(range(12))
        assert ledger.estate() == other.estate() == estates[int(lines[0].actor)]

    def test_is_replaced_only_where_it_is_still_the_one_that_was_seen(
        self, open_ledger: OpenLedger
    ) -> None:
        here, there = open_ledger("shared"), open_ledger("shared")
        smaller = estate().model_copy(update={"sensors": ()})
        here.put_estate(estate(), [], [], actor="ana", at=NOON, before=Estate())
        with pytest.raises(Conflict, match="changed meanwhile"):
            there.put_estate(
                smaller, [version("annex", 1)], [], actor="bo", at=NOON, before=smaller
            )
        assert there.estate() == estate()
        assert there.schedules() == {}
        there.put_estate(smaller, [], [], actor="bo", at=NOON, before=estate())
        assert here.estate() == smaller

    def test_is_put_with_a_line_of_the_log_that_says_what_was_done(self, ledger: Ledger) -> None:
        done = AuditLine(at=NOON, actor="ana", action="sensor.turned", subject="door")
        ledger.put_estate(estate(), [], [], actor="ana", at=NOON, line=done)
        assert ledger.audit() == [done]

    def test_another_holder_of_the_ledger_sees_the_put(self, open_ledger: OpenLedger) -> None:
        here, there = open_ledger("shared"), open_ledger("shared")
        assert there.estate() == Estate()
        here.put_estate(estate(), [], [], actor="ana", at=NOON)
        assert there.estate() == estate()

    def test_brings_its_versions_and_messages(self, ledger: Ledger) -> None:
        versions = [version("annex", 1), version("reading-room", 1)]
        ledger.put_estate(estate(), versions, [message("annex")], actor="ana", at=NOON)
        assert ledger.schedules() == {"annex": versions[:1], "reading-room": versions[1:]}
        assert keys_due(ledger) == ["annex"]

    def test_says_in_the_audit_log_how_much_changed(self, ledger: Ledger) -> None:
        ledger.put_estate(estate(), [], [], actor="ana", at=NOON)
        renamed = estate().model_copy(
            update={"areas": (Area(id="old-town", name="Oldtown"),), "departments": ()}
        )
        ledger.put_estate(renamed, [], [], actor="ben", at=after(1))
        line = ledger.audit()[0]
        assert (line.actor, line.at, line.action) == ("ben", after(1), "estate.put")
        assert line.detail.startswith("1 changed, 1 removed")

    def test_put_unchanged_leaves_no_line(self, ledger: Ledger) -> None:
        ledger.put_estate(estate(), [], [], actor="ana", at=NOON)
        ledger.put_estate(estate(), [], [], actor="ana", at=after(1))
        assert len(ledger.audit()) == 1

    def test_is_left_as_it_was_when_a_version_number_is_taken(self, ledger: Ledger) -> None:
        ledger.add_schedule(version("annex", 1), [])
        lines = ledger.audit()
        with pytest.raises(Conflict):
            ledger.put_estate(estate(), [version("annex", 1)], [message("a")], actor="ana", at=NOON)
        assert ledger.estate() == Estate()
        assert keys_due(ledger) == []
        assert ledger.audit() == lines


class TestSchedules:
    def test_are_read_by_venue_in_order_of_number(self, ledger: Ledger) -> None:
        third = version("annex", 3, hours=LATER, origin=Origin.ROLLBACK, source="2")
        for one in (version("annex", 2), third, version("annex", 1), version("hall", 1)):
            ledger.add_schedule(one, [])
        assert ledger.schedules("annex") == {
            "annex": [version("annex", 1), version("annex", 2), third]
        }
        assert list(ledger.schedules()) == ["annex", "hall"]

    def test_of_a_venue_without_any_are_none(self, ledger: Ledger) -> None:
        assert ledger.schedules("annex") == {"annex": []}
        assert ledger.schedules() == {}

    def test_add_a_message_and_a_line(self, ledger: Ledger) -> None:
        ledger.add_schedule(version("annex", 1, origin=Origin.ROLLBACK), [message("annex")])
        assert keys_due(ledger) == ["annex"]
        line = ledger.audit()[0]
        assert (line.actor, line.at, line.subject) == ("ana", NOON, "annex")
        assert line.action == "schedule.rollback"

    def test_with_a_number_that_is_taken_are_refused_whole(self, ledger: Ledger) -> None:
        ledger.add_schedule(version("annex", 1), [])
        with pytest.raises(Conflict):
            ledger.add_schedule(version("annex", 1, hours=LATER), [message("annex")])
        assert ledger.schedules("annex")["annex"] == [version("annex", 1)]
        assert keys_due(ledger) == []
        assert len(ledger.audit()) == 1


class TestAudit:
    def test_is_read_newest_first(self, ledger: Ledger) -> None:
        for number in (1, 2, 3):
            ledger.add_schedule(version("annex", number, created_at=after(number)), [])
        assert [line.at for line in ledger.audit(limit=2)] == [after(3), after(2)]


class TestState:
    def test_keeps_the_last_value_over_a_restart(self, open_ledger: OpenLedger) -> None:
        first = open_ledger("kept")
        assert first.state("replayed to") is None
        first.set_state("replayed to", "2026-W46")
        first.set_state("replayed to", "2026-W47")
        first.close()
        assert open_ledger("kept").state("replayed to") == "2026-W47"

    def test_is_changed_with_a_line_by_whom(self, ledger: Ledger) -> None:
        line = AuditLine(at=after(1), actor="ana", action="room.fine", subject="hall")
        ledger.change_state("rooms", None, "one", line)
        ledger.change_state("rooms", "one", "two", line)
        assert ledger.state("rooms") == "two"
        assert ledger.audit() == [line, line]

    @pytest.mark.parametrize("before", [None, "none of this"])
    def test_that_another_has_changed_meanwhile_stays(
        self, ledger: Ledger, before: str | None
    ) -> None:
        ledger.set_state("rooms", "theirs")
        line = AuditLine(at=after(1), actor="ana", action="room.fine", subject="hall")
        with pytest.raises(Conflict):
            ledger.change_state("rooms", before, "ours", line)
        assert ledger.state("rooms") == "theirs"
        assert ledger.audit() == []

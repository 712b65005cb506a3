"""Linked venues in a planning run: what each member's proposal says, in figures done by hand."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from domain.estate import Area, Estate, LinkGroup, Venue, Walk
from domain.planning import Proposal, Status, Verdict
from policies.cases import Case
from policies.caution import Caution, VenueDemand
from policies.hours.conflicts import conflicts
from policies.hours.days import Mask
from policies.hours.kept import staffed_hours
from policies.hours.slots import within
from policies.joint.jobs import Job, parties, propose_all, shares_of
from tests.policies.linked import DAY, NEAR, member, people
from tests.policies.test_hours_guarantees import broken_guarantees, random_value, random_venue
from tests.policies.venues import AT, TIME_OF_DAY, Floats, hours, profile_of

RUN = "2026-W09"
FREE: dict[str, Any] = {"max_change_minutes": None, "break_even_visits": 2}
FEW, NOBODY = people(9, 17, 0.1), people(9, 17, 0.0)
"""Four tenths of a visitor an hour, and none."""


def case(venue: Venue, rate: Floats, *, weeks: float = 8.0, booked: Mask | None = None) -> Case:
    demand = VenueDemand.of(profile_of(rate, venue=venue.id, weeks=weeks), venue.id)
    return Case(venue, demand, venue.hours, Caution(), booked=booked)


def job(*cases: Case, weight: Floats = NEAR) -> Job:
    return Job(cases, RUN, {}, weight, np.full(len(cases), np.inf))


def planned(*cases: Case, weight: Floats = NEAR) -> list[Proposal]:
    return propose_all([job(*cases, weight=weight)], AT)


def codes(proposal: Proposal) -> set[str]:
    return {r.code for r in proposal.reasons}


def open_slots(proposals: Sequence[Proposal]) -> Mask:
    return np.stack([within(p.proposed, 4 * 60) for p in proposals])


def test_of_two_quiet_venues_one_stays_open_and_both_proposals_say_so() -> None:
    found = planned(case(member("hub", **FREE), FEW), case(member("side", **FREE), FEW))
    assert open_slots(found).sum(axis=0).max() == 1, "nowhere are both open"
    assert (open_slots(found).any(axis=0) == within(DAY, 4 * 60)).all(), "and nowhere neither"
    closing = [p for p in found if p.verdict is Verdict.CHANGE]
    assert closing
    assert all({"planned_with", "coverage_kept", "stood_in_by"} <= codes(p) for p in closing)
    lost = sum(p.effect.visits.mean for p in found)
    assert lost == pytest.approx(-160 * 0.1 / 2), "half do not walk"


def test_a_venue_that_nobody_could_stand_in_for_stays_open() -> None:
    found = planned(
        case(member("hub", **FREE), FEW), case(member("side", **FREE), FEW), weight=np.eye(2)
    )
    assert [p.verdict for p in found] == [Verdict.KEEP] * 2
    assert [p.proposed for p in found] == [DAY, DAY]


def test_changes_of_one_plan_are_linked_and_take_effect_on_one_day() -> None:
    hub = member("hub", notice_days=30, break_even_visits=1, max_change_minutes=None)
    side = member("side", notice_days=7, break_even_visits=1, max_change_minutes=None)
    found = planned(case(hub, people(9, 21, 3.0)), case(side, people(9, 11, 0.5)))
    first, second = found
    assert {first.verdict, second.verdict} == {Verdict.CHANGE}
    assert (first.linked, second.linked) == (("side",), ("hub",))
    assert first.effective_from == second.effective_from
    assert second.decided_together == (second.id, first.id)
    assert "decided_with" in codes(first)
    assert first.evidence["group_staff_budget_hours"] == 80
    assert float(first.evidence["group_staff_budget_used"]) <= 1


def test_a_member_without_enough_weeks_keeps_its_hours_and_stands_in_for_the_other() -> None:
    found = planned(case(member("hub", **FREE), FEW), case(member("side", **FREE), FEW, weeks=1.0))
    assert [p.verdict for p in found] == [Verdict.CHANGE, Verdict.NOT_ENOUGH_DATA]
    assert found[1].proposed == DAY
    assert "not_enough_weeks" in codes(found[1])
    assert found[0].linked == ()
    assert found[0].proposed.minutes == 0


def test_without_data_anywhere_nothing_is_planned_together() -> None:
    found = planned(*(case(member(name, **FREE), FEW, weeks=1.0) for name in ("hub", "side")))
    assert [p.verdict for p in found] == [Verdict.NOT_ENOUGH_DATA] * 2


def test_a_member_whose_limits_conflict_is_left_out_and_the_others_are_planned() -> None:
    broken = member("ill", min_block_minutes=240, max_block_minutes=120)
    quiet = case(member("hub", **FREE), FEW), case(member("side", **FREE), FEW)
    found = planned(
        quiet[0], case(broken, FEW), quiet[1], weight=np.full((3, 3), 0.5) + np.eye(3) / 2
    )
    assert codes(found[1]) == {"limits_conflict"}
    assert open_slots([found[0], found[2]]).sum(axis=0).max() == 1


def test_a_change_that_gains_too_little_is_left_out() -> None:
    rate = people(9, 16, 3.0) + people(16, 17, 0.84)
    found = planned(case(member("hub"), rate), case(member("side"), rate))
    assert [p.verdict for p in found] == [Verdict.KEEP] * 2
    gains = [r.facts["gain"] for p in found for r in p.reasons if r.code == "kept_small_gain"]
    assert gains == pytest.approx([20 * (0.5 - 0.84 / 2)]), "a cost less those who stay away"


def test_a_booking_keeps_a_member_open_and_the_reason_says_how_long() -> None:
    booked = np.zeros((7, 96), np.bool_)
    booked[1] = (TIME_OF_DAY >= 10) & (TIME_OF_DAY < 12)
    found = planned(
        case(member("hub", **FREE), FEW, booked=booked),
        case(member("side", **FREE), FEW, booked=booked),
    )
    assert (open_slots(found) >= booked).all()
    held = [r for p in found for r in p.reasons if r.code == "bookings_hold"]
    assert {r.facts["hours"] for r in held} == {2.0}


def test_a_single_venue_says_how_long_bookings_keep_it_open() -> None:
    booked = np.zeros((7, 96), np.bool_)
    booked[1] = (TIME_OF_DAY >= 15) & (TIME_OF_DAY < 17)
    limits: dict[str, Any] = {"max_change_minutes": 120, "break_even_visits": 2}
    busy_until_three = people(9, 15, 3.0)
    free, held = (
        planned(case(member("hub", **limits), busy_until_three, booked=mask), weight=np.eye(1))[0]
        for mask in (None, booked)
    )
    assert free.proposed == hours(mon_fri="09:00-15:00")
    assert held.proposed == hours(mon="09:00-15:00", tue="09:00-17:00", wed_fri="09:00-15:00")
    assert [r.facts for r in held.reasons if r.code == "bookings_hold"] == [{"hours": 2.0}]
    assert held.inputs != free.inputs


def test_venues_are_planned_together_where_all_of_a_group_are_due() -> None:
    venues = {name: member(name) for name in ("a", "b", "c", "d")}
    groups = (_group("one", "a", "b"), _group("two", "b", "c"), _group("three", "d", "c"))
    estate = Estate(
        areas=(Area(id="street", name="Street"),), venues=(*venues.values(),), link_groups=groups
    )

    def found(*due: str) -> list[str]:
        parts = parties(estate, [venues[i] for i in due], lambda _: RUN)
        return ["".join(v.id for v in part) for part in parts]

    assert found("a", "b", "c", "d") == ["ab", "dc"]
    assert found("a", "c") == ["a", "c"]
    assert found("b", "c") == ["bc"]
    assert np.allclose(shares_of(estate, [venues["b"], venues["c"]]), [[1, NEAR8], [NEAR8, 1]])
    assert shares_of(estate, [venues["a"]]).tolist() == [[1]]


NEAR8 = float(np.exp(-1))


def _group(name: str, hub: str, satellite: str) -> LinkGroup:
    return LinkGroup(id=name, hub=hub, satellites=(Walk(venue=satellite, walk_minutes=8),))


def test_any_executor_gives_the_same_proposals() -> None:
    jobs = [
        job(case(member("hub", **FREE), FEW), case(member("side", **FREE), FEW)),
        job(case(member("alone", **FREE), people(10, 15, 3.0)), weight=np.eye(1)),
    ]
    here = propose_all(jobs, AT)
    with ThreadPoolExecutor(2) as pool:
        assert propose_all(jobs, AT, pool) == here
    assert json.dumps([p.inputs for p in here]) != json.dumps(
        [p.inputs for p in propose_all([replace(jobs[0], weight=np.eye(2)), jobs[1]], AT)]
    )
    assert {p.status for p in here} <= {Status.OPEN, Status.CLOSED}


@pytest.mark.parametrize("seed", range(8))
def test_no_proposals_of_a_group_break_a_members_limits_the_budget_or_the_coverage(
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    venues = [v for v in (random_venue(rng) for _ in range(9)) if not conflicts(v)][:3]
    cases = [
        case(
            v.model_copy(update={"id": f"v{i}", "name": f"Venue {i}"}),
            np.maximum(np.nan_to_num(random_value(rng), nan=0.0) + 1.0, 0.01),
            weeks=float(rng.choice([1.0, 8.0, 8.0])),
        )
        for i, v in enumerate(venues)
    ]
    weight = rng.choice([0.0, 0.3, 0.6], (len(cases), len(cases)))
    np.fill_diagonal(weight, 1.0)
    found = planned(*cases, weight=weight)
    for case_, proposal in zip(cases, found, strict=True):
        if proposal.verdict is Verdict.CHANGE:
            broken = set(broken_guarantees(case_.venue, proposal.proposed))
            assert broken - {"over the staff budget"} == set()
    before, after = (
        [staffed_hours(h, c.venue.limits) for c, h in zip(cases, some, strict=True)]
        for some in ([c.current for c in cases], [p.proposed for p in found])
    )
    allowed = [c.venue.limits.staff_hours or now for c, now in zip(cases, before, strict=True)]
    assert sum(after) <= max(sum(allowed), sum(before)) + 1e-6
    starts = [c.venue.day_starts for c in cases]
    now, then = (
        np.stack([within(h, s) for h, s in zip(some, starts, strict=True)])
        for some in ([c.current for c in cases], [p.proposed for p in found])
    )
    for near in (weight > 0).T:
        assert (then[near].any(axis=0) >= now[near].any(axis=0)).all()

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Conflict, NotFound
from domain.estate import Limits, Venue
from domain.hours import SpecialDay, WeeklyHours, parse_day
from domain.planning import (
    Effect,
    Interval,
    Origin,
    Proposal,
    ScheduleVersion,
    Status,
    Verdict,
)
from domain.schedules import (
    announcement,
    approved,
    earliest_effect,
    entered,
    in_force,
    latest,
    openings_of,
    rolled_back,
    timeline,
)

NOW = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
"""Monday evening; Tuesday already in Shanghai."""
OLD, NEW, OTHER = (
    WeeklyHours.parse({"mon-fri": text}) for text in ("09:00-17:00", "10:00-18:00", "11:00-19:00")
)
VENUE = Venue(id="hall", name="Hall", type="library", area="street", hours=OLD)
FIRST = entered(VENUE, [], NOW, "estate")


def version(number: int, effective_from: date, hours: WeeklyHours = NEW) -> ScheduleVersion:
    entered_at = NOW - timedelta(days=1)
    return replace(
        FIRST, number=number, hours=hours, effective_from=effective_from, created_at=entered_at
    )


def proposal(effective_from: date = date(2026, 12, 14)) -> Proposal:
    nothing = Interval(0, 0, 0)
    return Proposal(
        id="hall:2026-W47",
        venue="hall",
        run="2026-W47",
        created_at=NOW,
        verdict=Verdict.CHANGE,
        current=OLD,
        proposed=NEW,
        effective_from=effective_from,
        reasons=(),
        evidence={},
        effect=Effect(visits=nothing, visits_now=0, staff_hours=0, staff_hours_now=0),
        policy="test 1",
        inputs="",
    )


def with_notice(notice_days: int) -> Venue:
    return VENUE.model_copy(update={"limits": Limits(notice_days=notice_days)})


def test_the_first_hours_of_a_venue_have_always_held() -> None:
    assert (FIRST.number, FIRST.origin) == (1, Origin.ESTATE)
    assert in_force([FIRST], date(1970, 1, 5)) == FIRST


def test_hours_entered_anew_hold_from_the_venues_own_today() -> None:
    changed = VENUE.model_copy(update={"hours": NEW})
    again = entered(changed, [FIRST], NOW, "estate")
    assert (again.number, again.effective_from) == (2, date(2026, 11, 24))
    assert in_force([FIRST, again], date(2026, 11, 23)).hours == OLD
    assert in_force([FIRST, again], date(2026, 11, 24)).hours == NEW


def test_before_the_first_version_nothing_holds() -> None:
    with pytest.raises(NotFound, match="no schedule holds on 2026-01-01"):
        in_force([version(1, date(2026, 1, 2))], date(2026, 1, 1))


def test_the_latest_hours_are_those_entered_last_whenever_they_begin() -> None:
    december, november = version(2, date(2026, 12, 14)), version(3, date(2026, 11, 30), OTHER)
    assert latest([december, november, FIRST]) == november
    with pytest.raises(NotFound, match="no schedule yet"):
        latest([])


def test_a_later_version_replaces_what_an_earlier_one_still_had_to_say() -> None:
    december, november = version(2, date(2026, 12, 14)), version(3, date(2026, 11, 30), OTHER)
    assert timeline([FIRST, december, november], date(2026, 11, 24)) == [FIRST, november]
    assert in_force([FIRST, december, november], date(2026, 12, 20)) == november


@settings(deadline=None)
@given(
    offsets=st.lists(st.integers(0, 20), min_size=1, max_size=6),
    since=st.integers(0, 20),
    order=st.randoms(use_true_random=False),
)
def test_the_timeline_says_of_each_day_the_version_in_force(
    offsets: list[int], since: int, order: Random
) -> None:
    start = date(2026, 1, 5)
    versions = [FIRST] + [
        version(n + 2, start + timedelta(days=days)) for n, days in enumerate(offsets)
    ]
    order.shuffle(versions)
    first_day = start + timedelta(days=since)
    shown = timeline(versions, first_day)
    assert [v.effective_from for v in shown] == sorted({v.effective_from for v in shown})
    for n in range(25):
        day = first_day + timedelta(days=n)
        assert [v for v in shown if v.effective_from <= day][-1] == in_force(versions, day)


@pytest.mark.parametrize(
    ("notice_days", "effect"),
    [
        (0, date(2026, 11, 30)),
        (6, date(2026, 11, 30)),
        (7, date(2026, 12, 7)),
        (14, date(2026, 12, 14)),
    ],
)
def test_a_change_takes_effect_on_the_first_monday_after_the_notice(
    notice_days: int, effect: date
) -> None:
    assert earliest_effect(with_notice(notice_days), NOW) == effect


def test_with_no_notice_a_change_decided_on_monday_waits_for_the_next() -> None:
    monday_in_shanghai = datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert earliest_effect(with_notice(0), monday_in_shanghai) == date(2026, 11, 30)


def test_an_approval_takes_effect_on_the_day_that_was_proposed() -> None:
    found = approved(proposal(date(2026, 12, 21)), VENUE, [FIRST], NOW, "ada")
    assert (found.number, found.hours, found.effective_from) == (2, NEW, date(2026, 12, 21))
    assert (found.origin, found.source, found.actor) == (Origin.PROPOSAL, "hall:2026-W47", "ada")


def test_a_late_approval_still_gives_the_whole_notice() -> None:
    late = NOW + timedelta(days=10)
    assert approved(proposal(), VENUE, [FIRST], late, "ada").effective_from == date(2026, 12, 21)


def test_two_approvals_never_take_effect_in_one_week() -> None:
    pending = version(2, date(2026, 12, 14), OLD)
    found = approved(proposal(), VENUE, [FIRST, pending], NOW, "ada")
    assert found.effective_from == date(2026, 12, 21)


@pytest.mark.parametrize(
    "stale",
    [
        replace(proposal(), status=Status.APPROVED),
        replace(proposal(), status=Status.SUPERSEDED),
        replace(proposal(), verdict=Verdict.KEEP, status=Status.CLOSED),
    ],
)
def test_only_an_open_change_can_be_approved(stale: Proposal) -> None:
    with pytest.raises(Conflict, match="not open"):
        approved(stale, VENUE, [FIRST], NOW, "ada")


def test_a_proposal_falls_when_the_hours_it_set_out_from_will_have_changed() -> None:
    with pytest.raises(Conflict, match="have changed since"):
        approved(proposal(), VENUE, [FIRST, version(2, date(2026, 12, 7), OTHER)], NOW, "ada")


def test_rolling_back_what_is_still_to_come_makes_it_never_happen() -> None:
    pending = version(2, date(2026, 12, 14))
    undone = rolled_back(VENUE, [FIRST, pending], NOW, "ada")
    assert (undone.number, undone.origin, undone.source) == (3, Origin.ROLLBACK, "2")
    for n in range(40):
        day = date(2026, 11, 24) + timedelta(days=n)
        assert in_force([FIRST, pending, undone], day).hours == OLD


def test_rolling_back_what_holds_already_takes_the_notice_period() -> None:
    held = version(2, date(2026, 11, 2))
    undone = rolled_back(VENUE, [FIRST, held], NOW, "ada")
    assert (undone.hours, undone.effective_from) == (OLD, date(2026, 12, 14))


def test_rolling_back_returns_to_what_would_have_held_on_that_day() -> None:
    december, november = version(2, date(2026, 12, 14)), version(3, date(2026, 11, 30), OTHER)
    undone = rolled_back(VENUE, [FIRST, december, november], NOW, "ada")
    assert (undone.hours, undone.effective_from) == (december.hours, date(2026, 12, 14))


def test_on_the_eve_of_a_change_rolling_it_back_keeps_the_notice_period() -> None:
    undone = rolled_back(VENUE, [FIRST, version(2, date(2026, 11, 30))], NOW, "ada")
    assert undone.effective_from == date(2026, 12, 14)


def test_what_is_taken_back_within_the_hour_has_never_been() -> None:
    regretted = replace(version(2, date(2026, 11, 30)), created_at=NOW - timedelta(minutes=59))
    undone = rolled_back(VENUE, [FIRST, regretted], NOW, "ada")
    assert (undone.effective_from, undone.hours) == (date(2026, 11, 30), FIRST.hours)


def test_the_decider_may_change_the_proposed_hours() -> None:
    mended = WeeklyHours.parse({"mon-fri": "10:00-18:00"})
    assert approved(proposal(), VENUE, [FIRST], NOW, "ada", mended).hours == mended


def test_rolling_back_twice_goes_two_versions_back() -> None:
    versions = [FIRST, version(2, date(2026, 10, 5)), version(3, date(2026, 11, 2), OTHER)]
    versions.append(rolled_back(VENUE, versions, NOW, "ada"))
    assert versions[-1].hours == versions[1].hours
    versions.append(rolled_back(VENUE, versions, NOW, "ada"))
    assert versions[-1].hours == OLD
    with pytest.raises(Conflict, match="no earlier hours"):
        rolled_back(VENUE, versions, NOW, "ada")


def test_the_first_hours_cannot_be_rolled_back() -> None:
    with pytest.raises(Conflict, match="no earlier hours"):
        rolled_back(VENUE, [FIRST], NOW, "ada")


def test_openings_pass_from_one_version_to_the_next() -> None:
    found = openings_of(VENUE, [FIRST, version(2, date(2026, 12, 14))], date(2026, 12, 11), 4)
    assert [start.astimezone(VENUE.tz).strftime("%a %H:%M") for start, _ in found] == [
        "Fri 09:00",
        "Mon 10:00",
    ]


def test_an_announcement_tells_the_hours_in_force_those_to_come_and_the_special_days() -> None:
    venue = VENUE.model_copy(
        update={
            "special_days": (
                SpecialDay(date(2026, 11, 23), (), "gone"),
                SpecialDay(date(2026, 11, 24), parse_day("10:00-12:00"), "今天"),
            )
        }
    )
    versions = [FIRST, version(2, date(2026, 11, 2), OTHER), version(3, date(2026, 12, 14))]
    message = announcement(venue, versions, NOW)
    body = json.loads(message.payload)
    assert message.retain
    assert (message.topic, message.key) == (
        "openhours/v1/venues/hall/schedule",
        "schedule:hall:3",
    )
    assert [(s["effective_from"], s["version"]) for s in body["schedules"]] == [
        ("2026-11-02", 2),
        ("2026-12-14", 3),
    ]
    assert WeeklyHours.parse(body["schedules"][1]["hours"]) == NEW
    assert body["special_days"] == [{"day": "2026-11-24", "hours": "10:00-12:00", "name": "今天"}]

import pytest
from hypothesis import given, settings

from domain.errors import InvalidHours
from domain.hours import (
    DAY_MINUTES,
    Block,
    DayHours,
    WeeklyHours,
    clock_text,
    day_text,
    normal_day,
    parse_clock,
    parse_day,
)
from tests.strategies import days, weeks

NINE_TO_FIVE = (Block(540, 1020),)


@settings(deadline=None)
@given(days(0, 2 * DAY_MINUTES))
def test_the_text_of_any_day_reads_back_as_that_day(day: DayHours) -> None:
    assert parse_day(day_text(day)) == normal_day(day)


@settings(deadline=None)
@given(weeks())
def test_the_text_of_any_week_reads_back_as_that_week(week: WeeklyHours) -> None:
    assert WeeklyHours.parse(week.as_text()) == week


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("18:00-02:00", [(1080, 1560)]),
        ("9:00 - 12:00,14:00–18:00", [(540, 720), (840, 1080)]),
        ("14:00-18:00, 09:00-12:00", [(540, 720), (840, 1080)]),
        ("00:00-24:00", [(0, 1440)]),
        ("04:00-04:00", [(240, 1680)]),
        ("22:00-26:30", [(1320, 1590)]),
        ("25:00-27:00", [(1500, 1620)]),
        ("09:00-12:00, 12:00-13:00", [(540, 780)]),
        ("closed", []),
        ("", []),
        (" Off ", []),
    ],
)
def test_a_day_is_read_as_people_write_it(text: str, blocks: list[tuple[int, int]]) -> None:
    assert parse_day(text) == tuple(Block(*b) for b in blocks)


@pytest.mark.parametrize(
    ("minute", "text"), [(0, "00:00"), (570, "09:30"), (1440, "24:00"), (1560, "02:00")]
)
def test_the_clock_on_the_wall_starts_again_at_midnight(minute: int, text: str) -> None:
    assert clock_text(minute) == text


@pytest.mark.parametrize("text", ["9", "9.30", "24:60", "48:01", "-1:00", "noon", "", "9:5"])
def test_what_is_no_time_of_day_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(InvalidHours, match="write it as 09:30"):
        parse_clock(text)


def test_every_block_of_a_day_that_cannot_be_is_told() -> None:
    with pytest.raises(InvalidHours) as caught:
        parse_day("9-12:00, 13:00-14:00, 15:00-16:75, tea")
    assert [p.what for p in caught.value.problems] == [
        "“9-12:00” is not a block of hours",
        "“16:75” is not a time of day",
        "“tea” is not a block of hours",
    ]


def test_blocks_that_overlap_are_refused() -> None:
    with pytest.raises(InvalidHours, match=r"09:00-12:00 and 11:00-13:00 overlap"):
        parse_day("11:00-13:00, 09:00-12:00")


@pytest.mark.parametrize("block", [(-15, 60), (60, 60), (120, 60), (2800, 2895)])
def test_a_block_outside_the_day_is_refused(block: tuple[int, int]) -> None:
    with pytest.raises(InvalidHours, match="does not lie in a day"):
        normal_day([Block(*block)])


@pytest.mark.parametrize(
    ("key", "open_days"),
    [
        ("mon", "1000000"),
        ("mon-fri", "1111100"),
        ("fri-mon", "1000111"),
        ("mon,wed", "1010000"),
        ("Mon–Wed, Sunday", "1110001"),
        ("thurs-saturday", "0001110"),
        ("sun-sun", "0000001"),
    ],
)
def test_days_are_named_alone_in_ranges_and_in_lists(key: str, open_days: str) -> None:
    week = WeeklyHours.parse({key: "09:00-17:00"})
    assert week.days == tuple(NINE_TO_FIVE if d == "1" else () for d in open_days)


@pytest.mark.parametrize("key", ["monkey", "mo", "", "mon-", "mon-fry", "mon tue", "weekdays"])
def test_what_is_no_day_is_refused(key: str) -> None:
    with pytest.raises(InvalidHours, match="is not a day"):
        WeeklyHours.parse({key: "09:00-17:00"})


def test_all_faults_of_a_week_are_told_with_their_days() -> None:
    with pytest.raises(InvalidHours) as caught:
        WeeklyHours.parse(
            {
                "mon": "9-17:00",
                "tue-wed": "09:00-17:00, 16:00-18:00",
                "wed": "09:00-17:00",
                "xyz": "8-9",
                "fri": "09:00-17:00",
            }
        )
    assert [(p.where, p.what) for p in caught.value.problems] == [
        ("mon", "“9-17:00” is not a block of hours"),
        ("tue-wed", "09:00-17:00 and 16:00-18:00 overlap"),
        ("wed", "wed is given twice"),
        ("xyz", "“8-9” is not a block of hours"),
        ("xyz", "“xyz” is not a day"),
    ]


@pytest.mark.parametrize(
    ("days_of_week", "runs_over"),
    [
        ({"mon": "18:00-02:00", "tue": "02:00-04:00"}, []),
        ({"mon": "18:00-02:15", "tue": "02:00-04:00"}, ["mon"]),
        ({"sun": "18:00-09:00", "mon": "08:00-10:00"}, ["sun"]),
        ({"mon-sun": "10:00-10:15"}, []),
        ({"mon-sun": "10:00-34:15"}, ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
    ],
)
def test_a_day_must_end_before_the_next_one_begins(
    days_of_week: dict[str, str], runs_over: list[str]
) -> None:
    if not runs_over:
        assert WeeklyHours.parse(days_of_week).minutes > 0
        return
    with pytest.raises(InvalidHours) as caught:
        WeeklyHours.parse(days_of_week)
    assert [p.where for p in caught.value.problems] == runs_over


@settings(deadline=None)
@given(weeks())
def test_open_minutes_are_those_of_the_wall_clock(week: WeeklyHours) -> None:
    open_minutes = {
        (7 * DAY_MINUTES + index * DAY_MINUTES + minute) % (7 * DAY_MINUTES)
        for index, day in enumerate(week.days)
        for block in day
        for minute in range(block.start, block.end)
    }
    assert week.minutes == len(open_minutes)


def test_a_week_says_itself_in_runs_of_equal_days() -> None:
    week = WeeklyHours.parse({"mon-thu": "09:00-17:00", "fri": "18:00-02:00"})
    assert str(week) == "mon-thu 09:00-17:00; fri 18:00-02:00; sat-sun closed"

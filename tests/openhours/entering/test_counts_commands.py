from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from domain.errors import InvalidInput, NotFound
from domain.estate_rules import check
from domain.hand_counts import HandCount, HeadCount
from openhours.commands import counts as commands
from openhours.context import Context
from openhours.settings.model import load
from tests.contract.samples import NOON
from tests.domain.documents import sound


@pytest.fixture
def context(tmp_path: Path) -> Context:
    made = Context(load(None, [f"data_dir={tmp_path / 'data'}"]))
    made.ledger.put_estate(check(sound()), [], [], actor="test", at=NOON)
    return made


def run(context: Context, *words: object) -> Result:
    fresh = Context(context.settings)  # a command closes its ledger
    return CliRunner().invoke(
        commands.app, list(map(str, words)), obj=fresh, catch_exceptions=False
    )


def door(context: Context, **changed: object) -> Result:
    given = {
        "start": "2026-03-04T10:00+08:00",
        "end": "2026-03-04T10:30+08:00",
        "entered": 41,
        "left": 38,
    } | changed
    sensor = given.pop("sensor", check(sound()).sensors[0].id)
    flags = [word for name, value in given.items() for word in (f"--{name}", value)]
    return run(context, "add-door", sensor, *flags)


def test_what_was_counted_at_a_door_is_kept_in_utc(context: Context) -> None:
    assert door(context, by="m-17").exit_code == 0
    [count] = Context(context.settings).ledger.hand_counts()
    assert isinstance(count, HandCount)
    assert (count.entered, count.left, count.actor) == (41, 38, "m-17")
    assert f"{count.start:%H:%M %Z}" == "02:00 UTC"


def test_heads_are_kept_and_listed_with_the_doors_in_order_of_time(context: Context) -> None:
    room = check(sound()).rooms[0].id
    door(context)
    result = run(context, "add-heads", room, "--at", "2026-03-04T09:00+08:00", "--present", 57)
    assert result.exit_code == 0
    [count] = Context(context.settings).ledger.head_counts()
    assert isinstance(count, HeadCount)
    lines = run(context, "list").stdout
    assert lines.index("57 present") < lines.index("41 in, 38 out in 30 min")


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"end": "2026-03-04T09:30+08:00"}, "does not end"),
        ({"start": "2126-03-04T10:00Z", "end": "2126-03-04T10:30Z"}, "does not end"),
        ({"end": "2026-03-05T10:30+08:00"}, "more than 12 hours"),
    ],
)
def test_a_count_that_cannot_have_been_made_is_refused(
    context: Context, changed: dict[str, object], what: str
) -> None:
    with pytest.raises(InvalidInput, match=what):
        door(context, **changed)


def test_a_count_at_no_known_sensor_is_refused(context: Context) -> None:
    with pytest.raises(NotFound, match="no sensor “nowhere”"):
        door(context, sensor="nowhere")


@pytest.mark.parametrize("changed", [{"entered": -1}, {"start": "2026-03-04T10:00"}])
def test_a_wrong_call_ends_with_two(context: Context, changed: dict[str, object]) -> None:
    assert door(context, **changed).exit_code == 2

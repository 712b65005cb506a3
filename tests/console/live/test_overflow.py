"""Where full venues send people, on the board and as JSON."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from console.access.visitors import Access
from console.live.making import BoardMaker
from console.live.parts import parts, renderer
from console.web.rendering import Pages
from console.words.i18n import LANGUAGES
from console.words.overflow import lead
from policies.overflow.advice import Advice, Receiver
from policies.overflow.standing import KEY, Standing
from tests.console.conftest import visitor
from tests.console.town import NOW, Town

NOW_S = NOW.timestamp()
COURTS = Receiver(venue="sports", walk_minutes=4.2, places=20.9, open_minutes=440, share=0.8)
LAMP = Receiver(venue="night", walk_minutes=1, places=1.2, open_minutes=530, share=0.2)
TO_COURTS = Advice(venue="library", since_s=NOW_S - 600, receivers=(LAMP, COURTS), pointed="sports")
NOWHERE = Advice(venue="canteen", since_s=NOW_S, receivers=(), pointed=None)
STANDING = Standing(at_s=NOW_S, until_s=NOW_S + 180, advice=(TO_COURTS, NOWHERE))
SENTENCES = {
    "en": (
        (
            "Full at the moment. Riverside Sports Hall is 5 minutes away, has about 20 places and "
            "is open until 22:00."
        ),
        "Full at the moment. There is no place nearby either; please come back later.",
    ),
    "zh": (
        "目前已满。步行 5 分钟的滨江体育馆约有 20 个位置，开放至 22:00。",
        "目前已满，附近也没有空位，请稍后再来。",
    ),
}


def say(town: Town, standing: Standing) -> None:
    town.ledger.set_state(KEY, standing.as_text())


def on_the_page(town: Town, code: str = "en") -> dict[str, str]:
    """What the cards of the board say."""
    with visitor(town) as client:
        page = client.get("/", params={"lang": code}).text
    said = re.findall(r'<p class="overflow" id="overflow-(\w+)">([^<]+)</p>', page)
    return dict(said)


@pytest.mark.parametrize("code", ["en", "zh"])
def test_a_full_venue_says_on_its_card_where_to_go(changing: Town, code: str) -> None:
    say(changing, STANDING)
    assert on_the_page(changing, code) == dict(
        zip(("library", "canteen"), SENTENCES[code], strict=True)
    )


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_stream_brings_the_sentence_and_takes_it_away(changing: Town, code: str) -> None:
    pages = Pages.of(changing.services, Access(changing.ledger, open_reading=True))
    maker = BoardMaker(changing.ledger, changing.timeseries)

    def streamed() -> str:
        shown = parts(maker.board(NOW), changing.services.status())["overflow-library"]
        return renderer(pages)(shown, code)

    before = streamed()
    say(changing, STANDING)
    assert SENTENCES[code][0] in streamed()
    say(changing, replace(STANDING, advice=()))
    assert streamed() == before
    assert "hidden" in before


def test_what_nobody_has_renewed_is_shown_no_longer(changing: Town) -> None:
    say(changing, STANDING)
    changing.clock.move_to(NOW + timedelta(minutes=3))
    assert len(on_the_page(changing)) == 2
    changing.clock.move_to(NOW + timedelta(minutes=3, seconds=1))
    del changing.__dict__["app"]  # another life of the service: the board is made anew
    assert on_the_page(changing) == {}


def test_nobody_is_sent_to_a_venue_that_has_gone(changing: Town) -> None:
    gone = replace(TO_COURTS, receivers=(replace(COURTS, venue="gone"),), pointed="gone")
    say(changing, replace(STANDING, advice=(gone, NOWHERE)))
    assert set(on_the_page(changing)) == {"canteen"}


def test_a_town_in_which_nobody_has_looked_says_nothing(changing: Town) -> None:
    assert on_the_page(changing) == {}
    with visitor(changing) as client:
        assert client.get("/api/v1/overflow").json() == []


def test_the_interface_says_what_the_doors_are_told(changing: Town) -> None:
    say(changing, STANDING)
    with visitor(changing) as client:
        library, canteen = client.get("/api/v1/overflow").json()
    expected: dict[str, Any] = {
        "venue": "library",
        "name": "Yong’an Library",
        "since": "2026-11-25T06:30:00Z",
        "at": "2026-11-25T06:40:00Z",
        "until": "2026-11-25T06:43:00Z",
        "pointed": "sports",
        "text": {code: said[0] for code, said in SENTENCES.items()},
        "receivers": [
            {
                "venue": "night",
                "name": "Night Reading Room",
                "walk_minutes": 1,
                "places": 1,
                "closes_at": "2026-11-25T15:30:00Z",
            },
            {
                "venue": "sports",
                "name": "Riverside Sports Hall",
                "walk_minutes": 5,
                "places": 20,
                "closes_at": "2026-11-25T14:00:00Z",
            },
        ],
    }
    assert library == expected
    assert (canteen["pointed"], canteen["receivers"]) == (None, [])


def test_one_place_a_minute_away_is_said_in_the_singular(changing: Town) -> None:
    venues = changing.ledger.estate().venue_by_id
    to_lamp = replace(TO_COURTS, pointed="night")
    assert lead(LANGUAGES["en"], to_lamp, NOW_S, venues) == (
        "Full at the moment. Night Reading Room is 1 minute away, has about 1 place and is open "
        "until 23:30."
    )


def test_what_was_said_survives_a_restart_as_it_was() -> None:
    kept = replace(STANDING, announced=("library",))
    assert Standing.from_text(json.dumps(json.loads(kept.as_text()))) == kept

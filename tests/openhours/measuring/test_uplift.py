"""A roll-out drawn on the command line, and what it did, on real stores."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from console.trials.outcome import Outcome
from console.words.i18n import LANGUAGES
from console.words.uplift import MEASURES, SENTENCES, sentence
from domain.clock import ManualClock
from domain.errors import InvalidInput, NotFound
from domain.estate import Estate
from domain.estate_rules import check
from domain.messages import Kind
from domain.periods import Period
from domain.planning import Origin, ScheduleVersion
from domain.readings import CountKind, CountReading
from domain.rollouts import DrawnRollout
from openhours.cli import app
from openhours.entering.estates import import_estate
from openhours.measuring.reports import report
from openhours.measuring.rollouts import draw
from openhours.measuring.uplift import UpliftDesk, outcome
from openhours.messages.news import EFFECT_STATE, Escalation, news
from openhours.receiving.binning import Binning
from policies.uplift.figures import Measure
from policies.uplift.reasons import FACTS, Code, reason
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore

START = date(2026, 3, 2)
WEEKS_BEFORE, EVERY, WAVES = 8, 2, 4
FIRST = START + timedelta(weeks=WEEKS_BEFORE)
DAYS = [FIRST + timedelta(weeks=EVERY * n) for n in range(WAVES)]
NOW = datetime(2026, 6, 8, 6, tzinfo=UTC)
"""The Monday of the last wave: all weeks that can be judged have ended."""
NUMBER = 12
EFFECT = 0.3
OPEN_HOURS = range(9, 17)


def estate_of() -> Estate:
    """Twelve halls on two streets, the first two linked."""
    venues = [
        {
            "id": f"hall-{n}",
            "name": f"Hall {n}",
            "type": "sports_hall",
            "area": f"street-{n % 2}",
            "zone": "UTC",
            "hours": {"mon-sun": "09:00-17:00"},
        }
        for n in range(NUMBER + 1)
    ]
    ids = [v["id"] for v in venues]
    link = {"id": "pair", "hub": "hall-0", "satellites": [{"venue": "hall-12", "walk_minutes": 3}]}
    return check(
        {
            "areas": [
                {"id": "street-0", "name": "Street", "part_of": "town"},
                {"id": "street-1", "name": "Lane", "part_of": "town"},
                {"id": "town", "name": "Town", "kind": "city"},
            ],
            "venues": venues,
            "rooms": [{"id": f"{i}-room", "venue": i, "name": "Room", "capacity": 40} for i in ids],
            "sensors": [
                {"id": f"{i}-door", "room": f"{i}-room", "kind": "period", "interval_s": 3600}
                for i in ids
            ],
            "link_groups": [link],
        }
    )


def drawn_of(seed: int = 4) -> DrawnRollout:
    return draw(estate_of(), (), DAYS, seed, actor="test", at=NOW)


def readings(drawn: DrawnRollout, since: date = START) -> list[CountReading]:
    """Hourly counts by chance; from its wave on, more come to each group."""
    rng, found = np.random.default_rng(7), []
    wave = dict(zip(drawn.groups, (drawn.waves[w] for w in drawn.wave), strict=True))
    for n in range(NUMBER + 1):
        begins = wave["pair" if n in {0, NUMBER} else f"hall-{n}"]
        for day in range((NOW.date() - START).days):
            on = START + timedelta(days=day)
            rate = (4 + n) * (1 + EFFECT * (on >= begins))
            for hour in OPEN_HOURS if on >= since else ():
                end = datetime(on.year, on.month, on.day, hour + 1, tzinfo=UTC)
                came = int(rng.poisson(rate))
                end_us = int(end.timestamp()) * 1_000_000
                found.append(
                    CountReading(
                        f"hall-{n}-door", CountKind.PERIOD, end_us, came, came, None, period_s=3600
                    )
                )
    return found


Stores = tuple[SqlLedger, DuckDBStore]


@contextmanager
def stores_in(folder: Path) -> Iterator[Stores]:
    """The stores as commands find them in their data folder."""
    folder.mkdir(exist_ok=True)
    with (
        closing(SqlLedger.open(f"sqlite:///{folder / 'ledger.sqlite'}")) as ledger,
        closing(DuckDBStore(folder / "readings.duckdb")) as timeseries,
    ):
        began = datetime(2026, 1, 5, tzinfo=UTC)
        import_estate(ledger, estate_of(), actor="test", clock=ManualClock(began))
        yield ledger, timeseries


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with stores_in(tmp_path / "data") as opened:
        yield opened


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a roll-out of known effect, drawn and counted."""
    folder = tmp_path_factory.mktemp("town") / "data"
    with stores_in(folder) as (ledger, timeseries):
        ledger.add_rollout(drawn_of())
        timeseries.add(readings(drawn_of()))
        Binning(ledger, timeseries).update(NOW)
    return folder


@pytest.fixture(scope="module")
def told(counted: Path) -> Outcome:
    with stores_in(counted) as opened:
        return outcome(*opened, NOW)


def change_hours(ledger: SqlLedger, venue: str, day: date) -> None:
    versions = ledger.schedules(venue)[venue]
    ledger.add_schedule(
        ScheduleVersion(
            venue=venue,
            number=versions[-1].number + 1,
            hours=versions[-1].hours,
            effective_from=day,
            created_at=NOW,
            origin=Origin.PROPOSAL,
        ),
        [],
    )


class TestOutcome:
    def test_the_effect_is_found_with_its_interval(self, told: Outcome) -> None:
        effect = told.claim.effect
        assert effect is not None
        assert effect.low < EFFECT < effect.high
        assert effect.share == pytest.approx(EFFECT, abs=0.05)
        assert told.claim.reasons[0].facts["groups"] == NUMBER
        assert told.claim.aa is not None
        assert told.too_early == {}

    def test_there_are_figures_of_venues_groups_and_the_areas_around(self, told: Outcome) -> None:
        subjects = {f.subject for f in told.figures}
        assert {"venue hall-3", "group pair", "area street-1", "area town"} <= subjects
        wanted = "area town", Measure.VISITS
        town = next(f for f in told.figures if (f.subject, f.measure) == wanted)
        assert town.share == pytest.approx(EFFECT, abs=0.05)

    def test_too_few_weeks_before_are_refused_and_nothing_is_told(self, stores: Stores) -> None:
        ledger, timeseries = stores
        ledger.add_rollout(drawn_of())
        timeseries.add(readings(drawn_of(), since=FIRST - timedelta(weeks=2)))
        Binning(ledger, timeseries).update(NOW)
        found = outcome(ledger, timeseries, NOW)
        assert found.claim.effect is None
        assert Code.TOO_SHORT_BEFORE in {r.code for r in found.claim.reasons}
        assert found.figures == ()

    def test_hours_that_change_before_their_wave_are_named(self, stores: Stores) -> None:
        ledger, timeseries = stores
        drawn = drawn_of()
        waves = dict(zip(drawn.groups, drawn.wave, strict=True))
        late = next(g for g, wave in waves.items() if wave > 1 and g != "pair")
        in_time = next(g for g, wave in waves.items() if wave == 1 and g != "pair")
        change_hours(ledger, late, DAYS[1])
        change_hours(ledger, in_time, DAYS[1])
        ledger.add_rollout(drawn)
        assert outcome(ledger, timeseries, NOW).too_early == {late: DAYS[1]}

    def test_without_a_draw_or_before_its_first_week_there_is_nothing_to_tell(
        self, stores: Stores
    ) -> None:
        ledger, timeseries = stores
        with pytest.raises(NotFound, match="no roll-out"):
            outcome(ledger, timeseries, NOW)
        ledger.add_rollout(drawn_of())
        with pytest.raises(InvalidInput, match=f"begins on {FIRST}"):
            outcome(ledger, timeseries, datetime(2026, 4, 28, tzinfo=UTC))

    def test_a_report_on_an_area_of_it_tells_it_once_it_has_begun(
        self, counted: Path, told: Outcome
    ) -> None:
        with stores_in(counted) as opened:
            made = report(*opened, "street-1", Period.parse("2026-Q2"), NOW)
            assert made.claim == told.claim.reasons
            assert report(*opened, "street-1", Period.parse("2026-Q1"), NOW).claim == ()


class TestDraw:
    def test_waves_are_alike_in_size_and_the_seed_decides(self) -> None:
        drawn = drawn_of()
        assert sorted(drawn.wave.count(n) for n in range(WAVES)) == [3] * WAVES
        assert drawn_of() == drawn
        assert drawn_of(seed=5).wave != drawn.wave

    def test_a_block_has_as_many_groups_as_there_are_waves(self) -> None:
        blocks = drawn_of().blocks
        assert sorted(blocks.count(b) for b in set(blocks)) == [4, 4, 4]

    def test_linked_venues_are_one_group(self) -> None:
        assert {"hall-0", "hall-12"}.isdisjoint(drawn_of().groups)
        assert "pair" in drawn_of().groups

    def test_unknown_groups_are_named_and_too_few_are_refused(self) -> None:
        with pytest.raises(InvalidInput, match="hall-99"):
            draw(estate_of(), ("pair", "hall-99"), DAYS, 1, actor="test", at=NOW)
        groups = ("pair", "hall-1", "hall-2", "hall-3")
        with pytest.raises(InvalidInput, match="only 24 orders"):
            draw(estate_of(), groups, DAYS, 1, actor="test", at=NOW)


def run(folder: Path, *words: str) -> str:
    flags = ["--set", f"data_dir={folder}", *words]
    env = {"COLUMNS": "160"}
    return CliRunner().invoke(app, flags, catch_exceptions=False, env=env).stdout


class TestCommands:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """Of an estate where nothing is counted."""
        with stores_in(tmp_path / "data"):
            return tmp_path / "data"

    def test_what_is_drawn_is_noted_and_in_the_audit_log(self, folder: Path) -> None:
        said = run(folder, "rollout", "draw", "--seed", "8", "--first", "2026-03-02")
        assert "pair" in said
        assert "2 Mar 2026" in said
        assert "rollout.drawn" in run(folder, "audit")

    def test_a_draw_without_flags_leaves_eight_weeks_to_count_before(self, folder: Path) -> None:
        run(folder, "rollout", "draw")
        with pytest.raises(InvalidInput, match="no week of the roll-out has ended"):
            run(folder, "uplift")

    def test_a_refusal_is_said_in_words_and_as_json(self, folder: Path) -> None:
        run(folder, "rollout", "draw", "--seed", "8", "--first", "2026-03-02")
        assert "Weeks counted before the first wave: 0. 4 are needed." in run(folder, "uplift")
        found = json.loads(run(folder, "uplift", "--json"))
        assert (found["effect"], found["figures"]) == (None, [])
        assert [r["code"] for r in found["reasons"]] == [Code.TOO_SHORT_BEFORE]

    def test_a_claim_is_said_in_both_languages_and_as_json(
        self, counted: Path, told: Outcome
    ) -> None:
        effect = told.claim.effect
        assert effect is not None
        shown = f"+{round(100 * effect.share, 1):g}%"
        english, chinese = (run(counted, "uplift", "--lang", lang) for lang in LANGUAGES)
        assert f"Visits of whole linked groups changed by {shown}" in english
        assert f"整个联动组的到访人次变化了{shown}" in chinese
        found = json.loads(run(counted, "uplift", "--json"))
        assert found["effect"]["share"] == effect.share
        assert found["rollout"]["seed"] == told.rollout.seed
        assert len(found["figures"]) == len(told.figures)


@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_sentence_in_both_languages_with_all_its_facts(code: Code) -> None:
    values = [0.125, 0.25, 0.375, 0.0625, 12.0, 34.0]
    facts = dict(zip(FACTS[code], values, strict=False))
    given = reason(code, {n: "visits" if n == "what" else v for n, v in facts.items()})
    english, chinese = (sentence(lang, given) for lang in LANGUAGES.values())
    assert english.endswith(".")
    assert chinese.endswith("。")
    assert code not in english
    shares = [f"{100 * v:+g}%" for n, v in facts.items() if n in {"share", "low", "high"}]
    assert all(share in english and share in chinese for share in shares)


def test_every_measure_has_a_name() -> None:
    assert set(MEASURES) == set(Measure)
    assert set(SENTENCES) == set(Code)


def test_what_it_did_is_news_to_each_venue_once_the_last_wave_has_begun(counted: Path) -> None:
    escalation = Escalation(late=timedelta(days=3), very_late=timedelta(days=7))
    with stores_in(counted) as (ledger, timeseries):
        last = datetime.combine(drawn_of().waves[-1], time(12), UTC)
        assert news(ledger, timeseries, escalation, last) == []
        found = news(ledger, timeseries, escalation, last + timedelta(days=1))
        assert {n.kind for n in found} == {Kind.EFFECT}
        assert {n.venue for n in found} == {v.id for v in estate_of().venues}
        assert "uplift" in {n.facts["code"] for n in found}
        ledger.set_state(EFFECT_STATE, found[0].subject)
        assert news(ledger, timeseries, escalation, last + timedelta(days=2)) == []


class TestDesk:
    def test_it_is_worked_out_once_a_day_and_anew_for_another_draw(self, stores: Stores) -> None:
        ledger, timeseries = stores
        clock = ManualClock(NOW)
        desk = UpliftDesk(ledger, timeseries, clock)
        with pytest.raises(NotFound, match="no roll-out"):
            desk()
        ledger.add_rollout(drawn_of())
        first = desk()
        clock.move_to(NOW + timedelta(hours=1))
        assert desk() is first
        clock.move_to(NOW + timedelta(days=1))
        next_day = desk()
        assert next_day is not first
        ledger.add_rollout(drawn_of(seed=5))
        assert desk().rollout.seed == 5

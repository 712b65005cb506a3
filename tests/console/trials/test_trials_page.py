"""All trials on one page, and what roll-outs did: with intervals, or why nothing can be said."""

from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from starlette.testclient import TestClient

from console.trials.kept import kept_trials
from console.trials.outcome import Outcome
from domain.planning import Status
from domain.rollouts import DrawnRollout
from policies.uplift.claim import Claim
from policies.uplift.figures import Figure, Measure
from policies.uplift.inference import Effect
from policies.uplift.reasons import Code, reason
from tests.console.conftest import visitor
from tests.console.people import token
from tests.console.town import NOW, Town
from tests.console.trials.test_trials_decided import ID, tried

__all__ = ["tried"]

DRAWN = DrawnRollout(
    drawn_at=NOW,
    actor="dan",
    seed=7,
    groups=("sports", "library", "pair"),
    blocks=("a", "a", "a"),
    waves=(date(2026, 9, 7), date(2026, 10, 5)),
    wave=(1, 0, 0),
)
FIGURES = tuple(
    Figure(subject=s, measure=Measure.VISITS, venues=n, before=90.0, after=120.0, without=100.0)
    for s, n in (("venue library", 1), ("area yong-an", 2), ("venue night", 0))
)


def told(town: Town, claim: Claim, *, figures: tuple[Figure, ...] = ()) -> str:
    """The page of a town whose roll-out came out so."""
    found = Outcome(
        rollout=DRAWN, claim=claim, figures=figures, too_early={"sports": date(2026, 9, 14)}
    )
    town.ledger.add_rollout(DRAWN)
    services = replace(town.services, uplift=lambda: found)
    with visitor(replace(town, services=services)) as client:
        return unescape(client.get("/trials").text)


def test_what_a_roll_out_did_is_said_with_its_interval(changing: Town) -> None:
    effect = Effect(share=0.2, low=0.11, high=0.294, p_value=0.004)
    facts = {"weeks": 8.0, "groups": 3.0} | vars_of(effect)
    claim = Claim(effect=effect, reasons=(reason(Code.UPLIFT, facts),))
    page = told(changing, claim, figures=FIGURES)
    assert "+20%" in page
    assert "between +11% and +29.4%" in page
    assert "Riverside Sports Hall changed its hours on Mon 14 Sept 2026, before its wave" in page
    areas, _, venues = page.partition("Venue by venue")
    assert "Yong’an Road" in areas.partition("rollouts")[2]
    assert "Yong’an Library" in venues.partition("</table>")[0]
    assert "Night Reading Room" not in page, "nothing is known of it"


def vars_of(effect: Effect) -> dict[str, float]:
    return {
        "share": effect.share, "low": effect.low, "high": effect.high, "p_value": effect.p_value
    }  # fmt: skip


def test_where_the_design_allows_no_claim_no_number_is_shown_but_why(changing: Town) -> None:
    why = reason(Code.ORDER_NOT_BY_LOT)
    page = told(changing, Claim(effect=None, reasons=(why,)))
    assert "What the new hours did cannot be said of this roll-out:" in page
    assert "The order was not drawn by lot." in page
    assert "sure: between" not in page


def test_each_draw_is_shown_with_who_starts_when(changing: Town) -> None:
    page = told(changing, Claim(effect=None, reasons=(reason(Code.ORDER_NOT_AS_DRAWN),)))
    assert "Drawn 25 Nov 2026, 06:40, by dan, with seed 7" in page
    first, _, second = page.partition("Mon 5 Oct 2026")
    assert "Yong’an Library, pair" in first
    assert "Riverside Sports Hall" in second


def test_before_a_week_of_it_has_ended_the_page_says_when_to_come_back(changing: Town) -> None:
    groups = ("library", "sports", "night", "service")
    waves = (date(2026, 11, 30), date(2026, 12, 28))
    coming = replace(DRAWN, groups=groups, blocks=("a",) * 4, waves=waves, wave=(0, 0, 1, 1))
    changing.ledger.add_rollout(coming)
    with visitor(changing) as client:
        assert "no week of the roll-out has ended" in client.get("/trials").text


def test_where_nothing_was_tried_or_drawn_the_page_says_how_to(changing: Town) -> None:
    with visitor(changing) as client:
        page = client.get("/trials").text
    assert "Nothing is tried at present." in page
    assert "openhours rollout draw" in page


@pytest.mark.parametrize(("act", "status"), [("approve", "approved"), ("decline", "rejected")])
def test_a_manager_decides_on_the_page_and_stays_there(
    tried: Town, manager: TestClient, act: str, status: str
) -> None:
    page = unescape(manager.get("/trials").text)
    assert "Yong’an Library" in page
    assert f'formaction="/trials/{ID}/{act}"' in page
    form = {"token": token(manager), "back": "trials"}
    answer = manager.post(f"/trials/{ID}/{act}", data=form)
    assert answer.url.path == "/trials"
    assert kept_trials(tried.ledger)[ID].status is Status(status)
    assert ("End the trial" in answer.text) == (act == "approve")
    assert ("Ended, declined or not decided on: 1" in answer.text) == (act == "decline")

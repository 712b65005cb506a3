"""Every reason that a policy can give has a sentence that says its facts, in both languages."""

import re
from collections.abc import Mapping

import pytest

from console.words import sentences
from console.words.i18n import LANGUAGES, Language
from domain.estate import Limits
from domain.estate_rules import check
from domain.planning import Effect, Fact, Interval, Reason
from policies.reasons import EVIDENCE, FACTS, Code, reason, with_facts
from policies.trials.reasons import FACTS as TRIAL_FACTS
from policies.trials.reasons import Code as TrialCode
from tests.console.town import DOCUMENT, proposals

SAMPLES: Mapping[str, Fact] = {
    "days": "mon-wed, sat",
    "from": "09:15",
    "to": "10:45",
    "limit": "staff_hours",
    "limits": "core, latest",
    "day_starts": "04:00",
}
BOTH = [pytest.param(language, id=code) for code, language in LANGUAGES.items()]


def sample(code: Code) -> Reason:
    """A reason of that code whose numbers are all different."""
    return reason(code, {name: SAMPLES.get(name, 31.0 + i) for i, name in enumerate(FACTS[code])})


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_sentence_that_ends(code: Code, language: Language) -> None:
    said = sentences.reason(language, sample(code))
    assert said.endswith((".", "。"))
    assert code not in said
    assert not re.search(r"[{}]", said)


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("code", TrialCode)
def test_every_code_of_a_trial_has_a_sentence_that_says_all_its_facts(
    code: TrialCode, language: Language
) -> None:
    facts = {name: SAMPLES.get(name, 31.0 + i) for i, name in enumerate(TRIAL_FACTS[code])}
    said = sentences.reason(language, with_facts(code, TRIAL_FACTS[code], facts))
    assert code not in said
    assert not re.search(r"[{}]", said)
    for fact in facts.values():
        assert (
            f"{fact:.0f}" if isinstance(fact, float) else str(fact)
        ) in said or fact == "mon-wed, sat"


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("code", [c for c in Code if "visits_per_hour" in FACTS[c]])
def test_a_change_says_when_for_whom_and_from_which_number_on(
    code: Code, language: Language
) -> None:
    given = sample(code)
    said = sentences.reason(language, given)
    for name in ("from", "to"):
        assert str(given.facts[name]) in said
    for name in ("visits_per_hour", "visits", "break_even"):
        assert f"{given.facts[name]:.0f}" in said


def test_a_sentence_of_a_change_in_both_languages() -> None:
    facts: dict[str, Fact] = {
        "days": "mon-fri",
        "from": "09:00",
        "to": "10:00",
        "visits_per_hour": 1.35,
        "visits": 6.8,
        "break_even": 2.0,
    }
    given = reason(Code.OPENS_LATER, facts)
    assert sentences.reason(LANGUAGES["en"], given) == (
        "Monday to Friday: opens at 10:00 instead of 09:00. Visits expected then: 1.4 an hour,"
        " 6.8 a week; being open is worth it from 2 an hour."
    )
    assert sentences.reason(LANGUAGES["zh"], given) == (
        "周一至周五：开门由09:00改为10:00。该时段预计每小时1.4人次，每周6.8人次；每小时达到2人次才值得开放。"
    )


def test_staffed_hours_that_do_not_change_are_said_to_stay() -> None:
    same = reason(Code.STAFFED_HOURS, {"before": 57.0, "after": 57.0, "change": 0.0})
    fewer = reason(Code.STAFFED_HOURS, {"before": 57.0, "after": 54.5, "change": -2.5})
    english = LANGUAGES["en"]
    assert sentences.reason(english, same) == "Staffed hours stay at 57 a week."
    assert sentences.reason(english, fewer) == "Staffed hours go from 57 to 54.5 a week (−2.5)."


def test_a_code_of_a_later_policy_is_shown_as_it_is() -> None:
    said = sentences.reason(LANGUAGES["en"], Reason("moved_by_wind", {"metres": 3.0}))
    assert said == "moved_by_wind: metres 3"


def test_every_limit_and_every_piece_of_evidence_has_a_name() -> None:
    assert set(sentences.LIMITS) == set(Limits.model_fields)
    assert set(sentences.EVIDENCE) == set(EVIDENCE)


def test_a_headline_names_the_days_once() -> None:
    library = next(p for p in proposals(check(DOCUMENT)) if p.venue == "library")
    english, chinese = (sentences.headline(lang, library) for lang in LANGUAGES.values())
    assert english == "Mon to Fri: opens 10:00, closes 19:00"
    assert chinese == "周一至周五：10:00开门、19:00关门"


def test_the_effect_is_said_with_its_interval_and_against_today() -> None:
    effect = Effect(
        visits=Interval(-4.2, 10, 24.4), visits_now=200, staff_hours=0, staff_hours_now=40
    )
    assert sentences.how_sure(LANGUAGES["en"], effect) == (
        "80% sure: between −4 and +24, against 200 visits now (+5%)"
    )
    nobody = Effect(visits=Interval(1, 2, 3), visits_now=0, staff_hours=0, staff_hours_now=40)
    assert "none until now" in sentences.how_sure(LANGUAGES["en"], nobody)

"""What came of deciding again, in sentences."""

from collections.abc import Mapping

from console.words import words
from console.words.i18n import Language, mark
from domain.planning import Reason, Verdict

SENTENCES: Mapping[str, str] = {
    "not_kept": mark(
        "What this proposal was made from is not kept: it is too old and nobody decided on it, or"
        " it was made by an earlier version."
    ),
    "same": mark(
        "Decided again from what it was made from, the proposal is the same to the byte"
        " (fingerprint {fingerprint})."
    ),
    "other_policy": mark("It was made by the policy {then}; this is {now}."),
    "differs": mark("Decided again from what it was made from, these parts differ: {parts}."),
    "same_today": mark("The stores of today say the same of that week: nothing came later."),
    "estate_changed": mark("The venue has changed in the estate since: {fields}."),
    "hours_changed": mark("The hours in force are others: then {then}, now {now}."),
    "bookings_changed": mark(
        "Other hours are booked today: {hours_then} hours a week then, {hours_now} now."
    ),
    "trials_changed": mark("Its trials are not where they were then."),
    "linked_changed": mark(
        "It was planned together with others that are not as they were: {venues}."
    ),
    "demand_changed": mark(
        "Demand is read otherwise today, by readings that came later or a change of sensors:"
        " {visits_then} visits a week then, {visits_now} now; weeks of healthy counting"
        " {weeks_then} then, {weeks_now} now."
    ),
    "decides_alike": mark("The hours would be the same today."),
    "decides_otherwise": mark("Today it would say: {verdict} {hours}"),
    "venue_gone": mark("The venue has left the estate."),
}


def sentence(lang: Language, found: Reason) -> str:
    """The sentence of one finding."""
    shown = {name: _fact(lang, name, fact) for name, fact in found.facts.items()}
    return lang.text(SENTENCES[found.code], **shown).strip()


def _fact(lang: Language, name: str, fact: str | float) -> str:
    if not isinstance(fact, str):
        return lang.number(fact, 1)
    return words.verdict(lang, Verdict(fact)) if name == "verdict" else fact

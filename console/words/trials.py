"""How a trial stands, in a sentence."""

from console.trials.kept import KeptTrial
from console.words.i18n import Language, mark
from console.words.sentences import reason
from domain.planning import Status
from policies.trials.trial import State

OPEN = mark("It begins on {day} if somebody agrees by then, or else later.")
RUNNING = mark("It was agreed to; it begins on {day} and lasts twelve weeks at most.")
KEPT = mark("It is proposed as hours until these hold it.")
WITHDRAWN = mark("From {day} on it is closed again.")
STATUS = {
    Status.REJECTED: mark("It was declined; the same is not proposed again for half a year."),
    Status.SUPERSEDED: mark("Nobody decided on it before the next plan."),
}


def told(lang: Language, kept: KeptTrial) -> str:
    """What it is or has shown, and what becomes of it."""
    trial = kept.trial
    why = reason(lang, trial.reasons[-1])
    if kept.status in STATUS:
        return f"{why} {lang.text(STATUS[kept.status])}"
    if kept.status is Status.OPEN:
        return f"{why} {lang.text(OPEN, day=lang.day(trial.first))}"
    if trial.state is State.KEPT:
        return f"{why} {lang.text(KEPT)}"
    if trial.ended is not None:
        return f"{why} {lang.text(WITHDRAWN, day=lang.day(trial.ended))}"
    return f"{why} {lang.text(RUNNING, day=lang.day(trial.first))}"

"""Trials at venues: what managers make of them, and all of them as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from console.access.visitors import needs, require
from console.outputs.paging import NOT_FOUND, Answer, Asked, Links
from console.trials.kept import (
    KeptTrial,
    approve_trial,
    end_trial,
    kept_trials,
    reject_trial,
)
from console.web.rendering import Pages
from console.web.services import Services
from console.words.i18n import LANGUAGES
from console.words.trials import told
from domain.hours import clock_text
from domain.people import Permission
from domain.planning import Fact, Status
from domain.ports import Ledger
from policies.reasons import days_text
from policies.trials.trial import State

ACTS = {"approve": approve_trial, "decline": reject_trial, "end": end_trial}
Act = Literal["approve", "decline", "end"]


class WhyOut(Answer):
    """A reason as a code and its facts."""

    code: str
    facts: Mapping[str, Fact]


class TrialOut(Answer):
    """A stretch beside a venue's hours that is open on days drawn by lot."""

    id: str
    venue: str
    days: str
    """Days of the week it is about: "mon-fri"."""
    start: str
    end: str
    status: Status
    state: State
    first: date
    ended: date | None
    propensity: float
    """Probability by which it was chosen, given those chosen before it."""
    seed: int
    """Of its lots: the same seed and id draw the same days."""
    actor: str
    at: datetime | None
    note: str
    reasons: list[WhyOut]
    text: Mapping[str, str]
    """How it stands, by language."""


def router(pages: Pages) -> APIRouter:
    """`/trials/{id}/approve`, `decline` and `end`."""
    routes = APIRouter(prefix="/trials", dependencies=[needs(Permission.DECIDE)])
    services = pages.services

    @routes.post("/{trial_id}/{act}")
    def decide_on_trial(
        request: Request,
        trial_id: str,
        act: Act,
        note: Annotated[str, Form(max_length=500)] = "",
        back: Annotated[Literal["", "trials"], Form()] = "",
    ) -> RedirectResponse:
        venue = trial_id.rpartition(":")[0]
        actor, now = require(request, Permission.DECIDE, venue).name, services.clock.now()
        ACTS[act](services.ledger, trial_id, actor=actor, at=now, note=note.strip())
        return RedirectResponse("/trials" if back else f"/venues/{venue}#trials", 303)

    return routes


def api(services: Services) -> APIRouter:
    """`/api/v1/trials`."""
    routes = APIRouter(prefix="/api/v1", dependencies=[needs(Permission.READ)])

    @routes.get("/trials", responses=NOT_FOUND)
    def trials(links: Links, paging: Asked, venue: str | None = None) -> Sequence[TrialOut]:
        """All trials there ever were, the latest first; only of a venue where one is named."""
        if venue is not None:
            services.ledger.estate().venue(venue)
        return links.page(trials_out(services.ledger, venue), paging)

    return routes


def trials_out(ledger: Ledger, venue: str | None = None) -> list[TrialOut]:
    """All trials, the latest first."""
    found = sorted(kept_trials(ledger, venue).values(), key=lambda k: k.trial.id)
    return [_out(kept) for kept in sorted(found, key=lambda k: k.trial.first, reverse=True)]


def shown(ledger: Ledger, venue: str) -> list[KeptTrial]:
    """What a venue's page shows of its trials."""
    kept = kept_trials(ledger, venue).values()
    return sorted_trials(k for k in kept if k.status is not Status.SUPERSEDED)


def sorted_trials(kept: Iterable[KeptTrial]) -> list[KeptTrial]:
    """Those that somebody may still decide on first, the latest of them first."""
    found = sorted(kept, key=lambda k: k.trial.first, reverse=True)
    return sorted(found, key=lambda k: (k.status is not Status.OPEN, k.trial.ended is not None))


def _out(kept: KeptTrial) -> TrialOut:
    trial = kept.trial
    return TrialOut(
        id=trial.id,
        venue=trial.venue,
        days=days_text(trial.days),
        start=clock_text(trial.start),
        end=clock_text(trial.end),
        status=kept.status,
        state=trial.state,
        first=trial.first,
        ended=trial.ended,
        propensity=trial.propensity,
        seed=trial.seed,
        actor=kept.actor,
        at=kept.at,
        note=kept.note,
        reasons=[WhyOut(code=r.code, facts=r.facts) for r in trial.reasons],
        text={code: told(lang, kept) for code, lang in LANGUAGES.items()},
    )
